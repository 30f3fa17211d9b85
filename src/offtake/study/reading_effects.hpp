#pragma once

#include <string>
#include <vector>

#include "offtake/book/book.hpp"
#include "offtake/study/access_value.hpp"
#include "offtake/study/yield_table.hpp"

namespace offtake::study {

/// What a plan costs and what a thing is worth when one question is answered otherwise.
struct ReadingEffect {
  std::string setting;  ///< See ReadingChoice.
  std::string as_read;
  std::string otherwise;
  bool possible = true;  ///< A plan satisfies the book's limits under it.
  Dollars change;        ///< Expected cost less that of the book as it stands.
  Dollars low, high;     ///< Of the thing's worth, between proven bounds.
};

struct ReadingEffects {
  std::string name;  ///< Of the thing; empty: nothing is priced.
  PricedPlan as_read;
  int scenarios = 0;
  std::vector<ReadingEffect> effects;  ///< In the order of `reading_choices`.
};

/// Answers every question of `reading_choices` in every other way, one at a time, everything
/// planned again on the same scenarios. The runs go on `question.parallelism` threads, one each.
ReadingEffects reading_effects(const book::Book& book, const YieldTable& yields,
                               const AccessQuestion& question);

}  // namespace offtake::study
