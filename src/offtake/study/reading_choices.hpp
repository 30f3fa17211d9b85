#pragma once

#include <functional>
#include <string>
#include <vector>

#include "offtake/book/book.hpp"

namespace offtake::study {

/// Another answer to a question than the book's own.
struct OtherReading {
  std::string text;  ///< As it would stand in the book.
  std::function<void(book::Book&)> apply;
};

/// A question of a plan that no source settles, and the answers that the book does not give.
struct ReadingChoice {
  std::string setting;  ///< Where the book answers it: "/readings/exercise".
  std::string as_read;  ///< Its answer.
  std::vector<OtherReading> others;
};

/// What a contracted dollar delivers, whether there is a market later, who else sells, and every
/// line of `readings` that a plan reads. Questions that the book does not raise are left out: no
/// later market, no option to exercise, no contract with two shapes of bill.
std::vector<ReadingChoice> reading_choices(const book::Book& book);

}  // namespace offtake::study
