#include <fmt/format.h>

#include <functional>
#include <optional>

#include "offtake/study/commitment_stress.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::study {
namespace {

using namespace literals;
using stress::StressProblem;
using stress::Variation;

/// An input that the tornado moves: by the range of its assumption in the book, if it has one
/// there.
struct Moved {
  std::string name;
  std::string path;
  std::function<void(StressProblem&, double)> set;  ///< To a value in base units.
};

std::vector<Moved> moved_inputs() {
  const auto quarters_of = [](double seconds) {
    return Seconds::in_base_units(seconds).in(1.0_years) * 4.0;
  };
  return {
      {"cash on the day", "/capital/cash",
       [](StressProblem& p, double v) { p.cash = Dollars::in_base_units(v); }},
      {"least cash", "/capital/cash_min",
       [](StressProblem& p, double v) { p.cash_min = Dollars::in_base_units(v); }},
      {"dilution of a round", "/capital/future_rounds/dilution_max",
       [](StressProblem& p, double v) { p.rounds.dilution_max = v; }},
      {"market shuts, a quarter", "/capital/funding_window/p_close_per_quarter",
       [](StressProblem& p, double v) { p.window.close_per_quarter = v; }},
      {"market reopens, a quarter", "/capital/funding_window/p_reopen_per_quarter",
       [](StressProblem& p, double v) { p.window.reopen_per_quarter = v; }},
      {"market follows demand", "/capital/funding_window/correlation_with_demand",
       [](StressProblem& p, double v) { p.window.correlation_with_demand = v; }},
      {"interest on cash", "/capital/interest_on_cash",
       [](StressProblem& p, double v) { p.interest_on_cash = v; }},
      {"terms of payables", "/capital/payables_terms",
       [quarters_of](StressProblem& p, double v) {
         p.payables_lag = std::min(quarters_of(v), 1.0);
       }},
      {"resale of seized capacity", "/market/resale_after_seizure",
       [](StressProblem& p, double v) { p.market.resale_after_seizure = v; }},
  };
}

/// Runs every scenario alone at one end, none at the other: how much lateness matters.
StressProblem only_scenario(StressProblem problem, const std::string& name) {
  for (demand::RevenueScenario& scenario : problem.scenarios) {
    scenario.probability = scenario.name == name ? 1.0 : 0.0;
  }
  return problem;
}

}  // namespace

std::vector<Variation> stress_variations(const book::Book& book, const PlannedCommitments& plan,
                                         const CommitmentStressAssumptions& assumptions) {
  const StressProblem base = stress_problem(book, plan, assumptions);
  std::vector<Variation> rows;
  const auto changed = [&](auto&& change) {
    StressProblem problem = base;
    change(problem);
    return problem;
  };
  for (const Moved& moved : moved_inputs()) {
    const book::Assumption* assumption = book::find_assumption(book, moved.path);
    if (assumption == nullptr || !assumption->low || !assumption->high) continue;
    rows.push_back({moved.name, assumption->low_text, assumption->high_text,
                    changed([&](StressProblem& p) { moved.set(p, *assumption->low); }),
                    changed([&](StressProblem& p) { moved.set(p, *assumption->high); })});
  }
  // Quarters are whole numbers, and stand in the book in several units; a third more or less.
  const int runway = base.rounds.runway_quarters;
  rows.push_back(
      {"runway aimed at", fmt::format("{} quarters", std::max(runway / 3, 1)),
       fmt::format("{} quarters", runway + runway / 3),
       changed([&](StressProblem& p) { p.rounds.runway_quarters = std::max(runway / 3, 1); }),
       changed([&](StressProblem& p) { p.rounds.runway_quarters = runway + runway / 3; })});
  rows.push_back({"volatility of demand", "none", "1.5 times the book's",
                  changed([](StressProblem& p) { p.process.volatility_scale = 0.0; }),
                  changed([](StressProblem& p) { p.process.volatility_scale *= 1.5; })});
  rows.push_back({"other costs", "15% less", "15% more", changed([](StressProblem& p) {
                    for (Dollars& sum : p.opex) sum *= 0.85;
                  }),
                  changed([](StressProblem& p) {
                    for (Dollars& sum : p.opex) sum *= 1.15;
                  })});
  rows.push_back({"what step-down releases", "the non-firm part", "anything",
                  changed([](StressProblem& p) { p.settings.step_down_releases_all = false; }),
                  changed([](StressProblem& p) { p.settings.step_down_releases_all = true; })});
  rows.push_back({"renegotiation", "no", "yes",
                  changed([](StressProblem& p) { p.settings.renegotiation = false; }),
                  changed([](StressProblem& p) { p.settings.renegotiation = true; })});
  const bool two_shapes = std::ranges::any_of(book.contracts, [](const contract::Contract& terms) {
    return !terms.pay_alternative.empty();
  });
  if (two_shapes) {
    book::Book other = book;
    other.readings.bill_shape = book::BillShape::kPay;
    StressProblem as_paid = stress_problem(other, plan, assumptions);
    other.readings.bill_shape = book::BillShape::kPayAlternative;
    rows.push_back({"shape of the bills", "as booked", "the alternative", std::move(as_paid),
                    stress_problem(other, plan, assumptions)});
  }
  const auto& scenarios = base.scenarios;
  if (scenarios.size() > 1) {
    rows.push_back({"when revenue comes", scenarios.front().name, scenarios.back().name,
                    only_scenario(base, scenarios.front().name),
                    only_scenario(base, scenarios.back().name)});
  }
  return rows;
}

}  // namespace offtake::study
