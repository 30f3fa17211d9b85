#pragma once

#include <optional>
#include <string>
#include <vector>

#include "offtake/lp/stochastic_program.hpp"
#include "offtake/units/quantity.hpp"

/// All figures of a problem are plain numbers in its `Scale`: money in `money`, chips in `chips`,
/// and time in years, so that the programs' coefficients stay near one.
namespace offtake::plan {

struct Scale {
  Dollars money;
  Chips chips;
  bool operator==(const Scale&) const = default;
};

struct Period {
  std::string label;  ///< "2026-Q1"
  int year = 0;       ///< Calendar year in which it begins.
  double years = 0.25;
  double discount = 1.0;  ///< Of a sum paid in its middle.
  bool operator==(const Period&) const = default;
};

/// Hours of a week that are alike, as a share of all hours; one block when the day does not matter.
struct LoadBlock {
  std::string name;
  double share = 1.0;
  bool operator==(const LoadBlock&) const = default;
};

struct Workload {
  std::string name;
  bool deferrable = false;     ///< Its need is a mean over its blocks, not one in each.
  std::vector<char> in_block;  ///< [block] May run there.
  bool operator==(const Workload&) const = default;
};

/// Chips that differ for no workload but by a common factor.
struct Pool {
  std::string name;
  std::vector<double> ratio;    ///< [workload] Work of a chip in reference chips; 0: cannot.
  std::vector<double> movable;  ///< [workload] Largest share of the need that it may serve.
  int port = -1;                ///< Lever that must be pulled before signed capacity is of use.
  bool operator==(const Pool&) const = default;
};

/// Capacity by the hour or the period, bought when the scenario is known.
struct Rental {
  std::string name;
  std::string supplier;
  int pool = 0;
  bool held = true;        ///< The same amount in all blocks of a period.
  std::vector<int> gates;  ///< Levers that must all be pulled, and have worked, before it is of
                           ///< use: a port, or the mere decision to use it at all.
  bool operator==(const Rental&) const = default;
};

enum class SourceKind { kOffer, kOption };

/// What the levers of one offer or option have in common.
struct Source {
  std::string name;
  std::string group;
  std::string supplier;
  std::string system;
  SourceKind kind = SourceKind::kOffer;
  int pool = 0;
  double price = 0.0;       ///< Money a chip-year.
  double take_price = 0.0;  ///< Money a chip-year used beyond the minimum take.
  /// [period] Factor on `take_price`, where a chip of the pool takes ever less of what is sold;
  /// empty: one.
  std::vector<double> take_factor;
  bool extra_take = false;  ///< There is use beyond a minimum take.
  bool operator==(const Source&) const = default;
};

enum class LeverKind { kSign, kExercise, kPort, kEquity, kAllow };

/// One decision of the first stage. Options are levers too: one for each date and group of
/// scenarios that cannot be told apart at that date.
struct Lever {
  std::string name;
  LeverKind kind = LeverKind::kSign;
  int source = -1;
  int period = 0;  ///< When it acts.
  double max = 0.0;
  bool whole = false;
  double lot = 1.0;  ///< Chips (or money) of one unit.
  bool operator==(const Lever&) const = default;
};

/// What one unit of a lever brings in one scenario. Empty vectors are zeros.
struct LeverEffect {
  std::vector<double> capacity;  ///< [period] Chips that its bill includes; of a gate: 1 once it
                                 ///< works, else 0.
  std::vector<double> extra;     ///< [period] Chips that may be used beyond, at the take price.
  std::vector<double> bill;      ///< [period] Money.
  std::vector<double> inflow;    ///< [period] Cash that is no income: equity.
  double cost = 0.0;             ///< Discounted money beside the bill: dilution.
  double beyond_horizon = 0.0;   ///< Money due after the last period.
  bool acts = true;              ///< False: other scenarios' lever.
  bool operator==(const LeverEffect&) const = default;
};

/// A limit over levers.
struct LeverLimit {
  lp::Interval interval;
  std::vector<lp::Term> terms;  ///< Columns are levers.
  std::string name =
      "";  ///< Of one that a user states, for its price; empty: a rule of the levers.
  bool operator==(const LeverLimit&) const = default;
};

struct DebtLine {
  std::string name;
  double rate = 0.0;    ///< A year, paid in cash.
  double spread = 0.0;  ///< A year, over what the money is worth: its cost in the objective.
  bool operator==(const DebtLine&) const = default;
};

struct Scenario {
  double probability = 0.0;
  std::vector<std::vector<std::vector<double>>> need;  ///< [workload][period][block] Ref. chips.
  std::vector<std::vector<double>> unmet_price;        ///< [workload][period] Money a ref.-year.
  std::vector<std::vector<double>> lost_receipts;      ///< [workload][period] The same, in cash.
  std::vector<std::vector<double>> signed_capacity;    ///< [pool][period] Chips.
  std::vector<double> signed_bill;                     ///< [period] Money.
  std::vector<std::vector<double>> rental_price;       ///< [rental][period] Money a chip-year.
  std::vector<std::vector<double>> rental_max;         ///< [rental][period] Chips.
  /// [rental][period][block] Chips billed for each one used, where they come in whole lots; empty:
  /// one. Of rentals held through a period the first block counts.
  std::vector<std::vector<std::vector<double>>> rental_billed;
  std::vector<LeverEffect> effects;  ///< [lever]
  std::vector<double> revenue;       ///< [period] Earned if all is served, after revenue shares.
  std::vector<double> receipts;      ///< [period] The same when it becomes cash.
  std::vector<double> other_costs;   ///< [period] Operating costs beside compute.
  std::vector<double> inflow;        ///< [period] Equity that comes anyway.
  std::vector<std::vector<double>> debt_max;  ///< [debt line][period]
  bool operator==(const Scenario&) const = default;
};

/// Money a year for one chip used of a source beyond its minimum take, in a period.
double take_cost(const Source& source, std::size_t period);

/// Money a year for one chip used of a rental in a period and block.
double rental_cost(const Scenario& scenario, std::size_t rental, std::size_t period,
                   std::size_t block);

/// Cash that must never fall short; what is missing comes from emergency equity.
struct CashRules {
  double start = 0.0;
  double minimum = 0.0;
  double emergency_price = 0.25;  ///< Lost for each unit of emergency equity.
  std::vector<DebtLine> debt;
  bool operator==(const CashRules&) const = default;
};

/// Which contracts to sign: values only, whoever filled them in.
struct PlanProblem {
  Scale scale;
  std::vector<Period> periods;
  std::vector<LoadBlock> blocks;
  std::vector<Workload> workloads;
  std::vector<Pool> pools;
  std::vector<Rental> rentals;
  std::vector<Source> sources;
  std::vector<Lever> levers;
  std::vector<LeverLimit> limits;
  std::vector<Scenario> scenarios;
  std::optional<CashRules> cash;  ///< Absent: money is no constraint.
  bool operator==(const PlanProblem&) const = default;
};

}  // namespace offtake::plan
