#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "offtake/units/dimension.hpp"

namespace offtake::book {

enum class MarkStatus { kSourced, kAssumed };

/// One marked figure of a book: what was read, how sure it is and on whose word.
struct Assumption {
  /// Where it stands; a member of a list goes by its name, else by its number:
  /// "/offers/aws-trainium3/price", "/demand/api/growth/per_year/0".
  std::string path;
  int line = 0;

  std::string value_text;  ///< As the book has it, with its unit.
  std::string low_text;    ///< Empty when there is no range.
  std::string high_text;
  std::optional<double> value;  ///< In base units; absent for months. See `dimension`.
  std::optional<double> low;
  std::optional<double> high;
  Dimension dimension;
  std::string unit_text;  ///< "USD/chip/h"; empty for months and pure numbers.

  std::string source;  ///< An id of `Book::sources`; empty when nobody reported it.
  std::string assume;  ///< The reason given; empty when there is none.
  MarkStatus status = MarkStatus::kAssumed;
  bool is_check = false;  ///< Something to compare with; moving it moves no answer.

  bool has_range() const { return !low_text.empty() || !high_text.empty(); }
};

/// Which figure of a book is replaced when it is read, and by what: "low" and "high" stand for the
/// figure's own ends, any other text is read as if the book had it. Keys are paths of assumptions.
using Overrides = std::map<std::string, std::string>;

}  // namespace offtake::book
