#pragma once

#include <optional>
#include <string>
#include <vector>

#include "offtake/report/figure_text.hpp"

namespace offtake::report {

enum class Verdict { kInside, kOutside, kUnresolved };

/// One answer held against an outside figure or a sum on the back of an envelope.
struct CheckRow {
  std::string check;     ///< "Value of 1 GW of Trainium access".
  std::string expected;  ///< "$0 to $11B".
  std::string ours;      ///< "$7.4B".
  Verdict verdict;
  std::string explanation;  ///< Needed when not inside.
};

struct CheckSection {
  FigureText text;
  std::vector<CheckRow> rows;
};

/// One input moved from its low to its high, everything re-planned.
struct TornadoRow {
  std::string input;
  std::string low;       ///< The input's own figures: "1.8x".
  std::string high;      ///< "3.1x".
  double change_at_low;  ///< In the unit of the section, from its base.
  double change_at_high;
};

/// A tornado in dollars ("$B" is made by the page) or in probability.
struct TornadoSection {
  enum class Unit { kDollars, kProbability };
  FigureText text;
  std::string measure;  ///< "expected cost", "minimum raise".
  Unit unit = Unit::kDollars;
  double base;                   ///< The value that the bars change.
  std::vector<TornadoRow> rows;  ///< Longest first.
};

}  // namespace offtake::report
