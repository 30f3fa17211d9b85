#pragma once

#include <string>
#include <vector>

#include "offtake/base/parallel.hpp"
#include "offtake/stress/path_results.hpp"
#include "offtake/stress/stress_answer.hpp"
#include "offtake/stress/stress_problem.hpp"

namespace offtake::stress {

/// One input at either end of its range, all else as in the problem.
struct Variation {
  std::string name;
  std::string low_text;
  std::string high_text;
  StressProblem low;
  StressProblem high;
};

/// All that is asked about minimum raises. Every sum is that of `RaiseSearch` on the first
/// `raise_paths` paths, and unless it names an end, for 95% by the horizon's end.
struct RaiseAnswer {
  std::vector<Raise> raises;  ///< By end, then by confidence.
  Dollars minimum;
  double more_cash_hurts = 0.0;
  std::vector<FundingRuleResult> rules;
  std::vector<Dollars> without;  ///< [commitment] had it not been signed.
  std::vector<TornadoRow> tornado;
};

/// Where the rule raises whatever is missing there is nothing to add: only `rules` is filled then.
RaiseAnswer raise_answer(const StressProblem& problem, const PathResults& paths,
                         const std::vector<Variation>& variations, Parallelism threads);

}  // namespace offtake::stress
