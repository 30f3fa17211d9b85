#include "offtake/report/terminal_summary.hpp"

#include <doctest/doctest.h>

#include <sstream>

#include "offtake/report/fixture/invented_document.hpp"
#include "offtake/report/terminal_text.hpp"

using namespace offtake::report;

TEST_CASE("the summary says the sentences of the answer and every decision") {
  const std::string text = terminal_summary(invented_document(), {.width = 200});
  for (const char* const part :
       {"Sign 2 of 6 offers", "$163.9B ($147.8B–$186.5B, 80% band); CVaR $203.2B", "asked $10B",
        "Wait to Q3 2027", "Google · TPU7x", "−1.4 to 5.3", "8.7% (8.5–8.9) of paths",
        "(2.8 with the buyer alive)"}) {
    CAPTURE(part);
    CHECK(text.find(part) != std::string::npos);
  }
}

TEST_CASE("no line is wider than the terminal") {
  for (const int width : {40, 52, 60, 80, 100, 132, 200}) {
    std::istringstream lines{terminal_summary(invented_document(), {.width = width})};
    for (std::string line; std::getline(lines, line);) {
      CAPTURE(width);
      CAPTURE(line);
      CHECK(columns_of(line) <= width);
    }
  }
}

TEST_CASE("without colour there is no escape sequence, with it the words are the same") {
  const std::string plain = terminal_summary(invented_document(), {.width = 100, .color = false});
  std::string coloured = terminal_summary(invented_document(), {.width = 100, .color = true});
  CHECK(plain.find('\x1b') == std::string::npos);
  CHECK(coloured.find('\x1b') != std::string::npos);
  for (std::size_t at; (at = coloured.find('\x1b')) != std::string::npos;) {
    coloured.erase(at, coloured.find('m', at) - at + 1);
  }
  CHECK(coloured == plain);
}

TEST_CASE("an answer without contracts or stress stands alone") {
  const std::string text = terminal_summary(invented_short_document(), {});
  CHECK(text.find("Sign 2 of 6 offers") != std::string::npos);
  CHECK(text.find("Default by") == std::string::npos);
}
