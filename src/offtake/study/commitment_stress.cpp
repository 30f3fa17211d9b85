#include "offtake/study/commitment_stress.hpp"

#include <algorithm>
#include <ranges>
#include <set>

#include "offtake/book/need_against_signed.hpp"
#include "offtake/demand/scenario_revenue.hpp"
#include "offtake/stress/revenue_path.hpp"
#include "offtake/study/commitment_stress_parties.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::study {
namespace {

using namespace literals;
using stress::StressProblem;

double quarters_in(Seconds time) { return time.in(1.0_years) * 4.0; }

/// Months of a calendar year that are not before the start.
int months_in_year(const StressProblem& problem, int year) {
  if (year < problem.start.year()) return 0;
  return year == problem.start.year() ? 13 - problem.start.month() : 12;
}

/// The figure of `year`, or of the last year before it; nothing without years.
template <class T>
T of_year(const std::map<int, T>& by_year, int year) {
  if (by_year.empty()) return T{};
  auto after = by_year.upper_bound(year);
  return after == by_year.begin() ? after->second : std::prev(after)->second;
}

template <class T>
T or_nothing(const std::map<int, T>& by_year, int year) {
  const auto found = by_year.find(year);
  return found == by_year.end() ? T{} : found->second;
}

void add_revenue(const book::Book& book, StressProblem& problem) {
  const demand::RevenueTiming& timing = book.revenue_timing;
  problem.scenarios = timing.scenarios;
  if (problem.scenarios.empty()) problem.scenarios = {{.name = "on-path", .probability = 1.0}};
  problem.process = book.demand_process;
  const auto earned = [&](const demand::RevenueScenario& scenario) {
    return demand::scenario_revenue(book.demand, timing.other, scenario,
                                    3 * stress::known_quarters(problem));
  };
  const demand::ScenarioRevenue base = earned({.name = "base path"});
  std::vector<demand::ScenarioRevenue> by_scenario;
  for (const demand::RevenueScenario& scenario : problem.scenarios) {
    by_scenario.push_back(earned(scenario));
  }
  for (std::size_t w = 0; w < book.demand.size(); ++w) {
    const demand::Workload& workload = book.demand[w];
    if (!workload.revenue) continue;
    const bool by_token = !std::holds_alternative<demand::FlatRevenue>(*workload.revenue);
    stress::RevenueLine line{.name = workload.name,
                             .base = base.workloads[w],
                             .earned = {},
                             .volatility = by_token ? workload.growth.volatility : 0.0,
                             .receipts_lag = quarters_in(workload.receipts_lag)};
    for (const auto& revenue : by_scenario) line.earned.push_back(revenue.workloads[w]);
    problem.revenue.push_back(std::move(line));
  }
  if (timing.other.start <= MoneyRate{}) return;
  stress::RevenueLine line{.name = "other",
                           .base = base.other,
                           .earned = {},
                           .receipts_lag = quarters_in(timing.other_receipts_lag),
                           .owes_share = false};
  for (const auto& revenue : by_scenario) line.earned.push_back(revenue.other);
  problem.revenue.push_back(std::move(line));
}

void add_costs(const book::Book& book, StressProblem& problem) {
  for (int quarter = 0; quarter < stress::known_quarters(problem); ++quarter) {
    Dollars opex;
    double share = 0.0;
    for (int month = 3 * quarter; month < 3 * quarter + 3; ++month) {
      const int year = (problem.start + month).year();
      const Dollars of_rest =
          of_year(book.costs.opex, year) - or_nothing(book.costs.opex_before_start, year);
      opex += of_rest / months_in_year(problem, year);
      share += of_year(book.costs.revenue_share, year) / 3.0;
    }
    problem.opex.push_back(opex);
    problem.revenue_share.push_back(share);
  }
}

void add_signed(const book::Book& book, const CommitmentStressAssumptions& assumptions,
                StressProblem& problem) {
  for (const contract::Contract& terms : book.contracts) {
    const std::map<int, Dollars>& pay = book::bills_of(terms, book.readings);
    if (pay.empty()) continue;
    stress::Commitment made{.name = terms.name,
                            .supplier = *party_index(book, problem, terms.supplier),
                            .firm_share = terms.firm_share,
                            .step_down = terms.step_down,
                            .cure = quarters_in(terms.cure)};
    const bool at_face = book.readings.bills == book::BillsRun::kAtFace;
    const int last = pay.rbegin()->first;
    Dollars most;
    for (Month begin = problem.start; begin.year() <= last; begin += 3) {
      Dollars bill;
      for (int month = 0; month < 3; ++month) {
        bill += contract::bill_in_month(pay, begin + month, problem.start);
      }
      made.bills.push_back((at_face ? 1.0 : terms.firm_share) * bill);
      most = std::max(most, 4.0 * bill);
    }
    made.gigawatts =
        terms.power ? terms.power->in(1.0_GW) : most / assumptions.price_of_gigawatt_year;
    problem.commitments.push_back(std::move(made));
  }
}

void add_planned(const book::Book& book, const PlannedCommitments& plan, StressProblem& problem) {
  for (const NewPayments& payments : plan.payments) {
    stress::Commitment made{.name = payments.name,
                            .supplier = *party_index(book, problem, payments.supplier),
                            .firm_share = payments.firm_share,
                            .gigawatts = payments.gigawatts};
    made.bills.resize((payments.by_month.size() + 2) / 3);
    for (std::size_t month = 0; month < payments.by_month.size(); ++month) {
      made.bills[month / 3] += payments.by_month[month];
    }
    problem.commitments.push_back(std::move(made));
  }
}

/// Compute needed by the book's outside view, else by its demand, less all bills.
void add_open_purchases(const book::Book& book, StressProblem& problem) {
  std::map<int, Dollars> need;
  for (const auto* part : {&book.compute_need.inference, &book.compute_need.research}) {
    for (const auto& [year, sum] : *part) need[year] += sum;
  }
  if (need.empty()) {
    for (const book::NeedAndSigned& row : book::need_against_signed(book)) {
      need[row.year] = row.need() * 12.0 / std::max(months_in_year(problem, row.year), 1);
    }
  }
  for (int quarter = 0; quarter < stress::known_quarters(problem); ++quarter) {
    Dollars open;
    for (int month = 3 * quarter; month < 3 * quarter + 3; ++month) {
      open += or_nothing(need, (problem.start + month).year()) / 12.0;
    }
    for (const stress::Commitment& terms : problem.commitments) {
      open -= stress::at_or_none(terms.bills, quarter);
    }
    problem.open_purchases.push_back(std::max(open, Dollars{}));
  }
}

/// The book says "amazon-equity counts only if aws-trainium is signed".
bool is_signed(const book::Book& book, const PlannedCommitments& plan, const std::string& name) {
  return std::ranges::find(plan.signed_names, name) != plan.signed_names.end() ||
         std::ranges::any_of(book.contracts,
                             [&](const contract::Contract& terms) { return terms.name == name; });
}

int first_quarter(const StressProblem& problem, Month month) {
  const int months = month - problem.start;
  return months < 0 ? -1 : months / 3;
}

void add_equity(const book::Book& book, const PlannedCommitments& plan, StressProblem& problem) {
  std::vector<std::string> events;
  for (const contract::EquityLine& line : book.capital.equity) {
    if (line.received) continue;
    const bool tied = !line.tied_to.empty();
    if (tied && std::ranges::none_of(line.tied_to, [&](const std::string& name) {
          return is_signed(book, plan, name);
        })) {
      continue;
    }
    stress::EquityLine made{.name = line.name,
                            .investor = party_index(book, problem, line.investor),
                            .probability = line.probability,
                            .amount = line.amount,
                            .needs_open_window = line.needs_open_window};
    if (line.earliest) made.earliest = std::max(first_quarter(problem, *line.earliest), 0);
    if (line.lapses) made.lapses = first_quarter(problem, *line.lapses);
    for (const auto& [month, amount] : line.schedule) {
      made.schedule.push_back({first_quarter(problem, month), amount});
    }
    if (!line.triggers.empty()) {
      const auto known = std::ranges::find(events, line.triggers.front());
      made.event = static_cast<std::size_t>(known - events.begin());
      if (known == events.end()) events.push_back(line.triggers.front());
    }
    if (!line.option_held.empty()) {
      // Paid with the tranches that are taken, and not at all without.
      made.schedule.clear();
      const auto taken = plan.tranches.find(line.option_held);
      if (taken == plan.tranches.end() || taken->second.empty()) continue;
      for (const Month month : taken->second) {
        made.schedule.push_back(
            {first_quarter(problem, month), line.tranche_amount.value_or(Dollars{})});
      }
    }
    problem.equity.push_back(std::move(made));
  }
}

void add_capital(const book::Book& book, const PlannedCommitments& plan, StressProblem& problem) {
  const contract::Capital& capital = book.capital;
  problem.cash = capital.cash;
  problem.cash_min = capital.cash_min;
  problem.equity_value = capital.equity_value;
  problem.interest_on_cash = capital.interest_on_cash;
  problem.payables_lag = std::min(quarters_in(capital.payables_terms), 1.0);
  problem.window = capital.window;
  add_equity(book, plan, problem);
  for (const contract::DebtLine& line : capital.debt) {
    stress::DebtLine made{.name = line.name,
                          .limit = line.limit,
                          .drawn = line.drawn,
                          .rate = line.rate,
                          .committed = line.committed};
    if (line.earliest) made.earliest = std::max(first_quarter(problem, *line.earliest), 0);
    if (line.until) made.until = first_quarter(problem, *line.until);
    if (line.covenant) {
      made.debt_to_trailing_revenue_max = line.covenant->debt_to_trailing_revenue_max;
    }
    problem.debt.push_back(std::move(made));
  }
}

}  // namespace

