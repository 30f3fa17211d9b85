#pragma once

#include <string>
#include <vector>

#include "offtake/base/parallel.hpp"
#include "offtake/base/progress.hpp"
#include "offtake/book/book.hpp"
#include "offtake/plan/capacity_plan.hpp"
#include "offtake/study/buy_decision_case.hpp"
#include "offtake/study/yield_table.hpp"

namespace offtake::study {

/// A mean with its 95% confidence interval, dollars.
struct Confident {
  double value = 0.0, low = 0.0, high = 0.0;
};

/// The mean of equally likely values, two at least, by the normal law.
Confident confident_mean(const std::vector<double>& values);

/// CVaR of equally likely losses, by the spread of v + max(C - v, 0) / (1 - alpha) with v the
/// quantile at alpha, whose mean it is. Source: Rockafellar and Uryasev, "Optimization of
/// conditional value-at-risk", Journal of Risk 2(3), 2000.
Confident confident_cvar(const std::vector<double>& losses, double alpha);

/// What a plan costs over worlds that it was not made for.
struct FreshCost {
  std::string name;  ///< Empty: the plan itself; else a baseline.
  Confident expected;
  Confident cvar;
  Confident saves;  ///< Mean cost of this less the plan's, world by world; zero of the plan itself.
};

struct OutOfSample {
  int worlds = 0;
  std::vector<FreshCost> costs;  ///< The plan first.
};

struct OutOfSampleQuestion {
  std::vector<plan::FixedPlan> plans;  ///< Levers of the case of `known`; the plan itself first.
  std::vector<World> known;            ///< Worlds that the plan was made for.
  int fresh = 1000;                    ///< Worlds to live through.
  int batch = 200;                     ///< Held in memory at once.
  BuyDecisionAssumptions assumptions;
  lp::Basis start;
  Parallelism parallelism;
  Progress progress;
};

/// Holds each plan and lives through fresh worlds of the same processes, drawn with another seed. A
/// decision that goes by groups of worlds is taken as for the known group that a fresh world cannot
/// be told from. Events are stratified in each
/// batch, so the intervals are somewhat too wide. Plans under which a world has no recourse are
/// left out.
OutOfSample out_of_sample(const book::Book& book, const YieldTable& yields,
                          const OutOfSampleQuestion& question);

}  // namespace offtake::study
