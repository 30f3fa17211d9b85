#include "offtake/stress/funding.hpp"

#include <algorithm>

#include "offtake/base/random_stream.hpp"
#include "offtake/contract/funding_window.hpp"
#include "offtake/demand/stratified_levels.hpp"

namespace offtake::stress {
namespace {

/// Lines of one event share the draw of the first.
std::string deciding_line(const StressProblem& problem, const EquityLine& line) {
  if (!line.event) return line.name;
  return std::ranges::find(problem.equity, line.event, &EquityLine::event)->name;
}

}  // namespace

FundingSampler::FundingSampler(const StressProblem& problem) : problem_(&problem) {
  for (const EquityLine& line : problem.equity) {
    draws_.push_back(deciding_line(problem, line));
    level_.push_back(demand::levels_in_blocks(problem.settings.seed, "equity/" + draws_.back(),
                                              problem.settings.paths, problem.settings.block));
  }
}

void FundingSampler::pay_in(std::size_t line, std::uint64_t path, const FundingDraw& world,
                            std::span<double> paid) const {
  const EquityLine& terms = problem_->equity[line];
  const int quarters = problem_->quarters;
  const auto able = [&](int quarter) {
    return !terms.investor || (world.fails_in[*terms.investor] > quarter);
  };
  if (!terms.schedule.empty()) {
    for (const Instalment& part : terms.schedule) {
      const int quarter = std::max(part.quarter, 0);
      if (quarter >= quarters || !able(quarter)) continue;
      paid[static_cast<std::size_t>(quarter)] += part.amount.base_units();
    }
    return;
  }
  int quarter = std::max(terms.earliest, 0);
  const int last = std::min(terms.lapses.value_or(quarters - 1), quarters - 1);
  if (terms.event) {
    RandomStream date(problem_->settings.seed, "equity-date/" + draws_[line], path);
    quarter += static_cast<int>(date.uniform() * (last - quarter + 1));
  }
  for (; quarter <= last; ++quarter) {
    if (terms.needs_open_window && !world.open[static_cast<std::size_t>(quarter)]) continue;
    if (able(quarter)) paid[static_cast<std::size_t>(quarter)] += terms.amount.base_units();
    return;
  }
}

FundingDraw FundingSampler::draw(std::span<const double> common_factor, std::uint64_t path) const {
  const StressProblem& problem = *problem_;
  const auto quarters = static_cast<std::size_t>(problem.quarters);
  FundingDraw world{
      .open = contract::open_quarters(problem.window, common_factor, problem.settings.seed, path)};
  world.fails_in.assign(problem.parties.size(), problem.quarters);
  for (std::size_t party = 0; party < problem.parties.size(); ++party) {
    const double hazard = drawn_hazard(problem, party);
    if (hazard <= 0.0) continue;
    RandomStream own(problem.settings.seed, "party/" + problem.parties[party].name, path);
    const double quarter = 4.0 * own.exponential() / hazard;
    world.fails_in[party] = static_cast<int>(std::min(quarter, 1.0 * problem.quarters));
  }
  world.equity.assign(problem.equity.size() * quarters, 0.0);
  for (std::size_t line = 0; line < problem.equity.size(); ++line) {
    if (level_[line][path] >= problem.equity[line].probability) continue;
    pay_in(line, path, world, std::span(world.equity).subspan(line * quarters, quarters));
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
