#pragma once

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "offtake/lp/solver.hpp"
#include "offtake/lp/stochastic_program.hpp"
#include "offtake/lp/two_stage_solve.hpp"

namespace offtake::lp {

/// Draws scenarios first ... first + count - 1 of a purpose, each as likely.
/// May be called from several threads.
using DrawScenarios = std::function<StochasticProgram(std::string_view purpose, std::size_t first,
                                                      std::size_t count)>;

struct SampleAverageQuestion {
  std::size_t samples = 100;      ///< Scenarios of one replication.
  std::size_t replications = 10;  ///< Programs that are solved; two at least.
  std::size_t fresh = 1000;       ///< Scenarios that the chosen first stage is then measured on.
  std::optional<TwoStageMethod> method;  ///< None: the suited one.
  TwoStageQuestion each;                 ///< Of a replication; its threads are shared by all.
};

/// A mean, and how far its 95% confidence interval goes to either side.
struct Estimate {
  double mean = 0.0;
  double half_width = 0.0;
};

struct SampleAverage {
  /// Of the first replication that was not solved to its gap, if one was not.
  Status status = Status::kOptimal;
  Estimate lower;  ///< Of the mean of the replications' bounds, which is not above
                   ///< the program's optimum.
  Estimate upper;  ///< Of what `first_stage` costs, which is not below it.
  std::vector<double> first_stage;
  std::size_t without_recourse = 0;  ///< Fresh scenarios in which `first_stage` has none.
  int iterations = 0;                ///< Of all replications.
};

/// Bounds of a program with too many futures to count. Each replication draws scenarios and solves
/// for them; the mean of their optima is below the true one. Of their first stages the one is taken
/// that costs least over scenarios drawn for that, and is measured over fresh ones.
/// Intervals: Student's t over the replications, the normal law over the fresh scenarios.
/// Source: Mak, Morton, Wood, "Monte Carlo bounding techniques for determining solution quality in
/// stochastic programs", Operations Research Letters 24, 1999.
SampleAverage sample_average(const DrawScenarios& draw, const SampleAverageQuestion& question,
                             const Solver& solver);

/// The quantile of Student's t at 0.975, to three digits from two degrees of freedom up and exact
/// for one.
double student_quantile_975(std::size_t degrees_of_freedom);

}  // namespace offtake::lp
