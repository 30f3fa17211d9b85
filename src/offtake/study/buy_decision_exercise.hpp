#pragma once

#include <functional>
#include <string>
#include <vector>

#include "offtake/study/buy_decision_draft.hpp"

namespace offtake::study {

/// A right that may be exercised later, by what is known then.
struct Exercise {
  std::vector<int> dates;  ///< Months.
  double max = 0.0;        ///< Units over all dates, in any world.
  std::string family;      ///< Of the port that it needs; may be empty.
  std::string thing;       ///< What is taken.
  std::string group;       ///< Of offers; may be empty.
  int source = 0;
  double unit = 1.0;  ///< Chips.
  /// What else tells worlds apart at a date.
  std::function<bool(int date, std::size_t s)> seen;
  /// Writes the effect of a lever that acts in world `s`.
  std::function<void(std::size_t s, int lever, int date)> set;
};

/// Levers for every date and every group of worlds that cannot be told apart then, and the limit of
/// units in each world's sequence.
std::vector<int> add_exercise(CaseDraft& draft, const Exercise& exercise);

}  // namespace offtake::study
