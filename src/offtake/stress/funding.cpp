#include "offtake/stress/funding.hpp"

#include <algorithm>
#include <cmath>

#include "offtake/base/random_stream.hpp"

namespace offtake::stress {
namespace {

double normal_probability(double value) { return 0.5 * std::erfc(-value / std::sqrt(2.0)); }

std::vector<bool> draw_window(const StressProblem& problem, std::span<const double> common_factor,
                              std::uint64_t path) {
  const contract::FundingWindow& window = problem.window;
  RandomStream own(problem.settings.seed, "funding/window", path);
  const double tie = window.correlation_with_demand;
  std::vector<bool> open;
  bool is_open = window.open_now;
  for (const double common : common_factor) {
    const double luck =
        normal_probability(tie * common + std::sqrt(1.0 - tie * tie) * own.normal());
    is_open = is_open ? luck >= window.close_per_quarter : luck > 1.0 - window.reopen_per_quarter;
    open.push_back(is_open);
  }
  return open;
}

/// The draw of a line, or of its event: whether it comes, and how far into the quarters allowed.
struct Chance {
  double comes;
  double when;
};

Chance draw_chance(const StressProblem& problem, const EquityLine& line, std::uint64_t path) {
  const std::string purpose =
      line.event ? "funding/event/" + std::to_string(*line.event) : "funding/line/" + line.name;
  RandomStream draw(problem.settings.seed, purpose, path);
  const double comes = draw.uniform();
  return {comes, draw.uniform()};
}

void pay_in(const StressProblem& problem, const EquityLine& line, const Chance& chance,
            const FundingDraw& world, std::span<double> paid) {
  const auto able = [&](int quarter) {
    return !line.investor || (world.fails_in[*line.investor] > quarter);
  };
  if (!line.schedule.empty()) {
    for (const Instalment& part : line.schedule) {
      const int quarter = std::max(part.quarter, 0);
      if (quarter >= problem.quarters || !able(quarter)) continue;
      paid[static_cast<std::size_t>(quarter)] += part.amount.base_units();
    }
    return;
  }
  int quarter = std::max(line.earliest, 0);
  const int last = std::min(line.lapses.value_or(problem.quarters - 1), problem.quarters - 1);
  if (line.event) quarter += static_cast<int>(chance.when * (last - quarter + 1));
  for (; quarter <= last; ++quarter) {
    if (line.needs_open_window && !world.open[static_cast<std::size_t>(quarter)]) continue;
    if (able(quarter)) paid[static_cast<std::size_t>(quarter)] += line.amount.base_units();
    return;
  }
}

}  // namespace

FundingDraw draw_funding(const StressProblem& problem, std::span<const double> common_factor,
                         std::uint64_t path) {
  const auto quarters = static_cast<std::size_t>(problem.quarters);
  FundingDraw world{.open = draw_window(problem, common_factor, path)};
  world.fails_in.assign(problem.parties.size(), problem.quarters);
  const double share = problem.settings.party_hazard_share;
  for (std::size_t party = 0; share > 0.0 && party < problem.parties.size(); ++party) {
    const double hazard = share * problem.parties[party].hazard;
    if (hazard <= 0.0) continue;
    RandomStream own(problem.settings.seed, "party/" + problem.parties[party].name, path);
    const double quarter = 4.0 * own.exponential() / hazard;
    world.fails_in[party] = static_cast<int>(std::min(quarter, 1.0 * problem.quarters));
  }
  world.equity.assign(problem.equity.size() * quarters, 0.0);
  for (std::size_t line = 0; line < problem.equity.size(); ++line) {
    const Chance chance = draw_chance(problem, problem.equity[line], path);
    if (chance.comes >= problem.equity[line].probability) continue;
    pay_in(problem, problem.equity[line], chance, world,
           std::span(world.equity).subspan(line * quarters, quarters));
  }
  return world;
}

double round_limit(const StressProblem& problem, double run_rate, double run_rate_at_start) {
  double multiple = problem.rounds.sales_multiple;
  if (multiple <= 0.0) {
    multiple =
        run_rate_at_start > 0.0 ? problem.equity_value.base_units() / run_rate_at_start : 0.0;
  }
  return problem.rounds.dilution_max * multiple * run_rate;
}

}  // namespace offtake::stress
