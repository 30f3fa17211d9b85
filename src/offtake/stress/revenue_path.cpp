#include "offtake/stress/revenue_path.hpp"

#include <algorithm>

#include "offtake/base/expects.hpp"
#include "offtake/demand/demand_path.hpp"
#include "offtake/demand/revenue_scenario.hpp"
#include "offtake/demand/stratified_levels.hpp"

namespace offtake::stress {

int known_quarters(const StressProblem& problem) {
  return problem.quarters + std::max(problem.rounds.runway_quarters, 0);
}

double BaseRevenue::earned(std::size_t line, int quarter) const {
  double sum = 0.0;
  for (int month = 3 * quarter; month < 3 * quarter + 3; ++month) {
    sum += at_or_last(problem_->revenue[line].base, month).base_units();
  }
  return sum;
}

double BaseRevenue::before_start(std::size_t line) const {
  return 3.0 * at_or_last(problem_->revenue[line].base, 0).base_units();
}

RevenueSampler::RevenueSampler(const StressProblem& problem)
    : problem_(&problem),
      level_(demand::levels_in_blocks(problem.settings.seed, "revenue-timing",
                                      problem.settings.paths, problem.settings.block)) {
  for (const RevenueLine& line : problem.revenue) {
    expects(line.earned.empty() || line.earned.size() == problem.scenarios.size(),
            "a line earns in every scenario");
    walkers_.push_back({.name = line.name, .growth = {.volatility = line.volatility}});
  }
}

RevenueDraw RevenueSampler::draw(std::uint64_t path) const {
  const StressProblem& problem = *problem_;
  expects(path < level_.size(), "a path below the count of paths");
  const demand::RevenueScenario& timing = demand::scenario_at(problem.scenarios, level_[path]);
  const demand::DemandPath walk = demand::draw_demand_path(
      walkers_, problem.process, 3 * problem.quarters, problem.settings.seed, path);
  RevenueDraw draw{.scenario = static_cast<std::size_t>(&timing - problem.scenarios.data()),
                   .common_factor = demand::shocks_by_quarter(walk.common)};
  for (std::size_t line = 0; line < problem.revenue.size(); ++line) {
    const RevenueLine& terms = problem.revenue[line];
    const auto& months = terms.earned.empty() ? terms.base : terms.earned[draw.scenario];
    for (int quarter = 0; quarter < problem.quarters; ++quarter) {
      double sum = 0.0;
      for (int month = 3 * quarter; month < 3 * quarter + 3; ++month) {
        sum += at_or_last(months, month).base_units() *
               walk.volume[line][static_cast<std::size_t>(month)];
      }
      draw.earned.push_back(sum);
    }
  }
  return draw;
}

}  // namespace offtake::stress
