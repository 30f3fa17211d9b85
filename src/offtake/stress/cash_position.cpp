#include "offtake/stress/cash_position.hpp"

#include <algorithm>
#include <cmath>

#include "offtake/base/expects.hpp"

namespace offtake::stress {

using contract::RoundRule;

/// A run under way: the answer so far and the quarter at hand.
struct BuyerModel::Books {
  const RevenueDraw& revenue;
  const FundingDraw& world;
  const BuyerChoice& choice;
  BuyerRun run;
  double cash = 0.0;               ///< After step 1, before bills.
  double open = 0.0;               ///< Open purchases of the quarter.
  double after = 0.0;              ///< What bills and open purchases leave.
  std::vector<double> due;         ///< [commitment] bills of the quarter itself, as still owed.
  std::vector<double> delayed;     ///< [commitment] of those, put off to the next.
  std::vector<double> earned;      ///< [line * quarters + quarter]
  std::vector<bool> stepped_down;  ///< [commitment]
  double ratio = 1.0;              ///< Revenue over the base path's.
  int last_round = -1'000'000;

  bool has(std::size_t commitment) const { return choice.without != commitment; }
  BuyerFlows& flows(int quarter) { return run.flows[static_cast<std::size_t>(quarter)]; }
};

BuyerModel::BuyerModel(const StressProblem& problem)
    : problem_(&problem), revenue_(problem), known_(known_quarters(problem)) {
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
      const double earned = revenue_.base(line, quarter);
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

double BuyerModel::receipts(const Books& books, std::size_t line, int quarter) const {
  const double lag = problem_->revenue[line].receipts_lag;
  const int whole = static_cast<int>(lag);
  const double part = lag - whole;
  const auto earned = [&](int when) {
    if (when < 0) return revenue_.before_start(line);
    return books.earned[line * static_cast<std::size_t>(problem_->quarters) +
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
    const double earned = revenue_.earned(books.revenue.scenario, line, quarter) *
                          books.revenue.factor[line * quarters + now];
    books.earned[line * quarters + now] = earned;
    flows.earned += earned;
    base += revenue_.base(line, quarter);
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
      const double paid = books.world.equity[line * quarters + now];
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
    if (terms.until == quarter) {
      flows.to_outside += drawn;
      books.cash -= drawn;
      drawn = 0.0;
    }
  }
}

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
      trailing += revenue_.before_start(line);
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
  if (rule == RoundRule::kNone || !books.world.open[static_cast<std::size_t>(quarter)]) return;
  double missing = problem.cash_min.base_units() - forecast(books, quarter);
  if (missing <= 0.0) return;
  missing -= draw_debt(books, quarter, false, missing);
  if (rule != RoundRule::kRounds || missing <= 0.0) return;
  if (quarter - books.last_round < problem.rounds.every_quarters) return;
  double at_start = 0.0;
  for (std::size_t line = 0; line < problem.revenue.size(); ++line) {
    at_start += 4.0 * revenue_.before_start(line);
  }
  const double limit = round_limit(problem, 4.0 * books.flows(quarter).earned, at_start);
  const double raised = std::min(missing, limit);
  books.last_round = quarter;
  books.run.raised += raised;
  books.flows(quarter).from_outside += raised;
  books.cash += raised;
  books.after += raised;
}

/// What is still owed of a commitment falls to `kept_share` of what it was, this quarter included.
void BuyerModel::release(Books& books, std::size_t commitment, double kept_share) const {
  const double now = books.due[commitment] - books.delayed[commitment];
  books.after += (1.0 - kept_share) * now;
  books.due[commitment] *= kept_share;
  books.delayed[commitment] *= kept_share;
  books.run.kept[commitment] *= kept_share;
}

void BuyerModel::cover_shortage(Books& books, int quarter) const {
  const StressProblem& problem = *problem_;
  const StressSettings& settings = problem.settings;
  const std::size_t count = problem.commitments.size();
  if (settings.open_purchases_cut_first) {
    const double gain = 1.0 - settings.revenue_lost_per_dollar_cut;
    const double cut = gain > 0.0 ? std::min(books.open, -books.after / gain) : 0.0;
    const double lost = cut * settings.revenue_lost_per_dollar_cut;
    books.open -= cut;
    books.flows(quarter).customers -= lost;
    books.cash -= lost;
    books.after += cut - lost;
  }
  for (std::size_t k = 0; k < count && books.after < 0.0; ++k) {
    const double late = std::min(problem.commitments[k].cure * books.due[k], -books.after);
    if (late <= 0.0) continue;
    books.delayed[k] = late;
    books.run.late[k] = true;
    books.after += late;
  }
  for (std::size_t k = 0; k < count && books.after < 0.0; ++k) {
    if (books.stepped_down[k] || books.due[k] <= 0.0) continue;
    const Commitment& terms = problem.commitments[k];
    const double released = settings.step_down_releases_all ? 1.0 : 1.0 - terms.firm_share;
    books.stepped_down[k] = true;
    release(books, k, 1.0 - released * (1.0 - terms.step_down));
  }
  if (books.after >= 0.0 || !settings.renegotiation || books.run.renegotiated_in) return;
  books.run.renegotiated_in = quarter;
  for (std::size_t k = 0; k < count; ++k) {
    if (books.due[k] <= 0.0) continue;
    release(books, k, 1.0 - haircut());
    books.run.late[k] = true;
  }
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
  // Left over when nothing was due but what could not be paid before it, or the other way round.
  flows.to_outside += books.cash - share * due;
  books.cash = 0.0;
  books.run.default_quarter = quarter;
}

BuyerRun BuyerModel::run(const RevenueDraw& revenue, const FundingDraw& world,
                         const BuyerChoice& choice) const {
  const StressProblem& problem = *problem_;
  const auto quarters = static_cast<std::size_t>(problem.quarters);
  const std::size_t count = problem.commitments.size();
  Books books{.revenue = revenue, .world = world, .choice = choice};
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
  books.due.assign(count, 0.0);
  books.delayed.assign(count, 0.0);
  books.stepped_down.assign(count, false);
  books.earned.assign(problem.revenue.size() * quarters, 0.0);
  const int last = std::min(choice.until.value_or(problem.quarters - 1), problem.quarters - 1);
  for (int quarter = 0; quarter <= last; ++quarter) {
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