StressProblem stress_problem(const book::Book& book, const PlannedCommitments& plan,
                             const CommitmentStressAssumptions& assumptions) {
  const Month start = book.horizon.start;
  const Month end = book.horizon.stress_until ? *book.horizon.stress_until + 1 : book.horizon.end();
  StressProblem problem{.start = start, .quarters = std::max(1, (end - start) / 3)};
  problem.buyer = book.buyer;
  problem.settings = assumptions.settings;
  problem.settings.step_down_releases_all =
      book.readings.step_down_releases == book::StepDownReleases::kAll;
  problem.settings.renegotiation = book.readings.renegotiation;
  problem.settings.party_trouble = book.readings.party_trouble == book::PartyTrouble::kOwnHazard
                                       ? stress::PartyTrouble::kOwnHazard
                                       : stress::PartyTrouble::kHeldLiquidity;
  problem.rounds = book.capital.rounds;
  add_revenue(book, problem);
  add_costs(book, problem);
  add_parties(book, problem);
  add_signed(book, assumptions, problem);
  add_planned(book, plan, problem);
  if (assumptions.open_purchases) add_open_purchases(book, problem);
  add_capital(book, plan, problem);
  return problem;
}

stress::StressAnswer commitment_stress(const book::Book& book, const PlannedCommitments& plan,
                                       const CommitmentStressAssumptions& assumptions,
                                       Parallelism threads) {
  return stress::answer_stress(stress_problem(book, plan, assumptions),
                               stress_variations(book, plan, assumptions), threads);
}

}  // namespace offtake::study
