#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "offtake/contract/funding.hpp"
#include "offtake/stress/stress_problem.hpp"
#include "offtake/stress/who_can_fail.hpp"
#include "offtake/units/month.hpp"
#include "offtake/units/quantity.hpp"

namespace offtake::stress {

/// A share of the paths, and the 95% interval that the count of paths leaves.
struct Probability {
  double value = 0.0;
  double low = 0.0;
  double high = 1.0;
};

/// What must be added at the start so that the buyer does not fail by `end` on `confidence` of the
/// paths.
struct Raise {
  double end = 0.0;  ///< Year: 2027.0 is the end of 2026.
  double confidence = 0.95;
  Dollars minimum;
  Dollars low;  ///< 95% interval of the quantile.
  Dollars high;
  Probability fails_with_it;  ///< Measured again with the sum paid in.
};

struct YearProbability {
  int year = 0;
  Probability probability;  ///< By the end of that year.
};

/// The same draws under one rule of who may raise money when.
struct FundingRuleResult {
  contract::RoundRule rule = contract::RoundRule::kRounds;
  Probability paid_on_time;
  Probability defaults;
  std::optional<Dollars> minimum_raise;  ///< At 95%, by the horizon's end; none if all is raised.
  Dollars raised_mean;                   ///< In rounds, or whatever was missing.
  bool used = false;
};

/// The paths on which one scenario of revenue holds.
struct ScenarioResult {
  std::string name;
  double probability = 0.0;
  std::size_t paths = 0;
  Probability paid_on_time;
  Probability defaults;
  std::vector<Dollars> cash_median;  ///< [quarter] at its end.
};

struct PartyResult {
  std::string name;
  std::vector<YearProbability> default_by;
  CanFail can_fail;  ///< Where it cannot, the rate is zero by construction.
  /// The buyer pays in full by hand, on the same draws; none: it cannot fail then.
  std::optional<double> default_by_end_buyer_alive;
  double default_by_end_as_priced = 0.0;  ///< By its own hazard alone, as the market prices it.
  Dollars expected_loss;                  ///< As creditor; claims taken after re-letting.
  Dollars expected_loss_gross;            ///< The same before re-letting.
  Dollars cvar;                 ///< Mean of the worst 1 - level of the losses after re-letting.
  Dollars expected_stake_loss;  ///< On its shares of the buyer.
};

/// Lenders on one of the buyer's debt lines; they stand outside the parties.
struct LenderResult {
  std::string line;
  double unpaid = 0.0;      ///< Share of the paths on which the buyer fails with debt drawn.
  Dollars owed_at_default;  ///< Mean over those paths.
  Dollars expected_loss;    ///< Over all paths: what is owed less what is recovered.
  Dollars cvar;             ///< As for parties.
};

struct CommitmentResult {
  std::string name;
  std::string supplier;
  double on_time = 0.0;  ///< Every bill paid when due, or released by right.
  double late = 0.0;     ///< Paid late or less.
  double never = 0.0;    ///< The buyer failed before its end.
  Dollars expected_loss;
  std::optional<Dollars> raise_without;  ///< Minimum raise at 95% had it not been signed.
};

/// Quantiles over the paths of the cash at a quarter's end; a failed buyer has none.
struct CashQuantiles {
  Dollars p5, p25, p50, p75, p95;
};

/// An equity line as the books have it, and what came.
struct LineResult {
  std::string name;
  Dollars mean;  ///< Paid in by the horizon's end, over all paths.
};

/// Money that returned to those who put it in.
struct CircularityResult {
  std::string investor;
  Dollars paid_in;
  double gross = 0.0;   ///< Share of it that came back within the quarters set.
  double netted = 0.0;  ///< The same less what customers' money explains.
};

/// All investors together, each dollar paid in counted alike.
struct CircularityAnswer {
  std::vector<CircularityResult> investors;
  double gross = 0.0;
  double netted = 0.0;
  Dollars customers_money;  ///< Mean over the paths.
};

/// How the minimum raise moves when one input goes to either end of its range.
struct TornadoRow {
  std::string name;
  std::string low_text;
  std::string high_text;
  Dollars at_low;
  Dollars at_high;
};

struct StressAnswer {
  std::size_t paths = 0;
  Probability paid_on_time;
  Probability defaults;                      ///< By the horizon's end.
  std::vector<Probability> first_shortfall;  ///< [quarter]
  std::vector<YearProbability> default_by;
  std::vector<CashQuantiles> cash;  ///< [quarter]
  std::vector<Raise> raises;        ///< By end, then by confidence.
  Dollars minimum_raise;            ///< At 95% by the horizon's end.
  Month raise_end;                  ///< Last month of that, and of every raise without an end.
  double more_cash_hurts = 0.0;  ///< Share of paths that fail with the 95% raise, though less saved
                                 ///< them: a richer buyer puts its round or its step-down off.
  std::vector<FundingRuleResult> rules;
  std::vector<ScenarioResult> scenarios;
  PartyTrouble party_trouble = PartyTrouble::kHeldLiquidity;
  std::vector<PartyResult> parties;
  std::vector<LenderResult> lenders;
  std::vector<CommitmentResult> commitments;
  std::vector<LineResult> lines;
  CircularityAnswer circularity;
  double fragility = 0.0;  ///< Greatest less least payments, over all that was cleared.
  std::vector<TornadoRow> tornado;
};

}  // namespace offtake::stress
