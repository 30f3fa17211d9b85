#include "offtake/stress/cash_answer.hpp"

#include <algorithm>

#include "offtake/base/quantile.hpp"
#include "offtake/stress/path_statistics.hpp"

namespace offtake::stress {

std::vector<CashQuantiles> cash_quantiles(const StressProblem& problem, const PathResults& paths) {
  std::vector<CashQuantiles> rows;
  for (int quarter = 0; quarter < problem.quarters; ++quarter) {
    std::vector<double> cash;
    for (std::size_t path = 0; path < paths.count; ++path) {
      cash.push_back(paths.cash_at(path, quarter));
    }
    std::ranges::sort(cash);
    const auto at = [&](double level) { return dollars(quantile_of_sorted(cash, level)); };
    rows.push_back({at(0.05), at(0.25), at(0.50), at(0.75), at(0.95)});
  }
  return rows;
}

std::vector<ScenarioResult> scenario_results(const StressProblem& problem,
                                             const PathResults& paths) {
  std::vector<ScenarioResult> rows;
  for (std::size_t scenario = 0; scenario < problem.scenarios.size(); ++scenario) {
    std::vector<std::size_t> members;
    for (std::size_t path = 0; path < paths.count; ++path) {
      if (paths.buyer[path].scenario == scenario) members.push_back(path);
    }
    ScenarioResult row{.name = problem.scenarios[scenario].name,
                       .probability = problem.scenarios[scenario].probability,
                       .paths = members.size()};
    if (!members.empty()) {
      row.paid_on_time = share_of_paths(
          members.size(), [&](std::size_t i) { return paths.buyer[members[i]].on_time; });
      row.defaults = share_of_paths(members.size(), [&](std::size_t i) {
        return paths.buyer[members[i]].default_quarter < problem.quarters;
      });
      for (int quarter = 0; quarter < problem.quarters; ++quarter) {
        std::vector<double> cash;
        for (const std::size_t path : members) cash.push_back(paths.cash_at(path, quarter));
        row.cash_median.push_back(dollars(quantile(std::move(cash), 0.5)));
      }
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace offtake::stress
