#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "offtake/stress/stress_problem.hpp"
#include "offtake/stress/world.hpp"

namespace offtake::stress {

/// What is changed by hand in one run of a path; the draws stay.
struct BuyerChoice {
  contract::RoundRule rule = contract::RoundRule::kListedLines;
  double added_cash = 0.0;             ///< At the start, in dollars.
  std::optional<std::size_t> without;  ///< A commitment that was never signed.
};

/// The buyer's money in one quarter, in dollars.
struct BuyerFlows {
  double customers = 0.0;
  double from_outside = 0.0;  ///< Market equity, loans of outsiders, interest on cash.
  double to_outside = 0.0;    ///< Opex, open purchases, interest paid, repayments to outsiders.
  double from_parties = 0.0;
  double to_parties = 0.0;
  double earned = 0.0;  ///< Revenue, whenever it is received.
};

/// One path of the buyer, quarter by quarter.
struct BuyerRun {
  int default_quarter = 0;  ///< The count of quarters if it never fails.
  int first_shortfall = 0;  ///< First quarter that planned money does not cover; as above if none.
  std::optional<int> renegotiated_in;  ///< Quarter.
  double raised = 0.0;                 ///< In rounds, or by the rule that raises what is missing.
  std::vector<double> cash;            ///< [quarter] at its end; nothing after a default.
  std::vector<double> paid;            ///< [commitment * quarters + quarter]
  std::vector<double> share_paid;      ///< [quarter] of revenue.
  std::vector<double> kept;            ///< [commitment] share of its bills that is still owed.
  std::vector<double> arrears;         ///< [commitment] due from before the default.
  std::vector<double> drawn;  ///< [debt line] at the end, or owed to lenders at the default.
  std::vector<double> equity_received;  ///< [equity line] over the run.
  std::vector<bool> late;               ///< [commitment] paid late or less.
  std::vector<BuyerFlows> flows;        ///< [quarter]

  bool failed() const { return default_quarter < static_cast<int>(cash.size()); }
};

/// The buyer's cash on drawn paths. In each quarter, in this order:
///   1. receipts (revenue after its lag), equity paid in and interest come; opex, the revenue share
///      (owed on what is earned), interest and repayments go;
///   2. while the market is open and the forecast leaves less than `cash_min` after
///      `runway_quarters`, uncommitted debt is drawn and, by the rule kRounds, a round is held, to
///      reach just that. The forecast scales the base path to the quarter's revenue;
///   3. bills and open purchases are due. If that leaves less than `cash_min`, committed debt is
///      drawn;
///   4. if cash is still short: open purchases are cut, bills are delayed within their cure, what
///      can be released is stepped down, all bills are renegotiated once, and else it defaults.
/// Rule kNone takes no equity line and only committed debt; kFree raises what is missing at once.
class BuyerModel {
 public:
  explicit BuyerModel(const StressProblem& problem);

  BuyerRun run(const World& world, const BuyerChoice& choice) const;
  /// A bill after the payables' lag, in full, whether or not the buyer lives; any quarter.
  double billed(std::size_t commitment, int quarter) const;
  /// The cut that all suppliers accept when bills are renegotiated.
  double haircut() const;
  /// The rent at which seized capacity is let again, over the contract's price.
  double resale_share() const { return resale_share_; }
  const StressProblem& problem() const { return *problem_; }

 private:
  struct Books;
  void receive(Books& books, int quarter) const;
  double forecast(const Books& books, int quarter) const;
  void raise_ahead(Books& books, int quarter) const;
  double draw_debt(Books& books, int quarter, bool committed, double wanted) const;
  void cover_shortage(Books& books, int quarter) const;
  void release(Books& books, std::size_t commitment, double kept_share) const;
  void pay(Books& books, int quarter) const;
  void fail(Books& books, int quarter) const;
  double receipts(const Books& books, std::size_t line, int quarter) const;

  const StressProblem* problem_;
  BaseRevenue base_;
  int known_;
  double resale_share_;
  std::vector<double> billed_;          ///< [commitment * known + quarter]
  std::vector<double> billed_until_;    ///< [commitment * (known + 1) + quarter] sum before it.
  std::vector<double> other_until_;     ///< [quarter] opex and open purchases before it.
  std::vector<double> receipts_until_;  ///< [quarter] base receipts less the share before it.
};

}  // namespace offtake::stress
