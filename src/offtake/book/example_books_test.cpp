#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "offtake/book/read_book.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::book {
namespace {

using namespace literals;

Book example(const std::string& name) {
  const std::string file = "examples/" + name + ".yaml";
  std::ifstream stream(std::string(OFFTAKE_SOURCE_DIR) + "/" + file, std::ios::binary);
  REQUIRE(stream.is_open());
  return read_book(std::string{std::istreambuf_iterator<char>(stream), {}}, file);
}

Dollars signed_between(const Book& book, int first, int last) {
  Dollars sum;
  for (const contract::Contract& contract : book.contracts) {
    for (const auto& [year, bill] : contract.pay) {
      if (first <= year && year <= last) sum += bill;
    }
  }
  return sum;
}

}  // namespace

TEST_CASE("the book of December 2025 is read whole") {
  const Book book = example("openai-2025-12");
  CHECK(book.demand.size() == 7);
  CHECK(book.contracts.size() == 6);
  CHECK(book.offers.size() == 7);
  CHECK(book.horizon.end() == Month(2033, 1));
  // Azure 30 + 250, Oracle 300, AWS 38, CoreWeave 22.4, AMD 50: the reports' own sum.
  Dollars commitments;
  for (const contract::Contract& contract : book.contracts) commitments += contract.commitment;
  CHECK(commitments.in(1.0_BUSD) == doctest::Approx(690.4));
  // 33.5 + 66 + 99 + 122 + 124 by calendar year, rounded there to half a billion.
  CHECK(signed_between(book, 2026, 2030).in(1.0_BUSD) == doctest::Approx(444).epsilon(0.005));
}

TEST_CASE("the book of March 2026 is read whole") {
  const Book book = example("openai-2026-03");
  CHECK(book.demand.size() == 7);
  CHECK(book.contracts.size() == 7);
  CHECK(signed_between(book, 2026, 2030).in(1.0_BUSD) == doctest::Approx(503).epsilon(0.02));
  // Written in dollars, without AMD: 278 + 299.3 + 37.1 + 100 + 20.6 + 20 = 755.
  Dollars in_dollars;
  for (const contract::Contract& contract : book.contracts) {
    if (contract.name != "amd-first-gw") in_dollars += contract.commitment;
  }
  CHECK(in_dollars.in(1.0_BUSD) == doctest::Approx(755));
}

TEST_CASE("the enterprise book is read whole") {
  const Book book = example("enterprise");
  CHECK(book.demand.size() == 3);
  CHECK(book.contracts.empty());
  CHECK(book.offers.size() == 40);
  CHECK(book.outside_option.has_value());
}

}  // namespace offtake::book
