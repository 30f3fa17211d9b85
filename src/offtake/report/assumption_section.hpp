#pragma once

#include <optional>
#include <string>
#include <vector>

namespace offtake::report {

enum class Status { kSourced, kFitted, kAssumed };

struct AssumptionRow {
  std::string assumption;  ///< "Token growth per year".
  std::string value;       ///< With its unit: "2.4x".
  std::string band;        ///< "1.8-3.1x"; empty when there is none.
  Status status;
  std::string source;               ///< "book, line 9", "Oracle 10-Q, Dec 2025".
  std::string address;              ///< Where the source can be read; empty when there is none.
  std::optional<double> swing_usd;  ///< Change of expected cost from its low to its high.
};

struct AssumptionSection {
  std::vector<AssumptionRow> rows;  ///< By swing, largest first; those without one last.
  int shown_first = 8;              ///< The rest stands behind "All".
  std::string note;                 ///< Conflicts kept: "Two sources disagree on ...".
};

}  // namespace offtake::report
