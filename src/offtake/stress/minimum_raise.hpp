#pragma once

#include <optional>
#include <vector>

#include "offtake/base/parallel.hpp"
#include "offtake/stress/cash_position.hpp"
#include "offtake/stress/stress_answer.hpp"

namespace offtake::stress {

/// The least sum, added at the start, with which the buyer of this path does not fail before the
/// end of `choice.until`; found by bisection to a thousandth of itself or 10 million dollars. It is
/// the least one only where more cash never hurts; see `StressAnswer::more_cash_hurts`.
double raise_on_path(const BuyerModel& buyer, const RevenueDraw& revenue, const FundingDraw& world,
                     BuyerChoice choice);

/// What is asked of the minimum raise beside the path's draws.
struct RaiseQuestion {
  contract::RoundRule rule = contract::RoundRule::kRounds;
  std::optional<std::size_t> without;
  std::vector<int> ends;  ///< Last quarters, ascending.
  std::size_t paths = 0;
};

/// [end][path] the raise of each path, for `problem` and its draws.
std::vector<std::vector<double>> raises_by_path(const StressProblem& problem,
                                                const RaiseQuestion& question, Parallelism threads);

}  // namespace offtake::stress
