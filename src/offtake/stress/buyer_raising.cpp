#include <algorithm>

#include "offtake/stress/buyer_books.hpp"

/// Money raised before it is missing.
namespace offtake::stress {

using contract::RoundRule;

/// Cash after the runway if revenue keeps its present ratio to the base path and nothing is raised.
double BuyerModel::forecast(const Books& books, int quarter) const {
  const int begin = quarter + 1;
  const int end = std::min(begin + problem_->rounds.runway_quarters, known_);
  const auto from = static_cast<std::size_t>(begin);
  const auto to = static_cast<std::size_t>(std::max(begin, end));
  double cash = books.after + books.ratio * (receipts_until_[to] - receipts_until_[from]) -
                (other_until_[to] - other_until_[from]);
  for (std::size_t k = 0; k < problem_->commitments.size(); ++k) {
    if (!books.has(k)) continue;
    const double* sums = &billed_until_[k * static_cast<std::size_t>(known_ + 1)];
    cash -= books.run.kept[k] * (sums[to] - sums[from]);
  }
  return cash;
}

double BuyerModel::draw_debt(Books& books, int quarter, bool committed, double wanted) const {
  const StressProblem& problem = *problem_;
  double trailing = 0.0;
  for (int back = 0; back < 4; ++back) {
    if (quarter - back >= 0) {
      trailing += books.flows(quarter - back).earned;
      continue;
    }
    for (std::size_t line = 0; line < problem.revenue.size(); ++line) {
      trailing += base_.before_start(line);
    }
  }
  double all_debt = 0.0;
  for (const double drawn : books.run.drawn) all_debt += drawn;
  double got = 0.0;
  for (std::size_t line = 0; line < problem.debt.size() && wanted > got; ++line) {
    const DebtLine& terms = problem.debt[line];
    if (terms.committed != committed || quarter < terms.earliest) continue;
    if (terms.until && quarter >= *terms.until) continue;
    double room = terms.limit.base_units() - books.run.drawn[line];
    if (terms.debt_to_trailing_revenue_max) {
      room = std::min(room, *terms.debt_to_trailing_revenue_max * trailing - all_debt);
    }
    const double drawn = std::clamp(wanted - got, 0.0, std::max(room, 0.0));
    books.run.drawn[line] += drawn;
    books.flows(quarter).from_outside += drawn;
    all_debt += drawn;
    got += drawn;
  }
  books.cash += got;
  books.after += got;
  return got;
}

void BuyerModel::raise_ahead(Books& books, int quarter) const {
  const StressProblem& problem = *problem_;
  const RoundRule rule = books.choice.rule;
  if (rule == RoundRule::kNone || !books.world.funding.open[static_cast<std::size_t>(quarter)])
    return;
  double missing = problem.cash_min.base_units() - forecast(books, quarter);
  if (missing <= 0.0) return;
  missing -= draw_debt(books, quarter, false, missing);
  if (rule != RoundRule::kRounds || missing <= 0.0) return;
  if (quarter - books.last_round < problem.rounds.every_quarters) return;
  double at_start = 0.0;
  for (std::size_t line = 0; line < problem.revenue.size(); ++line) {
    at_start += 4.0 * base_.before_start(line);
  }
  const double limit = round_limit(problem, 4.0 * books.flows(quarter).earned, at_start);
  const double raised = std::min(missing, limit);
  books.last_round = quarter;
  books.run.raised += raised;
  books.flows(quarter).from_outside += raised;
  books.cash += raised;
  books.after += raised;
}

}  // namespace offtake::stress
