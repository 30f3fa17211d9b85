#pragma once

#include <string>
#include <vector>

namespace offtake::report {

/// A label and its text: "Book", "examples/openai-2025-12.yaml, sha256 c41d...9a07".
struct Fact {
  std::string label;
  std::string text;
};

/// Over the page.
struct Header {
  std::string title;        ///< "OpenAI compute, as known on 17 December 2025".
  std::vector<Fact> facts;  ///< Book, horizon, scenarios, gap, money.
  std::string warning;      ///< A line on top, such as that the figures are invented. May be empty.
};

struct RunSection {
  std::vector<Fact> facts;            ///< Run, version, book, plan, stress, fidelity.
  std::vector<std::string> commands;  ///< That give the same answer again, one a line.
  std::string note;
};

/// A limit of the answer, or how to read it.
struct Note {
  std::string title;
  std::string text;
};

}  // namespace offtake::report
