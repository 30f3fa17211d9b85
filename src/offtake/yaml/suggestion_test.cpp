#include "offtake/yaml/suggestion.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>

namespace offtake::yaml {
namespace {

TEST_CASE("a swap of neighbours is one slip") {
  CHECK(edit_distance("trn2", "tnr2") == 1);       // r and n swapped.
  CHECK(edit_distance("kitten", "sitting") == 3);  // k to s, e to i, g put in.
  CHECK(edit_distance("", "abc") == 3);
}

TEST_CASE("the distance is the same both ways and bounded by the longer text") {
  CHECK(rc::check([](const std::string& a, const std::string& b) {
    const int distance = edit_distance(a, b);
    RC_ASSERT(distance == edit_distance(b, a));
    RC_ASSERT(distance <= static_cast<int>(std::max(a.size(), b.size())));
    RC_ASSERT((distance == 0) == (a == b));
  }));
}

TEST_CASE("only a near name is suggested") {
  const std::vector<std::string> names{"hgx-h100", "hgx-h200", "trn2-48xlarge"};
  CHECK(nearest("hgx-h10", names) == "hgx-h100");
  CHECK(nearest("trn2.48xlarge", names) == "trn2-48xlarge");
  CHECK_FALSE(nearest("abacus", names).has_value());
  CHECK_FALSE(nearest("x", {}).has_value());
  CHECK(one_of(names) == "\"hgx-h100\", \"hgx-h200\" or \"trn2-48xlarge\"");
}

}  // namespace
}  // namespace offtake::yaml
