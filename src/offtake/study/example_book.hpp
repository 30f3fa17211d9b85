#pragma once

#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include "offtake/base/expects.hpp"
#include "offtake/book/read_book.hpp"
#include "offtake/catalog/catalog.hpp"
#include "offtake/study/book_yields.hpp"
#include "offtake/study/buy_decision.hpp"
#include "offtake/study/engine_settings.hpp"
#include "offtake/units/literals.hpp"

/// The books of examples/ with what the performance model says of their chips, for tests.
namespace offtake::study::examples {

using namespace literals;

struct Example {
  book::Book book;
  YieldTable yields;
  BuyDecisionSettings settings;
};

/// Read once; four scenarios, and the plan alone. `root` is the folder that holds examples/ and
/// catalog/.
inline const Example& example(const std::string& root, const std::string& name) {
  static std::map<std::string, Example> known;
  if (const auto at = known.find(name); at != known.end()) return at->second;
  static const catalog::Catalog catalog = catalog::load_catalog(root + "/catalog");
  const std::string file = "examples/" + name + ".yaml";
  std::ifstream stream(root + "/" + file, std::ios::binary);
  expects(stream.is_open(), "the examples are beside the code");
  Example e;
  e.book = book::read_book(std::string{std::istreambuf_iterator<char>(stream), {}}, file);
  e.yields = book_yields(e.book, catalog, planned_training(e.book), {.threads = 2});
  e.settings = {.assumptions = buy_decision_assumptions(e.book, catalog),
                .scenarios = 4,
                .explain = false,
                .parallelism = {.threads = 2}};
  return known.emplace(name, e).first->second;
}

/// The plan of `book`, which is that of `e` with something changed.
inline BuyDecision decided(const book::Book& book, const Example& e) {
  return decide_purchases(book, e.yields, e.settings);
}

/// Of a plan of millions: what bounds and objectives may differ by when they are the same.
constexpr Dollars kRounding = 1.0_USD;

}  // namespace offtake::study::examples
