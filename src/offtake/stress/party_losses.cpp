#include <algorithm>

#include "offtake/stress/party_books.hpp"

/// What creditors lose by the buyer and by one another.
namespace offtake::stress {

/// Claims less payments: (1 - recovery) of the firm bills to come, before or after re-letting, and
/// of what was due. A cut agreed on earlier is a loss too.
void PartyModel::take_losses_of_buyer(Books& books) const {
  const BuyerRun& buyer = books.buyer;
  const auto quarters = static_cast<std::size_t>(problem_->quarters);
  const double lost = 1.0 - problem_->recovery_contract;
  for (std::size_t k = 0; k < problem_->commitments.size(); ++k) {
    const Commitment& terms = problem_->commitments[k];
    double net = 0.0;
    double gross = 0.0;
    if (buyer.renegotiated_in && buyer.late[k]) {
      const double cut = buyer.kept[k] * buyer_->haircut() / (1.0 - buyer_->haircut());
      double released = 0.0;
      const int end = std::min(buyer.default_quarter, problem_->quarters - 1);
      const std::size_t from = k * quarters + static_cast<std::size_t>(*buyer.renegotiated_in);
      const std::size_t to = k * quarters + static_cast<std::size_t>(end);
      released = remaining_[from] + buyer_->billed(k, *buyer.renegotiated_in);
      if (buyer.failed()) released -= remaining_[to];
      net += cut * released;
      gross += cut * released;
    }
    if (buyer.failed()) {
      const double to_come =
          remaining_[k * quarters + static_cast<std::size_t>(buyer.default_quarter)];
      const double firm = std::min(buyer.kept[k], terms.firm_share);
      net += lost * (buyer.arrears[k] + std::max(firm - buyer_->resale_share(), 0.0) * to_come);
      gross += lost * (buyer.arrears[k] + firm * to_come);
    }
    books.run.contract_loss[k] = net;
    books.run.loss[terms.supplier] += net;
    books.run.loss_gross[terms.supplier] += gross;
  }
  if (!buyer.failed()) return;
  for (const Stake& stake : problem_->stakes) {
    books.run.stake_loss[stake.holder] += stake.share * problem_->equity_value.base_units();
  }
}

/// The party has failed: who is owed later payments loses what its estate does not cover.
void PartyModel::fail(Books& books, std::size_t party, int quarter) const {
  books.run.default_quarter[party] = quarter;
  for (const Due& due : problem_->dues) {
    if (due.from != party || !due.to) continue;
    double later = 0.0;
    for (int when = books.gone_from[party]; when < static_cast<int>(due.amounts.size()); ++when) {
      later += at_or_none(due.amounts, when).base_units();
    }
    const double lost = (1.0 - due.recovery) * later;
    books.run.loss[*due.to] += lost;
    books.run.loss_gross[*due.to] += lost;
  }
}

}  // namespace offtake::stress
