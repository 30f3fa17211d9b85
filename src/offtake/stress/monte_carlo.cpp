#include "offtake/stress/monte_carlo.hpp"

#include <utility>

#include "offtake/base/expects.hpp"
#include "offtake/stress/cash_answer.hpp"
#include "offtake/stress/circularity_answer.hpp"
#include "offtake/stress/party_answer.hpp"
#include "offtake/stress/path_results.hpp"
#include "offtake/stress/path_statistics.hpp"
#include "offtake/stress/raise_answer.hpp"
#include "offtake/stress/year_ends.hpp"

namespace offtake::stress {

StressAnswer answer_stress(const StressProblem& problem, const std::vector<Variation>& variations,
                           Parallelism threads) {
  expects(problem.settings.paths > 0, "a stress run has paths");
  const PathResults paths = run_paths(problem, threads);
  StressAnswer answer{.paths = paths.count};
  answer.paid_on_time =
      share_of_paths(paths.count, [&](std::size_t path) { return paths.buyer[path].on_time; });
  answer.defaults = share_of_paths(paths.count, [&](std::size_t path) {
    return paths.buyer[path].default_quarter < problem.quarters;
  });
  answer.default_by = by_year(problem, paths.count,
                              [&](std::size_t path) { return paths.buyer[path].default_quarter; });
  for (int quarter = 0; quarter < problem.quarters; ++quarter) {
    answer.first_shortfall.push_back(share_of_paths(paths.count, [&](std::size_t path) {
      return paths.buyer[path].first_shortfall == quarter;
    }));
  }
  answer.cash = cash_quantiles(problem, paths);
  answer.scenarios = scenario_results(problem, paths);
  answer.parties = party_results(problem, paths);
  answer.party_trouble = problem.settings.party_trouble;
  answer.lenders = lender_results(problem, paths);
  answer.commitments = commitment_results(problem, paths);
  RaiseAnswer raised = raise_answer(problem, paths, variations, threads);
  answer.raises = std::move(raised.raises);
  answer.minimum_raise = raised.minimum;
  answer.raise_end = problem.start + (3 * problem.quarters - 1);
  answer.more_cash_hurts = raised.more_cash_hurts;
  answer.rules = std::move(raised.rules);
  answer.tornado = std::move(raised.tornado);
  for (std::size_t k = 0; k < raised.without.size(); ++k) {
    answer.commitments[k].raise_without = raised.without[k];
  }
  for (std::size_t line = 0; line < problem.equity.size(); ++line) {
    answer.lines.push_back(
        {problem.equity[line].name, dollars(paths.mean_of(paths.sums.equity_line[line]))});
  }
  answer.circularity = circularity_answer(problem, paths);
  answer.fragility = paths.sums.cleared > 0.0 ? paths.sums.gap / paths.sums.cleared : 0.0;
  return answer;
}

}  // namespace offtake::stress
