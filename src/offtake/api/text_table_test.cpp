#include "offtake/api/text_table.hpp"

#include <doctest/doctest.h>

namespace offtake::api {

TEST_CASE("columns are as wide as their widest cell, figures stand at the right") {
  CHECK(
      text_table({{"system"}, {"tok/s", Align::kRight}}, {{"hgx-h100", "2480"}, {"b", "9"}}, 80) ==
      "system    tok/s\n"
      "hgx-h100   2480\n"
      "b             9\n");
}

TEST_CASE("a long last cell is cut at the width, letters outside ASCII count once") {
  CHECK(text_table({{"a"}, {"b"}}, {{"é", "0123456789012345678901234567"}}, 20) ==
        "a  b\n"
        "é  0123456789012345…\n");
}

}  // namespace offtake::api
