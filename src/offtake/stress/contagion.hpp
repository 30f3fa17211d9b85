#pragma once

#include <vector>

#include "offtake/stress/cash_position.hpp"

namespace offtake::stress {

/// All parties' money with the world outside in one quarter, in dollars; what they pay one another
/// is not in it.
struct PartyFlows {
  double from_buyer = 0.0;
  double to_buyer = 0.0;
  double from_outside = 0.0;  ///< Free cash flow, funding, re-letting, recovered claims.
  double to_outside = 0.0;    ///< Running costs, debts to outsiders, what is left of the failed.
  double burnt = 0.0;         ///< Costs of default.
  double cash_before = 0.0;
  double cash_after = 0.0;
};

/// What one path of the buyer does to the parties.
struct PartyRun {
  std::vector<int> default_quarter;   ///< [party] the count of quarters if it never fails.
  std::vector<double> loss;           ///< [party] as creditor, claims taken after re-letting.
  std::vector<double> loss_gross;     ///< [party] the same before re-letting.
  std::vector<double> stake_loss;     ///< [party] its share of the buyer's equity, if wiped out.
  std::vector<double> contract_loss;  ///< [commitment] claims taken after re-letting.
  double cleared = 0.0;               ///< Dollars owed on dates on which someone was short.
  double gap = 0.0;                   ///< Of those, paid in the greatest and not in the least way.
  std::vector<PartyFlows> flows;      ///< [quarter]
};

/// The parties' cash when the buyer's run is given. While the buyer lives, a party without stated
/// funding keeps its liquidity. From the buyer's default on, its supplier gets the rent of
/// re-letting and, along the old schedule, the recovered part of its claim: the firm bills less
/// that rent. Its funding stops, and what falls due is paid from cash. When a party is short, its
/// backstop pays and then all dues of the quarter are cleared together, running costs first.
class PartyModel {
 public:
  explicit PartyModel(const BuyerModel& buyer);

  /// `equity_taken`: the buyer's run drew the equity lines of `world`.
  PartyRun run(const BuyerRun& buyer, const FundingDraw& world, bool equity_taken) const;

 private:
  struct Books;
  double income(const BuyerRun& buyer, std::size_t commitment, int quarter) const;
  void take_losses_of_buyer(Books& books) const;
  void earn(Books& books, int quarter) const;
  void call_backstops(Books& books, int quarter) const;
  void settle(Books& books, int quarter) const;
  void fail(Books& books, std::size_t party, int quarter) const;
  double due_now(const Books& books, const Due& due, int quarter) const;

  const BuyerModel* buyer_;
  const StressProblem* problem_;
  std::vector<double> remaining_;  ///< [commitment * quarters + quarter] bills after the quarter.
  std::size_t layers_ = 1;
};

}  // namespace offtake::stress
