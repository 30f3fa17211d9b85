#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "offtake/contract/funding.hpp"
#include "offtake/contract/party.hpp"
#include "offtake/demand/demand_process.hpp"
#include "offtake/demand/revenue_timing.hpp"
#include "offtake/stress/liability_network.hpp"
#include "offtake/units/month.hpp"
#include "offtake/units/quantity.hpp"

/// What a stress run takes: plain values by quarter. Quarter 0 begins at `StressProblem::start`.
/// Parties are named by their place in `StressProblem::parties`; the buyer is not one of them.
namespace offtake::stress {

/// Revenue of one kind on the base path.
struct RevenueLine {
  std::string name;
  std::vector<Dollars> base;  ///< [month] what the buyer plans with; after the last month it stays.
  /// [scenario][month] earned when the line does not wander; none: `base` in every scenario.
  std::vector<std::vector<Dollars>> earned;
  double volatility = 0.0;    ///< Of the log, a square-root year.
  double receipts_lag = 0.0;  ///< Quarters from earning to cash.
  bool owes_share = true;     ///< The revenue share is due on it.
};

/// What one contract makes the buyer pay.
struct Commitment {
  std::string name;
  std::size_t supplier = 0;
  std::vector<Dollars>
      bills;                ///< [quarter] at face, to the contract's end, beyond the horizon too.
  double firm_share = 1.0;  ///< What cannot be shed, and what a court would award.
  double step_down = 0.4;   ///< Share of a released amount that stays due.
  double cure = 1.0 / 3.0;  ///< Quarters for which a bill may be late without a default.
  double gigawatts = 0.0;   ///< Capacity that is let again when it is seized.
};

/// One payment of an equity line.
struct Instalment {
  int quarter = 0;  ///< Before 0: counted in quarter 0.
  Dollars amount;
};

/// Money that comes whole or not at all, by one draw.
struct EquityLine {
  std::string name;
  std::optional<std::size_t> investor;  ///< None: the market.
  double probability = 1.0;
  std::vector<Instalment> schedule;  ///< Empty: `amount` in one sum from `earliest` on.
  Dollars amount;
  int earliest = 0;                  ///< First quarter.
  std::optional<int> lapses;         ///< Last quarter.
  bool needs_open_window = false;    ///< It waits for an open market until it lapses.
  std::optional<std::size_t> event;  ///< Lines of one event share the draw and the date, which is
                                     ///< uniform over the quarters allowed.
};

/// A loan or bond from lenders outside the parties.
struct DebtLine {
  std::string name;
  Dollars limit;
  Dollars drawn;
  double rate = 0.0;  ///< A year.
  int earliest = 0;
  std::optional<int> until;  ///< Quarter in which it is repaid.
  bool committed = false;    ///< Can be drawn when the market is shut.
  std::optional<double> debt_to_trailing_revenue_max;
};

/// A company beside the buyer.
struct StressParty {
  std::string name;
  Dollars liquidity;
  Dollars free_cash_flow;  ///< A quarter, without the commitments and dues listed here.
  /// Money from outside a quarter. None: as much as keeps its liquidity while the buyer pays.
  std::optional<Dollars> funding;
  bool funding_stops_with_buyer = true;
  double hazard = 0.0;  ///< A year, as the market prices it.
  RecoveryRates default_costs;
};

/// Payments due between parties beyond the commitments.
struct Due {
  std::size_t from = 0;
  std::optional<std::size_t> to;
  std::size_t layer = 0;                ///< 0 is the most senior.
  std::vector<Dollars> amounts;         ///< [quarter]; nothing after the last.
  double recovery = 0.4;                ///< Of what falls due after the debtor's default.
  bool refinanced_while_sound = false;  ///< Not paid from cash as long as its funding goes on.
};

/// `by` pays what `of` cannot, `cap` in all.
struct Backstop {
  std::size_t by = 0;
  std::size_t of = 0;
  Dollars cap;
  std::optional<int> until;
};

/// A share of the buyer's equity.
struct Stake {
  std::size_t holder = 0;
  double share = 0.0;
};

/// What can make a party fail while the buyer pays. Funding that the book does not state is as much
/// as keeps the party's liquidity until the buyer defaults, in either case.
enum class PartyTrouble {
  kHeldLiquidity,  ///< Nothing: without stated funding it cannot fail before the buyer does.
  kOwnHazard,      ///< Also its own hazard, as the market prices it.
};

/// What no source settles and moves the answer; every one is an input.
struct StressSettings {
  std::size_t paths = 20'000;
  std::size_t raise_paths = 4'000;  ///< The first of them, on which minimum raises are sought.
  std::uint64_t seed = 1;
  /// Paths are drawn in blocks of so many, each with scenarios and lines near their shares; with
  /// the count of a plan's scenarios the first block's paths are the plan's worlds.
  std::size_t block = 100;
  bool step_down_releases_all = false;  ///< Else only the part outside `firm_share`.
  bool renegotiation = true;
  double renegotiation_haircut = 0.30;  ///< Of all bills to come; less if letting again pays more.
  bool open_purchases_cut_first = true;
  double revenue_lost_per_dollar_cut = 0.3;  ///< Of open purchases.
  double running_cost = 0.25;  ///< Of its bills, what serving costs a supplier in cash.
  PartyTrouble party_trouble = PartyTrouble::kHeldLiquidity;
  double party_hazard_share = 1.0;  ///< Of a hazard that is drawn; the rest is the buyer's default,
                                    ///< which the market's price of the party holds too.
  double loss_level = 0.95;         ///< Of the conditional value at risk of losses.
  int return_within = 8;  ///< Quarters in which money counts as coming back to its investor.
};

struct StressProblem {
  Month start;
  int quarters = 1;  ///< That are simulated.
  std::string buyer;

