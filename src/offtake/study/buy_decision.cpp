#include "offtake/study/buy_decision.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "offtake/base/input_error.hpp"
#include "offtake/lp/highs_solver.hpp"
#include "offtake/study/buy_decision_reasons.hpp"
#include "offtake/study/buy_decision_tables.hpp"
#include "offtake/study/contract_value.hpp"

namespace offtake::study {
namespace {

/// Levers of all options held.
std::vector<int> option_levers(const book::Book& book, const BuyCase& buy_case) {
  std::vector<int> levers;
  for (const contract::OptionHeld& option : book.options_held) {
    const auto known = buy_case.levers_of.find(option.name);
    if (known == buy_case.levers_of.end()) continue;
    levers.insert(levers.end(), known->second.begin(), known->second.end());
  }
  return levers;
}

std::vector<int> without(std::vector<int> levers, const std::vector<int>& drop) {
  std::erase_if(levers, [&](int lever) { return std::ranges::find(drop, lever) != drop.end(); });
  return levers;
}

bool is_contract(const book::Book& book, const std::string& name) {
  return std::ranges::find(book.contracts, name, &contract::Contract::name) != book.contracts.end();
}

/// What the book asks the value of but for signed contracts, then everything else that could be
/// signed.
std::vector<plan::NamedLevers> values_asked(const book::Book& book, const BuyCase& buy_case) {
  std::vector<plan::NamedLevers> asked;
  std::vector<Problem> unknown;
  const std::vector<int> options = option_levers(book, buy_case);
  for (const std::string& name : book.value_of) {
    const auto known = buy_case.levers_of.find(name);
    if (known != buy_case.levers_of.end()) {
      asked.push_back({name, known->second, without(options, known->second)});
      continue;
    }
    if (is_contract(book, name)) continue;
    unknown.push_back(
        {.place = {.file = book.file},
         .path = "/value_of",
         .expected = "a contract, or an offer, group, option or equity line that the plan decides",
         .found = name});
  }
  if (!unknown.empty()) throw InputError(unknown);
  std::set<std::string> names(book.value_of.begin(), book.value_of.end());
  for (const plan::Source& source : buy_case.problem.sources) {
    if (!names.insert(source.name).second) continue;
    asked.push_back({source.name, buy_case.levers_of.at(source.name), {}});
  }
  return asked;
}

/// Chips of each offer and option: of levers that only some worlds pull, the mean over all.
std::vector<plan::NamedAmount> amounts_of(const BuyCase& buy_case) {
  const plan::PlanProblem& problem = buy_case.problem;
  std::vector<plan::NamedAmount> amounts;
  for (const plan::Source& source : problem.sources) {
    plan::NamedAmount amount{.name = source.name};
    for (std::size_t l = 0; l < problem.levers.size(); ++l) {
      const plan::Lever& lever = problem.levers[l];
      if (lever.source < 0 || &problem.sources[static_cast<std::size_t>(lever.source)] != &source) {
        continue;
      }
      double share = 0.0;
      for (const plan::Scenario& scenario : problem.scenarios) {
        if (scenario.effects[l].acts) share += scenario.probability;
      }
      amount.terms.push_back({static_cast<int>(l), share * lever.lot});
    }
    if (!amount.terms.empty()) amounts.push_back(std::move(amount));
  }
  return amounts;
}

/// Prices by calendar year, from those of its periods: of chips spread over the year's discounted
/// hours, of cash the mean over the discount.
void add_shadow_prices(const plan::PlanProblem& problem, const plan::CapacityPlan& plan,
                       BuyDecision& answer) {
  constexpr double kHoursAYear = 8760.0;
  const double usd_a_chip = problem.scale.money.base_units() / problem.scale.chips.base_units();
  std::map<int, double> hours, years;
  for (const plan::Period& period : problem.periods) {
    hours[period.year] += period.years * kHoursAYear * period.discount;
    years[period.year] += period.years;
  }
  for (std::size_t c = 0; c < problem.pools.size(); ++c) {
    ShadowPrice price{.name = problem.pools[c].name, .by_year = {}};
    for (std::size_t t = 0; t < problem.periods.size(); ++t) {
      const int year = problem.periods[t].year;
      price.by_year[year] += usd_a_chip * plan.chip_price[c][t] / hours[year];
    }
    answer.chip_prices.push_back(std::move(price));
  }
  for (std::size_t t = 0; t < plan.cash_price.size(); ++t) {
    const plan::Period& period = problem.periods[t];
    answer.cash_price[period.year] +=
        plan.cash_price[t] / period.discount * period.years / years[period.year];
  }
  for (std::size_t i = 0; i < plan.limit_price.size(); ++i) {
    if (problem.limits[i].name.empty() || plan.limit_price[i] < 1e-9) continue;
    answer.limit_prices.push_back({problem.limits[i].name, plan.limit_price[i]});
  }
}

/// All that is offered, at once and in full; of an exclusive group its first member.
plan::FixedPlan commit_to_all(const book::Book& book, const BuyCase& buy_case) {
  const plan::PlanProblem& problem = buy_case.problem;
  plan::FixedPlan all{"commit to everything offered", std::vector<double>(problem.levers.size())};
  std::set<std::string> groups_taken;
  std::set<int> sources_taken;
  for (std::size_t l = 0; l < problem.levers.size(); ++l) {
    const plan::Lever& lever = problem.levers[l];
    if (lever.source < 0) {
      all.levers[l] = lever.max;
      continue;
    }
    const plan::Source& source = problem.sources[static_cast<std::size_t>(lever.source)];
    const auto group = std::ranges::find(book.groups, source.group, &contract::OfferGroup::name);
    const bool exclusive = group != book.groups.end() && group->exclusive;
    if (lever.kind == plan::LeverKind::kExercise) {
      // Every group of worlds at the first date takes all.
      const int first =
          problem.levers[static_cast<std::size_t>(buy_case.levers_of.at(lever.name).front())]
              .period;
      if (lever.period == first && !exclusive) all.levers[l] = lever.max;
      continue;
    }
    if (!sources_taken.insert(lever.source).second) continue;
    if (exclusive && !groups_taken.insert(source.group).second) continue;
    all.levers[l] = lever.max;
  }
  return all;
}

/// The same worlds when nothing can be bought but what is signed, whose ports are all made.
std::optional<plan::PlanCost> only_signed(const book::Book& book, const BuyCase& buy_case,
                                          const plan::PlanQuestion& question,
                                          const lp::Solver& solver) {
  plan::PlanProblem closed = buy_case.problem;
  for (plan::Lever& lever : closed.levers) lever.max = 0.0;
  for (const contract::Contract& contract : book.contracts) {
    if (!contract.port) continue;
    const int port = buy_case.levers_of.at(port_family(contract.system, *contract.port)).front();
    closed.levers[static_cast<std::size_t>(port)].max = 1.0;
  }
  std::vector<double> levers;
  for (const plan::Lever& lever : closed.levers) levers.push_back(lever.max);
  for (plan::Scenario& scenario : closed.scenarios) {
    for (auto& rental : scenario.rental_max) std::ranges::fill(rental, 0.0);
  }
  return plan::plan_cost(closed, {"today's contracts only, the rest left undone", levers}, question,
                         solver);
}

}  // namespace

double BuyDecision::share_undone() const {
  double undone = 0.0, done = 0.0;
  for (std::size_t w = 0; w < by_period.workloads.size(); ++w) {
    for (std::size_t t = 0; t < by_period.labels.size(); ++t) {
      undone += by_period.unmet[w][t] * by_period.length_years[t];
      for (const auto& pool : by_period.served[w]) done += pool[t] * by_period.length_years[t];
    }
  }
  return undone / std::max(undone + done, 1e-12);
}

BuyDecision decide_purchases(const book::Book& book, const YieldTable& yields,
                             const BuyDecisionSettings& settings) {
  tell(settings.progress, "scenarios", 0.0);
  const std::vector<World> worlds =
      draw_worlds(book, settings.scenarios.value_or(book.risk.scenarios));
  const BuyCase buy_case = study::buy_case(book, yields, worlds, settings.assumptions);
  const plan::PlanProblem& problem = buy_case.problem;
  const double money = problem.scale.money.base_units();
  const auto usd = [&](double value) { return Dollars::in_base_units(money * value); };

  plan::PlanQuestion question{.risk = {book.risk.lambda, book.risk.alpha},
                              .gap = settings.gap,
                              .measure_information = settings.explain,
                              .parallelism = settings.parallelism,
                              .progress = settings.progress};
  if (settings.explain) {
    question.value_of = values_asked(book, buy_case);
    question.baselines = {{"sign nothing more, buy the rest when it is needed",
                           std::vector<double>(problem.levers.size())},
                          commit_to_all(book, buy_case)};
    question.frontier = settings.frontier;
    question.amounts = amounts_of(buy_case);
  }
  const lp::HighsSolver solver;
  const plan::CapacityPlan plan = plan::make_plan(problem, question, solver);

  BuyDecision answer{.status = plan.status,
                     .objective = usd(plan.objective),
                     .bound = usd(plan.bound),
                     .expected = usd(plan.expected),
                     .cvar = usd(plan.cvar),
                     .alpha = book.risk.alpha,
                     .lambda = book.risk.lambda,
                     .evpi = usd(plan.evpi),
                     .scenarios = static_cast<int>(problem.scenarios.size()),
                     .iterations = plan.iterations,
                     .method = "multi-cut L-shaped, HiGHS " + lp::highs_version(),
                     .basis = plan.basis};
  answer.broken_limits = plan.broken_limits;
  if (plan.outcomes.empty()) return answer;
  answer.gap =
      std::max(0.0, plan.objective - plan.bound) / std::max(std::abs(plan.objective), 1e-9);
  answer.gap_of_gross = std::max(0.0, plan.objective - plan.bound) / plan.gross_cost;
  answer.mean_cost = mean_cost(buy_case, plan);
  for (std::size_t s = 0; s < plan.losses.size(); ++s) {
    answer.costs.push_back(money * plan.losses[s]);
    answer.revenue_scenarios.push_back(buy_case.paths[s].revenue_scenario);
  }
  answer.decisions = decisions_of(book, buy_case, plan);
  answer.by_period = period_table(book, buy_case, plan);
  answer.by_year = year_table(book, buy_case);
  if (plan.vss) answer.vss = usd(*plan.vss);
  std::vector<plan::ValueOf> values = plan.value_of;
  if (settings.explain) {
    for (const std::string& name : book.value_of) {
      if (!is_contract(book, name)) continue;
      tell(settings.progress, "value of " + name, 1.0);
      values.push_back(
          contract_value({&book, &yields, &buy_case, &plan}, name, settings.assumptions, question));
    }
    std::ranges::stable_sort(values, {}, [&](const plan::ValueOf& value) {
      return std::ranges::find(book.value_of, value.name) - book.value_of.begin();
    });
  }
  for (const plan::ValueOf& value : values) {
    ValueRow row{value.name, usd(value.low), usd(value.high), value.resolved, {}, {}};
    if (value.low_without_others) {
      row.low_without_options = usd(*value.low_without_others);
      row.high_without_options = usd(*value.high_without_others);
    }
    answer.value_of.push_back(row);
  }
  for (const plan::PlanCost& cost : plan.baselines) {
    answer.baselines.push_back({cost.name, usd(cost.expected), usd(cost.cvar)});
  }
  if (settings.explain) {
    question.start = plan.basis;
    if (const auto closed = only_signed(book, buy_case, question, solver)) {
      answer.baselines.push_back({closed->name, usd(closed->expected), usd(closed->cvar)});
    }
  }
  for (const plan::Regret& regret : plan.regrets) {
    answer.regrets.push_back({regret.name, usd(regret.mean), usd(regret.worst)});
  }
  for (const plan::NearRange& range : plan.ranges) {
    answer.near_amounts.push_back(
        {range.name, range.best, range.least_bound, range.least, range.most, range.most_bound});
  }
  add_shadow_prices(problem, plan, answer);
  answer.undone = undone_table(book, buy_case, plan);
  answer.near_usd = money * question.near_share * plan.gross_cost;
  if (settings.fresh > 0 && book.readings.exercise != book::ExerciseRule::kPerScenario) {
    OutOfSampleQuestion fresh{.plans = {{"", plan.levers}},
                              .known = worlds,
                              .fresh = settings.fresh,
                              .assumptions = settings.assumptions,
                              .start = plan.basis,
                              .parallelism = settings.parallelism,
                              .progress = settings.progress};
    fresh.plans.insert(fresh.plans.end(), plan.followed.begin(), plan.followed.end());
    answer.out_of_sample = out_of_sample(book, yields, fresh);
  }
  for (const plan::FrontierPoint& point : plan.frontier) {
    answer.frontier.push_back({point.lambda, usd(point.expected), usd(point.cvar)});
  }
  return answer;
}

}  // namespace offtake::study
