#include "offtake/base/input_error.hpp"

#include <doctest/doctest.h>

#include <string>

namespace offtake {

TEST_CASE("a problem reads as place, path, what was expected and what was found") {
  const Problem problem{.place = {"chips/trainium2.yaml", 14, 9},
                        .path = "/hbm/bandwidth",
                        .expected = "a quantity such as \"2.9 TB/s\"",
                        .found = "\"2900\""};
  CHECK(describe(problem) ==
        "chips/trainium2.yaml:14:9: /hbm/bandwidth: expected a quantity such as \"2.9 TB/s\", "
        "found \"2900\"");
}

TEST_CASE("a problem of a whole file has no line, and one of no file has no place") {
  CHECK(describe({.place = {"a.yaml"}, .path = "", .expected = "a mapping", .found = "a list"}) ==
        "a.yaml: expected a mapping, found a list");
  CHECK(describe({.place = {}, .path = "--isl", .expected = "a count", .found = "x"}) ==
        "--isl: expected a count, found x");
}

TEST_CASE("an input error lists all problems in the order of their places") {
  const InputError error({{{"b.yaml", 1, 1}, "/b", "x", "y"},
                          {{"a.yaml", 9, 2}, "/late", "x", "y"},
                          {{"a.yaml", 9, 1}, "/early", "x", "y"}});
  CHECK(std::string(error.what()) ==
        "a.yaml:9:1: /early: expected x, found y\n"
        "a.yaml:9:2: /late: expected x, found y\n"
        "b.yaml:1:1: /b: expected x, found y");
  CHECK(error.problems().size() == 3);
}

}  // namespace offtake