  std::vector<RevenueLine> revenue;
  /// Probabilities sum to one. What a scenario does to revenue is in `RevenueLine::earned`.
  std::vector<demand::RevenueScenario> scenarios;
  demand::DemandProcess process;

  std::vector<Dollars> opex;          ///< [quarter]; after the last it stays.
  std::vector<double> revenue_share;  ///< [quarter]; after the last it stays.
  std::optional<std::size_t> revenue_share_to;
  std::vector<Dollars> open_purchases;  ///< [quarter] compute needed and not signed.

  std::vector<Commitment> commitments;
  double payables_lag =
      0.0;  ///< Quarters, below 1. The first quarter's bills stand for earlier ones.

  Dollars cash;
  Dollars cash_min;               ///< What raising aims to keep; bills are paid down to zero.
  Dollars equity_value;           ///< At the start.
  double interest_on_cash = 0.0;  ///< A year.
  std::vector<EquityLine> equity;
  std::vector<DebtLine> debt;
  contract::FundingWindow window;
  contract::FutureRounds rounds;

  double recovery_contract = 0.3;  ///< Of claims on the buyer after its default.
  double recovery_debt = 0.45;
  std::vector<StressParty> parties;
  std::vector<Due> dues;
  std::vector<Due> purchases;  ///< Inside the parties' own cash flow: for circularity only.
  std::vector<Backstop> backstops;
  std::vector<Stake> stakes;
  contract::ResaleMarket market;

  StressSettings settings;
};

/// The hazard a year that is drawn for a party.
inline double drawn_hazard(const StressProblem& problem, std::size_t party) {
  if (problem.settings.party_trouble == PartyTrouble::kHeldLiquidity) return 0.0;
  return problem.settings.party_hazard_share * problem.parties[party].hazard;
}

/// `values[quarter]`, or the last one after its end; nothing if empty.
template <class T>
T at_or_last(const std::vector<T>& values, int quarter) {
  if (values.empty()) return T{};
  const auto index = static_cast<std::size_t>(quarter < 0 ? 0 : quarter);
  return index < values.size() ? values[index] : values.back();
}

/// `values[quarter]`, or nothing outside.
template <class T>
T at_or_none(const std::vector<T>& values, int quarter) {
  if (quarter < 0 || static_cast<std::size_t>(quarter) >= values.size()) return T{};
  return values[static_cast<std::size_t>(quarter)];
}

}  // namespace offtake::stress
