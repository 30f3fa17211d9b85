#include "offtake/measurement/csv_table.hpp"

#include <doctest/doctest.h>

namespace offtake::measurement {

TEST_CASE("by hand: quoted cells, lines inside quotes, CR LF and a last line without an end") {
  const CsvTable table("a,b\r\n1,\"two, \"\"2\"\"\"\r\n\"x\ny\", z \n3,4", "t.csv");
  REQUIRE(table.rows().size() == 3);
  CHECK(table.cell(table.rows()[0], "b") == "two, \"2\"");
  CHECK(table.cell(table.rows()[1], "a") == "x\ny");
  CHECK(table.cell(table.rows()[1], "b") == "z");
  CHECK(table.cell(table.rows()[2], "c").empty());
  CHECK(table.rows()[0].line == 2);
  CHECK(table.rows()[1].line == 3);
  CHECK(table.rows()[2].line == 5);
}

TEST_CASE("rows of another width and names given twice are told together") {
  try {
    const CsvTable table("a,b,a\n1,2,3\n1,2\n1,2,3,4\n", "t.csv");
    FAIL("no problem was told");
  } catch (const InputError& error) {
    REQUIRE(error.problems().size() == 3);
    CHECK(error.problems()[0].found == "\"a\" twice");
    CHECK(error.problems()[1].place.line == 3);
    CHECK(error.problems()[2].place.line == 4);
  }
}

TEST_CASE("a file that is not there and one with nothing in it are wrong input") {
  CHECK_THROWS_AS(read_csv_file("no-such-file.csv"), InputError);
  CHECK_THROWS_AS(CsvTable("", "t.csv"), InputError);
}

}  // namespace offtake::measurement
