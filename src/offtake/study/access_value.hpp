#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "offtake/base/parallel.hpp"
#include "offtake/base/progress.hpp"
#include "offtake/book/book.hpp"
#include "offtake/lp/solver.hpp"
#include "offtake/study/buy_decision_case.hpp"
#include "offtake/study/yield_table.hpp"

namespace offtake::study {

inline constexpr std::string_view kAsPredicted = "as predicted";

/// What access is worth if its chips yield this and work left undone is judged so.
struct AccessReading {
  std::string yields;          ///< `kAsPredicted`, an end of the band, or the book's ratio.
  std::vector<double> ratios;  ///< [serving workload] Work of a chip over that of a reference chip.
  book::UnmetRule unmet = book::UnmetRule::kBookPrices;
  bool stated = false;  ///< The yield is the book's ratio, not a prediction.
  Dollars low, high;    ///< Risk-adjusted cost without it less cost with it, between proven bounds.
};

struct AccessValue {
  std::string name;
  std::string system;                  ///< Whose yield is moved.
  std::vector<std::string> workloads;  ///< Of `ratios`.
  std::vector<AccessReading> readings;
};

struct AccessQuestion {
  std::string name;  ///< An offer, a group of offers or a signed contract.
  BuyDecisionAssumptions assumptions;
  int scenarios = 100;
  double gap = 1e-4;      ///< As a share of the gross cost.
  bool serve_all = true;  ///< Also with all work to be done; pointless if the plan does all anyway.
  lp::Basis start;        ///< Of the book's plan, or empty.
  Parallelism parallelism;
  Progress progress;
};

/// What a plan costs and what one thing is worth in it.
struct PricedPlan {
  Dollars expected;
  Dollars low, high;  ///< Of `AccessQuestion::name`, as in AccessReading; zero if that is empty.
};

/// Plans `book` with and without the thing that `question` names; nothing if no plan satisfies the
/// book's limits.
std::optional<PricedPlan> priced_plan(const book::Book& book, const YieldTable& yields,
                                      const AccessQuestion& question);

/// The value of one thing under the readings that decide it: the yield of its chip at both ends of
/// its band, as predicted, and as the book's own `chip_equivalents` say; each at the book's prices
/// of work left undone and with all work to be done. Everything is planned again each time.
/// Without readings if `name` is nothing with a system.
AccessValue access_value(const book::Book& book, const YieldTable& yields,
                         const AccessQuestion& question);

}  // namespace offtake::study
