#include <fmt/format.h>

#include "offtake/report/markup.hpp"
#include "offtake/report/section_markup.hpp"

namespace offtake::report {

std::string note_markup(const std::vector<Note>& notes) {
  std::string list =
      "<section id=\"limits\"><h2>Limits</h2><div class=\"card\"><dl class=\"notes\">";
  for (const Note& note : notes) {
    list +=
        fmt::format("<div><dt>{}</dt><dd>{}</dd></div>", escaped(note.title), escaped(note.text));
  }
  return list + "</dl></div></section>\n";
}

std::string run_markup(const RunSection& section) {
  std::string facts;
  for (const Fact& fact : section.facts) {
    facts +=
        fmt::format("<div><dt>{}</dt><dd>{}</dd></div>", escaped(fact.label), escaped(fact.text));
  }
  std::string commands;
  for (const std::string& command : section.commands) commands += escaped(command) + "\n";
  return fmt::format(
      "<section id=\"run\"><h2>This run</h2><div class=\"card run\"><dl>{}</dl>"
      "<div><p class=\"small\">Run it again</p>"
      "<pre tabindex=\"0\" role=\"region\" aria-label=\"Commands\"><code>{}</code></pre>"
      "<p class=\"note\">{}</p></div></div></section>\n",
      facts, commands, escaped(section.note));
}

}  // namespace offtake::report
