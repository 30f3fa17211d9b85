#include "offtake/stress/revenue_path.hpp"

#include <algorithm>
#include <cmath>

#include "offtake/base/expects.hpp"
#include "offtake/base/random_stream.hpp"
#include "offtake/demand/demand_path.hpp"

namespace offtake::stress {
namespace {

double month_of(const RevenueLine& line, int month) {
  return at_or_last(line.base, month).base_units();
}

double total_of(const StressProblem& problem, int month) {
  double total = 0.0;
  for (const RevenueLine& line : problem.revenue) total += month_of(line, month);
  return total;
}

}  // namespace

int known_quarters(const StressProblem& problem) {
  return problem.quarters + std::max(problem.rounds.runway_quarters, 0);
}

ScenarioRevenue::ScenarioRevenue(const StressProblem& problem)
    : quarters_(known_quarters(problem)), lines_(problem.revenue.size()) {
  std::vector<demand::RevenueScenario> scenarios = problem.scenarios;
  scenarios.push_back({.name = "base", .probability = 0.0});
  for (const demand::RevenueScenario& scenario : scenarios) {
    for (std::size_t line = 0; line < lines_; ++line) {
      for (int quarter = 0; quarter < quarters_; ++quarter) {
        double sum = 0.0;
        for (int month = 3 * quarter; month < 3 * quarter + 3; ++month) {
          const int on_base = std::max(month - scenario.shift_months, 0);
          double factor = scenario.level;
          if (scenario.growth_scale != 1.0) {
            const double grown = total_of(problem, on_base) / total_of(problem, 0);
            factor *= std::pow(grown, scenario.growth_scale - 1.0);
          }
          sum += factor * month_of(problem.revenue[line], on_base);
        }
        earned_.push_back(sum);
      }
    }
  }
  for (const RevenueLine& line : problem.revenue) before_start_.push_back(3.0 * month_of(line, 0));
}

double ScenarioRevenue::earned(std::size_t scenario, std::size_t line, int quarter) const {
  const auto last = static_cast<std::size_t>(std::min(quarter, quarters_ - 1));
  return earned_[(scenario * lines_ + line) * static_cast<std::size_t>(quarters_) + last];
}

double ScenarioRevenue::base(std::size_t line, int quarter) const {
  const std::size_t scenarios = earned_.size() / (lines_ * static_cast<std::size_t>(quarters_));
  return earned(scenarios - 1, line, quarter);
}

RevenueSampler::RevenueSampler(const StressProblem& problem) : problem_(&problem) {
  expects(!problem.scenarios.empty(), "revenue has at least one scenario");
  for (const RevenueLine& line : problem.revenue) {
    walkers_.push_back({.name = line.name, .growth = {.volatility = line.volatility}});
  }
}

RevenueDraw RevenueSampler::draw(std::uint64_t path) const {
  const StressProblem& problem = *problem_;
  const auto quarters = static_cast<std::size_t>(problem.quarters);
  RevenueDraw draw;
  RandomStream timing(problem.settings.seed, "revenue/scenario", path);
  double left = timing.uniform();
  while (draw.scenario + 1 < problem.scenarios.size() &&
         left >= problem.scenarios[draw.scenario].probability) {
    left -= problem.scenarios[draw.scenario++].probability;
  }
  const demand::DemandPath walk = demand::draw_demand_path(
      walkers_, problem.process, 3 * problem.quarters, problem.settings.seed, path);
  const auto sum_of_months = [](const std::vector<double>& values, std::size_t quarter) {
    return values[3 * quarter] + values[3 * quarter + 1] + values[3 * quarter + 2];
  };
  for (const std::vector<double>& volume : walk.volume) {
    for (std::size_t quarter = 0; quarter < quarters; ++quarter) {
      draw.factor.push_back(sum_of_months(volume, quarter) / 3.0);
    }
  }
  for (std::size_t quarter = 0; quarter < quarters; ++quarter) {
    draw.common_factor.push_back(sum_of_months(walk.common, quarter) / std::sqrt(3.0));
  }
  return draw;
}

}  // namespace offtake::stress
