#include "offtake/report/terminal_text.hpp"

#include <algorithm>

namespace offtake::report {
namespace {

bool starts_code_point(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; }

std::string spaces(int count) {
  return std::string(static_cast<std::size_t>(std::max(0, count)), ' ');
}

}  // namespace

int columns_of(std::string_view utf8) {
  return static_cast<int>(std::ranges::count_if(utf8, starts_code_point));
}

std::string padded(std::string_view text, int columns) {
  return std::string{text} + spaces(columns - columns_of(text));
}

std::string padded_left(std::string_view text, int columns) {
  return spaces(columns - columns_of(text)).append(text);
}

std::string clipped(std::string_view text, int columns) {
  if (columns_of(text) <= columns) return std::string{text};
  int kept = 0;
  std::size_t at = 0;
  while (at < text.size() && (!starts_code_point(text[at]) || kept < columns - 1)) {
    kept += starts_code_point(text[at]) ? 1 : 0;
    ++at;
  }
  return std::string{text.substr(0, at)} + "…";
}

std::vector<std::string> wrapped(std::string_view text, int columns) {
  std::vector<std::string> lines;
  std::string line;
  while (!text.empty()) {
    const std::size_t space = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, space);
    text.remove_prefix(std::min(space + 1, text.size()));
    if (word.empty()) continue;
    if (!line.empty() && columns_of(line) + 1 + columns_of(word) > columns) {
      lines.push_back(std::move(line));
      line.clear();
    }
    if (!line.empty()) line += ' ';
    line += word;
  }
  if (!line.empty()) lines.push_back(std::move(line));
  return lines;
}

}  // namespace offtake::report
