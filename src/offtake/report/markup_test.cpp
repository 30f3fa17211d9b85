#include "offtake/report/markup.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace offtake::report;

TEST_CASE("text cannot become markup") {
  CHECK(escaped("<b>&\"'") == "&lt;b&gt;&amp;&quot;&#39;");
  CHECK(rc::check([](const std::string& text) {
    const std::string safe = escaped(text);
    RC_ASSERT(safe.find_first_of("<>\"'") == std::string::npos);
  }));
}

TEST_CASE("a figure is set to the right and carries its full value") {
  const std::string table = table_markup("plain", "costs", {{"Plan"}, {"Cost, $B", true}},
                                         {{text_cell("ours"), number_cell(163.94e9, "163.9")}});
  CHECK(table.find("<th scope=\"row\">ours</th>") != std::string::npos);
  CHECK(table.find("<td class=\"number\" data-value=\"163940000000\">163.9</td>") !=
        std::string::npos);
}

TEST_CASE("a figure that is not known is a dash, never a zero") {
  CHECK(number_cell(std::nullopt, "0.0").markup == "–");
  CHECK(!number_cell(std::nullopt, "0.0").value);
}

TEST_CASE("the column that names the rows holds their heads") {
  const std::string table =
      table_markup("plain", "", {{"Decision"}, {.head = "Contract", .names_row = true}},
                   {{text_cell("Sign"), text_cell("Oracle")}});
  CHECK(table.find("<td>Sign</td><th scope=\"row\">Oracle</th>") != std::string::npos);
}
