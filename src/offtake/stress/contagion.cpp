#include "offtake/stress/contagion.hpp"

#include <algorithm>
#include <utility>

#include "offtake/stress/party_books.hpp"

namespace offtake::stress {

PartyModel::PartyModel(const BuyerModel& buyer) : buyer_(&buyer), problem_(&buyer.problem()) {
  const auto quarters = static_cast<std::size_t>(problem_->quarters);
  remaining_.assign(problem_->commitments.size() * quarters, 0.0);
  for (std::size_t k = 0; k < problem_->commitments.size(); ++k) {
    double sum = 0.0;
    const int end = static_cast<int>(problem_->commitments[k].bills.size());
    for (int quarter = std::max(end, problem_->quarters - 1); quarter >= 0; --quarter) {
      if (quarter < problem_->quarters) {
        remaining_[k * quarters + static_cast<std::size_t>(quarter)] = sum;
      }
      sum += buyer.billed(k, quarter);
    }
  }
  for (const Due& due : problem_->dues) layers_ = std::max(layers_, due.layer + 1);
}

PartyRun PartyModel::run(const BuyerRun& buyer, const FundingDraw& world, bool equity_taken) const {
  const StressProblem& problem = *problem_;
  const std::size_t count = problem.parties.size();
  Books books{.buyer = buyer, .world = world, .equity_taken = equity_taken};
  books.run = {.default_quarter = std::vector<int>(count, problem.quarters),
               .loss = std::vector<double>(count, 0.0),
               .loss_gross = std::vector<double>(count, 0.0),
               .stake_loss = std::vector<double>(count, 0.0),
               .contract_loss = std::vector<double>(problem.commitments.size(), 0.0),
               .flows = std::vector<PartyFlows>(static_cast<std::size_t>(problem.quarters))};
  books.gone_from.assign(count, problem.quarters + 1);
  for (const StressParty& party : problem.parties) {
    books.cash.push_back(party.liquidity.base_units());
  }
  for (const Backstop& backstop : problem.backstops) {
    books.backstop.push_back(backstop.cap.base_units());
  }
  take_losses_of_buyer(books);
  for (int quarter = 0; quarter < problem.quarters; ++quarter) {
    PartyFlows& flows = books.flows(quarter);
    for (const double cash : books.cash) flows.cash_before += cash;
    for (std::size_t party = 0; party < count; ++party) {
      if (world.fails_in[party] != quarter || !books.alive(party, quarter)) continue;
      flows.to_outside += books.cash[party];
      books.cash[party] = 0.0;
      books.gone_from[party] = quarter;
      fail(books, party, quarter);
    }
    earn(books, quarter);
    call_backstops(books, quarter);
    settle(books, quarter);
    for (const double cash : books.cash) flows.cash_after += cash;
  }
  return std::move(books.run);
}

}  // namespace offtake::stress
