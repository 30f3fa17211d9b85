#include "offtake/book/book.hpp"

#include <algorithm>

namespace offtake::book {

const Assumption* find_assumption(const Book& book, std::string_view path) {
  const auto at = std::ranges::find(book.assumptions, path, &Assumption::path);
  return at == book.assumptions.end() ? nullptr : &*at;
}

}  // namespace offtake::book
