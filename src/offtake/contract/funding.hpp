#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "offtake/units/month.hpp"
#include "offtake/units/quantity.hpp"

namespace offtake::contract {

/// Money an investor may pay in. It comes in full or not at all: one draw a line decides.
struct EquityLine {
  std::string name;
  std::string investor;  ///< A party, or "market".
  Dollars amount;
  std::optional<Dollars> valuation;  ///< Of the whole company; absent: `Capital::equity_value`.
  /// When it is due; a month before the book's start counts as its start. Empty: from `earliest`,
  /// when asked for.
  std::map<Month, Dollars> schedule;
  std::optional<Month> earliest;
  std::optional<Month> lapses;
  double probability = 1.0;  ///< That it comes at all.
  /// Events that fire it, such as "listing"; lines with one trigger come together. Empty: none.
  std::vector<std::string> triggers;
  std::vector<std::string> tied_to;  ///< Offers, groups or contracts that must be signed with it.
  std::string option_held;           ///< With `tranche_amount`: paid for each tranche taken of it.
  std::optional<Dollars> tranche_amount;
  bool needs_open_window = false;  ///< Comes only in a quarter in which the market is open.
  bool received = false;           ///< Already in cash: history, for circularity only.
};

struct Covenant {
  double debt_to_trailing_revenue_max = 0.0;
};

struct DebtLine {
  std::string name;
  Dollars limit;
  Dollars drawn;
  double rate = 0.0;  ///< A year.
  std::optional<Month> earliest;
  std::optional<Month> until;
  bool committed = false;  ///< Can be drawn when the market is shut.
  std::optional<Covenant> covenant;
};

/// The market for new money is open or shut, quarter by quarter.
struct FundingWindow {
  bool open_now = true;
  double close_per_quarter = 0.0;        ///< Probability that an open market shuts.
  double reopen_per_quarter = 1.0;       ///< Probability that a shut market opens.
  double correlation_with_demand = 0.0;  ///< Of the chain's draw with the common demand factor.
};

enum class RoundRule {
  kNone,         ///< Cash in hand and committed lines only.
  kListedLines,  ///< The book's lines, no more.
  kRounds,       ///< Also new rounds, by the figures below.
  kFree,         ///< Whatever is missing is raised at once: how much would be needed.
};

/// May the buyer raise again after the listed lines?
struct FutureRounds {
  RoundRule rule = RoundRule::kRounds;
  int every_quarters = 4;      ///< At most one round in so many quarters.
  double dilution_max = 0.10;  ///< Largest share of equity value in one round.
  int runway_quarters = 6;     ///< Raise when cash lasts less than this; aim at this.
  double sales_multiple =
      0.0;  ///< Equity value over the run-rate of revenue; zero: at the book's start.
};

/// Money of last resort, so that a plan never stops for cash; dear on purpose.
struct EmergencyEquity {
  double price = 0.25;  ///< Dollars lost by present owners for each dollar raised, beside dilution.
};

/// The right to shares of another company for a price near nothing.
struct Warrant {
  std::string name;
  std::string issuer;
  double shares = 0.0;
  Dollars strike;                       ///< A share.
  std::optional<Dollars> price_now;     ///< A share of the issuer.
  std::optional<Dollars> hurdle_last;   ///< Price a share that the last tranche needs.
  std::optional<double> shares_per_gw;  ///< Vest with each gigawatt taken.
  std::optional<Watts> vests_at;        ///< All vest only there.
  std::optional<Dollars> value;         ///< Of the whole, when no price a share is known.
};

/// What the buyer has and can raise.
struct Capital {
  Dollars cash;
  Dollars cash_min;
  Dollars lease_liabilities;
  Dollars equity_value;           ///< Of the buyer, on the day.
  double interest_on_cash = 0.0;  ///< A year.
  Seconds payables_terms;         ///< Bills are paid so long after they are owed.
  std::vector<EquityLine> equity;
  std::vector<DebtLine> debt;
  FundingWindow window;
  FutureRounds rounds;
  EmergencyEquity emergency;
  std::vector<Warrant> warrants;
};

}  // namespace offtake::contract
