#include "offtake/lp/smps_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace offtake::lp {
namespace {

constexpr std::string_view kBlank = " \t\r\v\f";

/// Where fields of the fixed form start and end, from zero.
/// Source: Murtagh, "Advanced Linear Programming", McGraw-Hill 1981, chapter 9.
constexpr std::array<std::array<std::size_t, 2>, 6> kCards = {
    {{1, 3}, {4, 12}, {14, 22}, {24, 36}, {39, 47}, {49, 61}}};

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kBlank);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlank) - begin + 1);
}

void add_field(SmpsLine& line, std::string_view text, std::size_t begin) {
  line.fields.emplace_back(text);
  line.columns.push_back(static_cast<int>(begin) + 1);
}

void split_at_blanks(std::string_view text, SmpsLine& line) {
  for (std::size_t begin = text.find_first_not_of(kBlank); begin != std::string_view::npos;) {
    const std::size_t end = std::min(text.find_first_of(kBlank, begin), text.size());
    add_field(line, text.substr(begin, end - begin), begin);
    begin = text.find_first_not_of(kBlank, end);
  }
}

void split_by_cards(std::string_view text, SmpsLine& line) {
  for (const auto& [begin, end] : kCards) {
    if (begin >= text.size()) break;
    const std::string_view field = trimmed(text.substr(begin, end - begin));
    if (!field.empty()) {
      add_field(line, field, static_cast<std::size_t>(field.data() - text.data()));
    }
  }
}

}  // namespace

std::vector<SmpsLine> smps_lines(std::string_view text, SmpsForm form) {
  std::vector<SmpsLine> lines;
  int number = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view line = text.substr(begin, end - begin);
    begin = end + 1;
    ++number;
    if (line.starts_with('*') || trimmed(line).empty()) continue;
    SmpsLine split{.number = number, .header = kBlank.find(line.front()) == std::string_view::npos};
    if (split.header || form == SmpsForm::kFree) {
      split_at_blanks(line, split);
    } else {
      split_by_cards(line, split);
    }
    if (!split.fields.empty()) lines.push_back(std::move(split));
  }
  return lines;
}

SmpsForm form_of_core(std::string_view text) {
  std::string section;
  for (const SmpsLine& line : smps_lines(text, SmpsForm::kFree)) {
    if (line.header) section = line.fields[0];
    const std::size_t most = same_word(section, "ROWS") ? 2 : 5;
    const bool counted = same_word(section, "ROWS") || same_word(section, "COLUMNS");
    if (!line.header && counted && line.fields.size() > most) return SmpsForm::kFixed;
  }
  return SmpsForm::kFree;
}

std::optional<double> smps_number(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  std::string plain(text);
  if (plain.starts_with('+')) return std::nullopt;
  std::ranges::replace(plain, 'D', 'e');  // As FORTRAN writes exponents.
  std::ranges::replace(plain, 'd', 'e');
  double value = 0.0;
  const char* end = plain.data() + plain.size();
  const auto read = std::from_chars(plain.data(), end, value);
  if (read.ec != std::errc{} || read.ptr != end || std::isnan(value)) return std::nullopt;
  return value;
}

bool same_word(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return 'A' <= c && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::ranges::equal(a, b, {}, lower, lower);
}

void SmpsProblems::add(const SmpsLine& line, std::string path, std::string expected,
                       std::string_view found) {
  add(line.number, std::move(path), std::move(expected), found);
  const auto at = std::ranges::find(line.fields, found);
  if (at != line.fields.end()) {
    problems_.back().place.column =
        line.columns[static_cast<std::size_t>(at - line.fields.begin())];
  }
}

void SmpsProblems::add(int line, std::string path, std::string expected, std::string_view found) {
  problems_.push_back({{file_, line, line > 0 ? 1 : 0},
                       std::move(path),
                       std::move(expected),
                       found.empty() ? "nothing" : "\"" + std::string(found) + "\""});
}

double SmpsProblems::number(const SmpsLine& line, const std::string& path, std::string_view text,
                            bool infinite) {
  // What solvers take for a coefficient at most; a bound beyond is none.
  constexpr double kLargest = 1e15;
  const auto value = smps_number(text);
  if (value && (infinite || std::abs(*value) < kLargest)) return *value;
  add(line, path, value ? "a number of a magnitude below 1e15" : "a number", text);
  return 0.0;
}

}  // namespace offtake::lp
