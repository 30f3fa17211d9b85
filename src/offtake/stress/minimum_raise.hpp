#pragma once

#include <map>
#include <optional>
#include <span>
#include <vector>

#include "offtake/base/parallel.hpp"
#include "offtake/stress/cash_position.hpp"
#include "offtake/stress/stress_answer.hpp"

namespace offtake::stress {

/// Which minimum raise is asked for.
struct RaiseTarget {
  int end = 0;               ///< Last quarter in which the buyer must not fail.
  double confidence = 0.95;  ///< Share of the paths on which it must not.
};

/// The one definition of a minimum raise: a sum which, added at the start, lets the buyer fail by
/// the target's end on at most 1 - confidence of the paths, where the next smaller sum tried does
/// not. Sums stand on a ladder of steps of 0.2%, from 10 million dollars up; the search doubles
/// until the target holds and then halves the stretch. Where more cash can hurt, there may be more
/// than one such sum, and this one is below all sums tried beyond it that hold the target.
class RaiseSearch {
 public:
  /// `worlds` stay where they are as long as the search lives.
  RaiseSearch(const StressProblem& problem, std::span<const World> worlds, BuyerChoice choice,
              Parallelism threads);

  /// Searches below `most`, a sum that an easier or later target found enough; none: anywhere.
  Raise find(const RaiseTarget& target, std::optional<Dollars> most = std::nullopt);

  /// Share of the paths that fail by `end` with `sum`, though a smaller sum that was tried saved
  /// them: a richer buyer puts its round or its step-down off. `sum` was found before.
  double more_cash_hurts(Dollars sum, int end) const;

 private:
  using Step = int;  ///< On the ladder of sums; 0 adds nothing.
  static double sum_at(Step step);
  static Step step_of(double sum);
  const std::vector<int>& run(Step step);
  std::size_t failures(Step step, int end);
  Step least(std::size_t allowed, int end, std::optional<Step> most);

  BuyerModel buyer_;
  std::span<const World> worlds_;
  BuyerChoice choice_;
  Parallelism threads_;
  std::map<Step, std::vector<int>> default_quarter_;  ///< [step][path] for the steps tried.
};

}  // namespace offtake::stress
