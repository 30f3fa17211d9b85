#include "offtake/report/terminal_text.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace offtake::report;

TEST_CASE("a sign of several bytes takes one column") {
  CHECK(columns_of("−1.4–5.3 λ") == 10);
  CHECK(padded_left("−1.9", 6) == "  −1.9");
  CHECK(padded("é", 3) == "é  ");
}

TEST_CASE("what does not fit is cut between signs") {
  CHECK(clipped("Zürich", 4) == "Zür…");
  CHECK(clipped("Oslo", 4) == "Oslo");
}

TEST_CASE("wrapping keeps every word and every limit") {
  CHECK(wrapped("pay up to $7.4B", 9) == std::vector<std::string>{"pay up to", "$7.4B"});
  CHECK(rc::check([] {
    const auto sizes = *rc::gen::container<std::vector<int>>(rc::gen::inRange(1, 12));
    const int columns = *rc::gen::inRange(12, 60);
    std::string text;
    for (const int size : sizes) text += std::string(static_cast<std::size_t>(size), 'x') + ' ';
    std::string joined;
    for (const std::string& line : wrapped(text, columns)) {
      RC_ASSERT(columns_of(line) <= columns);
      joined += line + ' ';
    }
    RC_ASSERT(joined == text);
  }));
}
