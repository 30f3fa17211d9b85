#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "offtake/base/parallel.hpp"
#include "offtake/base/progress.hpp"
#include "offtake/book/book.hpp"
#include "offtake/study/buy_decision.hpp"
#include "offtake/study/yield_table.hpp"
#include "offtake/units/quantity.hpp"

namespace offtake::study {

/// What the plan's cost does when one figure goes to either end of its range, everything
/// re-planned.
struct Swing {
  std::string path;  ///< Of the book's figure; of a yield "yield of SYSTEM".
  std::string low;   ///< The figure at its ends, as text.
  std::string high;
  Dollars at_low;  ///< Expected cost less that of the unmoved book.
  Dollars at_high;
  bool measured = false;  ///< On all scenarios; else only screened.

  double size() const;  ///< Largest less smallest of the three costs, dollars.
};

struct Sensitivity {
  Dollars base;               ///< Expected cost of the unmoved book on the same scenarios.
  std::vector<Swing> swings;  ///< Largest first.
  int scenarios = 0;
};

struct SensitivityQuestion {
  std::string_view book_text;
  std::string book_file;
  book::Overrides overrides;  ///< In force in every re-reading.
  BuyDecisionAssumptions assumptions;
  int scenarios = 6;
  std::size_t measured_max = 6;  ///< Figures that are measured on all scenarios.
  Parallelism parallelism;
  Progress progress;
};

/// Moves every figure of the book that has a range and that a plan reads, one at a time, and the
/// yield of each system within its 80% band; the planning problem is solved anew each time. Lengths
/// and objectives of requests move the plan through yields alone, which `yields` holds fixed, so
/// they are left to the yields' own bands. All are screened first, on the mean of the scenarios and
/// with lots that may be divided, and the largest measured on all of them.
Sensitivity plan_sensitivity(const book::Book& book, const YieldTable& yields,
                             const SensitivityQuestion& question);

}  // namespace offtake::study
