#include "offtake/stress/cash_position.hpp"

#include <algorithm>
#include <cmath>

#include "offtake/base/expects.hpp"
#include "offtake/stress/buyer_books.hpp"

namespace offtake::stress {

using contract::RoundRule;

BuyerModel::BuyerModel(const StressProblem& problem)
    : problem_(&problem), base_(problem), known_(known_quarters(problem)) {
  expects(problem.quarters >= 1, "a stress run has at least one quarter");
  expects(0.0 <= problem.payables_lag && problem.payables_lag <= 1.0, "payables within a quarter");
  double gigawatts = 0.0;
  for (const Commitment& commitment : problem.commitments) {
    gigawatts += commitment.gigawatts;
    double sum = 0.0;
    billed_until_.push_back(sum);
    for (int quarter = 0; quarter < known_; ++quarter) {
      const double now = at_or_none(commitment.bills, quarter).base_units();
      const double before = at_or_none(commitment.bills, std::max(quarter - 1, 0)).base_units();
      billed_.push_back((1.0 - problem.payables_lag) * now + problem.payables_lag * before);
      billed_until_.push_back(sum += billed_.back());
    }
  }
  const contract::ResaleMarket& market = problem.market;
  resale_share_ = std::max(market.floor, market.resale_after_seizure *
                                             std::exp(-market.price_impact_per_gw * gigawatts));
  double other = 0.0;
  double received = 0.0;
  for (int quarter = 0; quarter <= known_; ++quarter) {
    other_until_.push_back(other);
    receipts_until_.push_back(received);
    other += at_or_last(problem.opex, quarter).base_units() +
             at_or_none(problem.open_purchases, quarter).base_units();
    for (std::size_t line = 0; line < problem.revenue.size(); ++line) {
      const double earned = base_.earned(line, quarter);
      received += earned;
      if (problem.revenue[line].owes_share) {
        received -= at_or_last(problem.revenue_share, quarter) * earned;
      }
    }
  }
}

double BuyerModel::billed(std::size_t commitment, int quarter) const {
  const Commitment& terms = problem_->commitments[commitment];
  const double now = at_or_none(terms.bills, quarter).base_units();
  const double before = at_or_none(terms.bills, std::max(quarter - 1, 0)).base_units();
  return (1.0 - problem_->payables_lag) * now + problem_->payables_lag * before;
}

double BuyerModel::haircut() const {
  return std::min(problem_->settings.renegotiation_haircut, 1.0 - resale_share_);
}

void BuyerModel::pay(Books& books, int quarter) const {
  BuyerFlows& flows = books.flows(quarter);
  for (std::size_t k = 0; k < problem_->commitments.size(); ++k) {
    const double paid = books.due[k] - books.delayed[k] + books.run.arrears[k];
    books.run.paid[k * static_cast<std::size_t>(problem_->quarters) +
                   static_cast<std::size_t>(quarter)] = paid;
    flows.to_parties += paid;
    books.run.arrears[k] = books.delayed[k];
  }
  flows.to_outside += books.open;
  books.cash = books.after;
}

/// The cash there is goes to the bills due, alike; what opex and the like took too much is not
/// paid.
void BuyerModel::fail(Books& books, int quarter) const {
  BuyerFlows& flows = books.flows(quarter);
  double due = 0.0;
  for (std::size_t k = 0; k < books.due.size(); ++k) due += books.due[k] + books.run.arrears[k];
  const double share = due > 0.0 ? std::clamp(books.cash / due, 0.0, 1.0) : 0.0;
  for (std::size_t k = 0; k < books.due.size(); ++k) {
    const double paid = share * (books.due[k] + books.run.arrears[k]);
    books.run.paid[k * static_cast<std::size_t>(problem_->quarters) +
                   static_cast<std::size_t>(quarter)] = paid;
    flows.to_parties += paid;
    books.run.late[k] = true;
    books.run.arrears[k] = books.due[k] + books.run.arrears[k] - paid;
  }
  // Lenders are repaid from what is there after opex and interest.
  double unpaid = std::max(-books.cash, 0.0);
  for (std::size_t line = 0; line < books.repaid.size(); ++line) {
    const double missing = std::min(unpaid, books.repaid[line]);
    books.run.drawn[line] += missing;
    unpaid -= missing;
  }
  // Left over when nothing was due but what could not be paid before it, or the other way round.
  flows.to_outside += books.cash - share * due;
  books.cash = 0.0;
  books.run.default_quarter = quarter;
}

BuyerRun BuyerModel::run(const World& world, const BuyerChoice& choice) const {
  const StressProblem& problem = *problem_;
  const auto quarters = static_cast<std::size_t>(problem.quarters);
  const std::size_t count = problem.commitments.size();
  Books books{.world = world, .choice = choice};
  books.run = {.default_quarter = problem.quarters,
               .first_shortfall = problem.quarters,
               .cash = std::vector<double>(quarters, 0.0),
               .paid = std::vector<double>(count * quarters, 0.0),
               .share_paid = std::vector<double>(quarters, 0.0),
               .kept = std::vector<double>(count, 1.0),
               .arrears = std::vector<double>(count, 0.0),
               .equity_received = std::vector<double>(problem.equity.size(), 0.0),
               .late = std::vector<bool>(count, false),
               .flows = std::vector<BuyerFlows>(quarters)};
  for (const DebtLine& line : problem.debt) books.run.drawn.push_back(line.drawn.base_units());
  books.cash = problem.cash.base_units() + choice.added_cash;
  books.repaid.assign(problem.debt.size(), 0.0);
  books.due.assign(count, 0.0);
  books.delayed.assign(count, 0.0);
  books.stepped_down.assign(count, false);
  for (int quarter = 0; quarter < problem.quarters; ++quarter) {
    receive(books, quarter);
    books.open = at_or_none(problem.open_purchases, quarter).base_units();
    books.after = books.cash - books.open;
    for (std::size_t k = 0; k < count; ++k) {
      const std::size_t slot =
          k * static_cast<std::size_t>(known_) + static_cast<std::size_t>(quarter);
      books.due[k] = books.has(k) ? books.run.kept[k] * billed_[slot] : 0.0;
      books.delayed[k] = 0.0;
      books.after -= books.due[k] + books.run.arrears[k];
    }
    raise_ahead(books, quarter);
    const double floor = problem.cash_min.base_units();
    if (books.after < floor) draw_debt(books, quarter, true, floor - books.after);
    if (books.after < 0.0) {
      books.run.first_shortfall = std::min(books.run.first_shortfall, quarter);
      if (choice.rule == RoundRule::kFree) {
        books.run.raised -= books.after;
        books.flows(quarter).from_outside -= books.after;
        books.cash -= books.after;
        books.after = 0.0;
      } else {
        cover_shortage(books, quarter);
      }
    }
    const double tolerance = 1e-12 * (std::abs(books.cash) + 1.0);
    if (books.after < -tolerance) {
      fail(books, quarter);
      break;
    }
    pay(books, quarter);
    books.run.cash[static_cast<std::size_t>(quarter)] = books.cash;
  }
  return std::move(books.run);
}

}  // namespace offtake::stress
