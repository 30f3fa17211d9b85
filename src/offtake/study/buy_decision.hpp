#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "offtake/base/parallel.hpp"
#include "offtake/base/progress.hpp"
#include "offtake/book/book.hpp"
#include "offtake/plan/capacity_plan.hpp"
#include "offtake/study/buy_decision_case.hpp"
#include "offtake/study/out_of_sample.hpp"
#include "offtake/study/yield_table.hpp"

namespace offtake::study {

struct BuyDecisionSettings {
  BuyDecisionAssumptions assumptions;
  std::optional<int> scenarios;  ///< Instead of the book's.
  double gap = 1e-4;             ///< Of plan and values, as a share of the gross cost.
  std::vector<double> frontier = {0.0, 0.5, 1.0};  ///< Weights of CVaR.
  int fresh = 0;        ///< Worlds that the plan was not made for, to live through with it.
  bool explain = true;  ///< Value of every offer, baselines, frontier, EVPI and VSS; else the plan.
  Parallelism parallelism;
  Progress progress;
};

/// Mean over the scenarios, with the 10th, 50th and 90th percentile.
struct Spread {
  double mean = 0.0, p10 = 0.0, p50 = 0.0, p90 = 0.0;
};

enum class Verdict {
  kBinding,  ///< Signed before; nothing to decide.
  kSign,
  kDecline,
  kWait,  ///< Later, or only in some scenarios.
};

/// What the plan does with one contract, offer, option, port or line of equity.
struct Decision {
  std::string name;
  std::string kind;  ///< "contract", "offer", "option", "port", "equity"
  std::string supplier;
  std::string system;
  Verdict verdict = Verdict::kDecline;
  double chips = 0.0;      ///< Contracted; of an option the mean over the scenarios.
  double share = 0.0;      ///< Of the largest quantity, in [0, 1].
  std::string start;       ///< Period of the first delivery, or empty.
  Dollars commitment;      ///< All that is owed within the horizon, mean, undiscounted.
  Dollars beyond_horizon;  ///< And after it.
  std::optional<ChipPrice> price;
  std::optional<ChipPrice> break_even;  ///< Price at which a first chip more would pay.
  std::optional<Dollars> saves_low;     ///< Risk-adjusted cost without it less cost with it.
  std::optional<Dollars> saves_high;
  std::string why;
};

/// A stretch of capacity in one period, mean over the scenarios.
struct FleetPart {
  std::string name;  ///< Contract, offer, option or rental.
  std::string supplier;
  std::string system;
  bool is_signed = false;               ///< Before the plan.
  std::vector<double> reference_chips;  ///< [period]
  std::vector<double> usd;              ///< [period] Undiscounted.
};

struct PeriodTable {
  std::vector<std::string> labels;
  std::vector<int> years;            ///< [period] Calendar year.
  std::vector<double> length_years;  ///< [period]
  std::vector<Spread> need;          ///< [period] Reference chips.
  std::vector<FleetPart> fleet;
  std::vector<std::string> workloads;
  std::vector<std::vector<double>> unmet;  ///< [workload][period] Reference chips, mean.
  std::vector<std::string> pools;
  std::vector<std::vector<std::vector<double>>> served;  ///< [workload][pool][period] Ref. chips.
  std::vector<Spread> cash;                              ///< [period] Dollars.
  std::vector<Spread> emergency;  ///< [period] Dollars raised at the last resort.
};

/// The need of a calendar year in dollars at the market price of the year, and what is signed.
struct YearRow {
  int year = 0;
  Spread need_usd;
  double signed_usd = 0.0;
  double signed_capacity_usd = 0.0;  ///< The same capacity at the market price of the year.
  Spread revenue_usd;                ///< Net of revenue shares, if all were served.
};

struct ValueRow {
  std::string name;
  Dollars low, high;
  bool resolved = false;
  std::optional<Dollars> low_without_options;  ///< While the options held are out.
  std::optional<Dollars> high_without_options;
};

struct CostRow {
  std::string name;
  Dollars expected, cvar;
};

/// What a plan costs more than the best for each world alone.
struct RegretRow {
  std::string name;
  Dollars mean, worst;
};

/// Chips of an offer or option that plans hold which cost little more than the best; see NearRange.
struct AmountRow {
  std::string name;
  double best = 0.0;
  double least_bound = 0.0, least = 0.0;
  double most = 0.0, most_bound = 0.0;
};

/// What a workload leaves undone, and what that costs.
struct UndoneRow {
  std::string workload;
  double share = 0.0;  ///< Of its need.
  /// Dollars for the work of a reference chip in an hour: lost, and asked by the market of the day.
  /// Zero where nothing is undone.
  double price = 0.0, market = 0.0;
};

/// What one more of something would save in each calendar year, risk-adjusted.
struct ShadowPrice {
  std::string name;  ///< A pool of chips, or a limit.
  std::map<int, double>
      by_year;  ///< Chips: dollars a chip-hour of the year. Cash: dollars a dollar.
};

/// What the last dollar of a limit costs.
struct LimitPrice {
  std::string name;
  double usd_per_usd = 0.0;
};

struct RiskPoint {
  double lambda = 0.0;
  Dollars expected, cvar;
};

/// Which contracts to sign, and why. Costs are discounted and net of the revenue that would come if
/// all work were done; penalties for work left undone are among the costs.
struct BuyDecision {
  lp::Status status = lp::Status::kFailed;
  Dollars objective, bound;
  double gap = 0.0;           ///< (objective - bound) / |objective|
  double gap_of_gross = 0.0;  ///< The same over the cost of signing nothing, revenue left out.
  Dollars expected, cvar;
  double alpha = 0.95, lambda = 0.0;
  plan::CostParts mean_cost;                   ///< Dollars; parts of `expected`.
  std::vector<double> costs;                   ///< [scenario] Dollars.
  std::vector<std::string> revenue_scenarios;  ///< [scenario]
  std::vector<Decision> decisions;
  PeriodTable by_period;
  std::vector<YearRow> by_year;
  Dollars evpi;
  std::optional<Dollars> vss;  ///< Absent: not measured, or the mean plan has no recourse.
  std::vector<ValueRow> value_of;
  std::vector<CostRow> baselines;
  std::vector<RiskPoint> frontier;
  std::vector<RegretRow> regrets;       ///< The plan first, with an empty name.
  std::vector<AmountRow> near_amounts;  ///< What nearly best plans hold of each offer and option.
  double near_usd = 0.0;                ///< What those may cost more.
  std::vector<UndoneRow> undone;
  std::vector<ShadowPrice> chip_prices;
  std::map<int, double> cash_price;        ///< Empty where money is no constraint.
  std::vector<LimitPrice> limit_prices;    ///< Of limits that a user states and that bind.
  std::vector<std::string> broken_limits;  ///< Of a plan that they exclude.
  OutOfSample out_of_sample;               ///< Without costs if it was not asked for.
  int scenarios = 0;
  int iterations = 0;
  std::string method;
  lp::Basis basis;  ///< Where the first scenario's program ended: a start for like ones.

  /// Of all work needed, the share that the plan leaves undone, in reference chips, mean.
  double share_undone() const;
};

/// Reads `book` and `yields` as a problem and plans. Throws InputError when the book names a system
/// of which nothing is known, or asks for the value of what it does not hold.
BuyDecision decide_purchases(const book::Book& book, const YieldTable& yields,
                             const BuyDecisionSettings& settings);

}  // namespace offtake::study
