#include "offtake/book/book.hpp"

#include <algorithm>

namespace offtake::book {

bool has_equivalent(const Book& book, std::string_view system) {
  return std::ranges::find(book.chip_equivalents, system, &contract::ChipEquivalent::system) !=
         book.chip_equivalents.end();
}

const Assumption* find_assumption(const Book& book, std::string_view path) {
  const auto at = std::ranges::find(book.assumptions, path, &Assumption::path);
  return at == book.assumptions.end() ? nullptr : &*at;
}

}  // namespace offtake::book
