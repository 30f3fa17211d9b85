#include <algorithm>
#include <cmath>

#include "offtake/stress/buyer_books.hpp"

/// What comes in and what goes before any bill.
namespace offtake::stress {

using contract::RoundRule;

double BuyerModel::receipts(const Books& books, std::size_t line, int quarter) const {
  const double lag = problem_->revenue[line].receipts_lag;
  const int whole = static_cast<int>(lag);
  const double part = lag - whole;
  const auto earned = [&](int when) {
    if (when < 0) return base_.before_start(line);
    return books.world.revenue.earned[line * static_cast<std::size_t>(problem_->quarters) +
                                      static_cast<std::size_t>(when)];
  };
  return (1.0 - part) * earned(quarter - whole) + part * earned(quarter - whole - 1);
}

void BuyerModel::receive(Books& books, int quarter) const {
  const StressProblem& problem = *problem_;
  const auto now = static_cast<std::size_t>(quarter);
  const auto quarters = static_cast<std::size_t>(problem.quarters);
  BuyerFlows& flows = books.flows(quarter);
  double shared = 0.0;
  double base = 0.0;
  for (std::size_t line = 0; line < problem.revenue.size(); ++line) {
    const double earned = books.world.revenue.earned[line * quarters + now];
    flows.earned += earned;
    base += base_.earned(line, quarter);
    if (problem.revenue[line].owes_share) shared += earned;
    flows.customers += receipts(books, line, quarter);
  }
  books.ratio = base > 0.0 ? flows.earned / base : 1.0;
  books.cash += flows.customers;

  const double share = at_or_last(problem.revenue_share, quarter) * shared;
  books.run.share_paid[now] = share;
  (problem.revenue_share_to ? flows.to_parties : flows.to_outside) += share;
  const double opex = at_or_last(problem.opex, quarter).base_units();
  const double start_cash = quarter == 0 ? books.cash - flows.customers : books.run.cash[now - 1];
  const double interest = std::max(start_cash, 0.0) * problem.interest_on_cash / 4.0;
  flows.from_outside += interest;
  flows.to_outside += opex;
  books.cash += interest - share - opex;

  if (books.choice.rule != RoundRule::kNone) {
    for (std::size_t line = 0; line < problem.equity.size(); ++line) {
      const double paid = books.world.funding.equity[line * quarters + now];
      books.run.equity_received[line] += paid;
      (problem.equity[line].investor ? flows.from_parties : flows.from_outside) += paid;
      books.cash += paid;
    }
  }
  for (std::size_t line = 0; line < problem.debt.size(); ++line) {
    const DebtLine& terms = problem.debt[line];
    double& drawn = books.run.drawn[line];
    const double cost = drawn * terms.rate / 4.0;
    flows.to_outside += cost;
    books.cash -= cost;
    books.repaid[line] = terms.until == quarter ? drawn : 0.0;
    if (terms.until == quarter) {
      flows.to_outside += drawn;
      books.cash -= drawn;
      drawn = 0.0;
    }
  }
}

}  // namespace offtake::stress
