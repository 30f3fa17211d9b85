#include "offtake/yaml/document.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <string>

namespace offtake::yaml {
namespace {

TEST_CASE("every value and key keeps its line and column") {
  const Document document = parse_document("a: 1\nb:\n  - {c: x}\n", "f");
  REQUIRE(document.root.entries.size() == 2);
  const Entry& b = document.root.entries[1];
  CHECK(b.key.line == 2);
  CHECK(b.key.column == 1);
  const Entry& c = b.value.items.at(0).entries.at(0);
  CHECK(c.key.line == 3);
  CHECK(c.key.column == 6);
  CHECK(c.value.text == "x");
  CHECK(c.value.column == 9);
}

TEST_CASE("a mistake in the YAML is an input error with its place") {
  try {
    parse_document("a: [1, 2\nb: 3\n", "f.yaml");
    FAIL("the text is not YAML");
  } catch (const InputError& error) {
    REQUIRE(error.problems().size() == 1);
    CHECK(error.problems()[0].place.file == "f.yaml");
    CHECK(error.problems()[0].place.line >= 1);
    CHECK(error.problems()[0].expected == "text in YAML");
  }
}

TEST_CASE("a key given twice is a problem, and the first counts") {
  const Document document = parse_document("a: 1\na: 2\n", "f");
  REQUIRE(document.problems.size() == 1);
  CHECK(describe(document.problems[0]) ==
        "f:2:1: expected each key once, found \"a\", which line 1 gives already");
  REQUIRE(document.root.entries.size() == 1);
  CHECK(document.root.entries[0].value.text == "1");
}

TEST_CASE("aliases, second documents and keys that are lists are problems") {
  CHECK(parse_document("a: &x 1\nb: *x\n", "f").problems.size() == 1);
  CHECK(parse_document("a: 1\n---\nb: 2\n", "f").problems.size() == 1);
  CHECK(parse_document("[1, 2]: 3\n", "f").problems.size() == 1);
}

TEST_CASE("a file that is not there is an input error") {
  CHECK_THROWS_AS(read_document("no/such/file.yaml"), InputError);
  CHECK_THROWS_AS(read_document("/"), InputError);
}

TEST_CASE("any text is read or refused with an input error") {
  CHECK(rc::check([] {
    const auto text = *rc::gen::container<std::string>(
        rc::gen::elementOf(std::string("ab:-[]{}#&*!|>'\"%@`,? \n\t0")));
    try {
      parse_document(text, "f");
    } catch (const InputError& error) {
      RC_ASSERT(error.problems().size() == 1u);
    }
  }));
}

}  // namespace
}  // namespace offtake::yaml
