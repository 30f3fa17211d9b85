#include "offtake/catalog/entry.hpp"

#include <doctest/doctest.h>

namespace offtake::catalog {
namespace {

TEST_CASE("an entry's lines are its figures, rows and plain values, with their sources") {
  const auto document = yaml::parse_document(
      "name: a chip\n"
      "hbm:\n"
      "  capacity: {value: 96 GiB, low: 90 GiB, high: 97 GiB, source: aws, status: datasheet, "
      "note: "
      "n}\n"
      "legs:\n"
      "  - {payer: a, later: [{date: 2026}], source: s}\n"
      "aliases: [x, y]\n",
      "f.yaml");
  const auto lines = entry_lines(document.root, "f.yaml");
  REQUIRE(lines.size() == 4);
  CHECK(lines[0].path == "/name");
  CHECK(lines[0].value == "a chip");
  CHECK(lines[1].path == "/hbm/capacity");
  CHECK(lines[1].value == "96 GiB");
  CHECK(lines[1].low == "90 GiB");
  CHECK(lines[1].source == "aws");
  CHECK(lines[1].status == "datasheet");
  CHECK(lines[1].place.line == 3);
  CHECK(lines[2].path == "/legs/0");
  CHECK(lines[2].value == "payer: a, later: [{date: 2026}]");
  CHECK(lines[2].source == "s");
  CHECK(lines[3].value == "[x, y]");
}

}  // namespace
}  // namespace offtake::catalog
