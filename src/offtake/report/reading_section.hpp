#pragma once

#include <optional>
#include <string>
#include <vector>

#include "offtake/report/figure_text.hpp"

namespace offtake::report {

/// What another answer to a question that no source settles does to the plan.
struct ReadingRow {
  std::string setting;  ///< Where the book answers it: "/readings/exercise".
  std::string as_read;
  std::string otherwise;
  std::optional<double> change_usd;   ///< Of the expected net cost; absent: no plan is possible.
  std::optional<Estimate> worth_usd;  ///< Of the thing in the section's head, between bounds.
};

struct ReadingSection {
  FigureText text;
  std::string thing;  ///< What `worth_usd` is the worth of; may be empty.
  std::vector<ReadingRow> rows;
};

}  // namespace offtake::report
