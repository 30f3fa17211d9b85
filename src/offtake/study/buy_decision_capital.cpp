#include <algorithm>

#include "offtake/study/buy_decision_steps.hpp"

namespace offtake::study {
namespace {

/// Discounted net revenue of a world: what its equity is worth, but for a factor.
double worth(const CaseDraft& draft, std::size_t s) {
  const plan::PlanProblem& problem = draft.problem();
  double sum = 0.0;
  for (std::size_t t = 0; t < draft.periods(); ++t) {
    sum += problem.scenarios[s].revenue[t] * problem.periods[t].discount;
  }
  return sum;
}

/// Month in which a line without a schedule pays in a world: the first with an open window.
int month_of(const CaseDraft& draft, const contract::EquityLine& line, const WorldPath& path) {
  int m = line.earliest ? draft.calendar.months_to(*line.earliest) : 0;
  while (line.needs_open_window && m < draft.calendar.months() &&
         path.window_open[static_cast<std::size_t>(m)] == 0) {
    ++m;
  }
  return m;
}

/// What a line pays into each period of a world; nothing if it does not come.
std::vector<double> line_inflow(const CaseDraft& draft, const contract::EquityLine& line,
                                std::size_t s) {
  const int months = draft.calendar.months();
  std::vector<double> dollars(static_cast<std::size_t>(months), 0.0);
  const WorldPath& path = draft.path(s);
  if (!path.comes.at(line.name)) return draft.sums_of(dollars);
  for (const auto& [month, amount] : line.schedule) {
    const int m = draft.calendar.months_to(month);
    if (m < months) dollars[static_cast<std::size_t>(m)] += amount.base_units();
  }
  if (line.schedule.empty()) {
    const int m = month_of(draft, line, path);
    const int last = line.lapses ? draft.calendar.months_to(*line.lapses) : months - 1;
    if (m < months && m <= last) dollars[static_cast<std::size_t>(m)] = line.amount.base_units();
  }
  return draft.sums_of(dollars);
}

void add_sure_line(CaseDraft& draft, const contract::EquityLine& line) {
  for (std::size_t s = 0; s < draft.count(); ++s) {
    const std::vector<double> inflow = line_inflow(draft, line, s);
    auto& sum = draft.problem().scenarios[s].inflow;
    sum.resize(draft.periods());
    for (std::size_t t = 0; t < draft.periods(); ++t) sum[t] += inflow[t];
  }
}

void add_decided_line(CaseDraft& draft, const contract::EquityLine& line, double mean_worth) {
  const double today = draft.book.capital.equity_value.base_units();
  const double valuation = line.valuation ? line.valuation->base_units() : today;
  const double fair = std::max(valuation, today);
  const int lever = draft.add_lever(
      {.name = line.name, .kind = plan::LeverKind::kEquity, .max = 1.0, .whole = true}, line.name);
  for (std::size_t s = 0; s < draft.count(); ++s) {
    // Shares sold at the valuation are worth what this world makes of the company.
    const double dear = valuation > 0.0 && mean_worth > 0.0
                            ? fair / valuation * worth(draft, s) / mean_worth - 1.0
                            : 0.0;
    plan::LeverEffect& effect = draft.effect(s, lever);
    effect.inflow = line_inflow(draft, line, s);
    for (std::size_t t = 0; t < draft.periods(); ++t) {
      effect.cost += dear * effect.inflow[t] * draft.problem().periods[t].discount;
    }
  }
}

/// What a line of debt lets the buyer draw beyond what is drawn before, in a month of a world,
/// dollars. What is drawn before stays so, its interest among the other costs.
double debt_room(const CaseDraft& draft, const contract::DebtLine& line, std::size_t s, int m) {
  const Month month = draft.book.horizon.start + m;
  if ((line.earliest && month < *line.earliest) || (line.until && month >= *line.until)) {
    return 0.0;
  }
  double room = (line.limit - line.drawn).base_units();
  if (line.covenant) {
    double trailing = 0.0;
    const std::vector<double>& revenue = draft.path(s).net_revenue;
    for (int back = 0; back < 12; ++back) {
      trailing += revenue[static_cast<std::size_t>(std::max(0, m - back))];
    }
    room = std::min(
        room, line.covenant->debt_to_trailing_revenue_max * trailing - line.drawn.base_units());
  }
  return std::max(0.0, room);
}

}  // namespace

void add_equity(CaseDraft& draft) {
  const double mean_worth = draft.mean_over_paths([&](std::size_t s) { return worth(draft, s); });
  for (const contract::EquityLine& line : draft.book.capital.equity) {
    if (line.received || !line.option_held.empty()) continue;
    const bool decided = !line.tied_to.empty() || (line.schedule.empty() && line.triggers.empty());
    if (decided) {
      add_decided_line(draft, line, mean_worth);
    } else {
      add_sure_line(draft, line);
    }
  }
}

void add_cash(CaseDraft& draft) {
  const contract::Capital& capital = draft.book.capital;
  if (capital.equity.empty() && capital.debt.empty()) return;
  plan::CashRules cash{.start = draft.money(capital.cash.base_units()),
                       .minimum = draft.money(capital.cash_min.base_units()),
                       .emergency_price = capital.emergency.price,
                       .debt = {}};
  for (const contract::DebtLine& line : capital.debt) {
    cash.debt.push_back(
        {.name = line.name, .rate = line.rate, .spread = draft.assumptions.debt_spread});
    for (std::size_t s = 0; s < draft.count(); ++s) {
      draft.problem().scenarios[s].debt_max.push_back(
          draft.calendar.means([&](int m) { return draft.money(debt_room(draft, line, s, m)); }));
    }
  }
  draft.problem().cash = cash;
}

}  // namespace offtake::study
