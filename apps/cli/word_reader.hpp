#pragma once

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "offtake/api/request.hpp"
#include "offtake/base/input_error.hpp"
#include "offtake/fleet/serving_names.hpp"
#include "offtake/units/parse_quantity.hpp"

namespace offtake::cli {

/// Nothing where the user gave nothing.
std::optional<std::string> unless_empty(const std::string& text);

/// The parts between commas; empty ones are left out.
std::vector<std::string> split_list(const std::string& text);

/// Reads words into quantities and keeps every problem.
class WordReader {
 public:
  template <class Q>
  Q quantity(const std::string& option, const std::string& text, std::string_view bare_unit,
             std::string_view example) {
    const bool bare = text.find_first_not_of("0123456789.eE+-") == std::string::npos;
    const auto read =
        parse_quantity<Q>(bare && !bare_unit.empty() ? text + " " + std::string(bare_unit) : text);
    if (read && *read >= Q{}) return *read;
    problems_.push_back({{},
                         option,
                         fmt::format("a quantity such as \"{}\", not below zero", example),
                         "\"" + text + "\""});
    return {};
  }

  template <class Q>
  std::optional<Q> optional_quantity(const std::string& option, const std::string& text,
                                     std::string_view bare_unit, std::string_view example) {
    if (text.empty()) return std::nullopt;
    return quantity<Q>(option, text, bare_unit, example);
  }

  double share(const std::string& option, const std::string& text) {
    if (text.empty()) return 0.0;
    const auto read = parse_any_quantity(text);
    if (read && read->dimension == Dimension{} && read->value >= 0.0 && read->value <= 1.0) {
      return read->value;
    }
    problems_.push_back({{}, option, "a share such as \"35%\"", "\"" + text + "\""});
    return 0.0;
  }

  /// A number above zero, if one is given.
  std::optional<double> number(const std::string& option, const std::string& text) {
    if (text.empty()) return std::nullopt;
    const auto read = parse_any_quantity(text);
    if (read && read->dimension == Dimension{} && read->value > 0.0) return read->value;
    problems_.push_back({{}, option, "a number above zero, such as \"1.5\"", "\"" + text + "\""});
    return std::nullopt;
  }

  /// One of named choices, if one is named.
  template <class E, std::size_t N>
  std::optional<E> choice(const std::string& option, const std::string& text,
                          const std::array<yaml::Choice<E>, N>& choices) {
    if (text.empty()) return std::nullopt;
    for (const yaml::Choice<E>& choice : choices) {
      if (choice.name == text) return choice.value;
    }
    problems_.push_back({{}, option, fleet::names_of(choices), "\"" + text + "\""});
    return std::nullopt;
  }

  /// A number from one on, if one is given.
  std::optional<double> multiple(const std::string& option, const std::string& text) {
    if (text.empty()) return std::nullopt;
    const auto read = parse_any_quantity(text);
    if (read && read->dimension == Dimension{} && read->value >= 1.0) return read->value;
    problems_.push_back({{}, option, "a number from 1 on, such as \"1.2\"", "\"" + text + "\""});
    return std::nullopt;
  }

  /// A whole number from `least` on, if one is given.
  template <class Int>
  std::optional<Int> whole(const std::string& option, const std::string& text, Int least) {
    if (text.empty()) return std::nullopt;
    Int value{};
    if (reads(text, value) && value >= least) return value;
    problems_.push_back(
        {{}, option, fmt::format("a whole number from {} on", least), "\"" + text + "\""});
    return std::nullopt;
  }

  api::InputFile file(const std::string& option, const std::string& name);

  api::ModelChoice model(const std::string& text) {
    if (!looks_like_file(text)) return {text, std::nullopt};
    return {text, file("--model", text)};
  }

  api::SystemChoice system(const std::string& text) {
    if (!looks_like_file(text)) return {text, std::nullopt};
    return {text, file("--system", text)};
  }

  /// "512..16384".
  std::optional<api::ChipRange> chip_range(const std::string& option, const std::string& text) {
    if (text.empty()) return std::nullopt;
    const std::size_t dots = text.find("..");
    api::ChipRange range;
    if (dots == std::string::npos || !reads(text.substr(0, dots), range.from) ||
        !reads(text.substr(dots + 2), range.to) || range.from < 1 || range.to < range.from) {
      refuse(option, "chips from the fewest to the most, such as 512..16384", text);
    }
    return range;
  }

  /// A file to write, if one is named.
  std::optional<std::string> report(const std::string& name, std::string_view example) {
    const bool is_option = name.starts_with("-");  // The one after a name left out.
    if (is_option || std::filesystem::is_directory(name)) {
      refuse("--report", fmt::format("a file to write, such as {}", example), name);
    }
    return unless_empty(name);
  }

  std::optional<Date> date(const std::string& option, const std::string& text) {
    if (text.empty()) return std::nullopt;
    const auto read = parse_date(text);
    if (read) return *read;
    problems_.push_back({{}, option, "a date such as \"2025-12-17\"", read.error()});
    return std::nullopt;
  }

  std::vector<api::Setting> settings(const std::vector<std::string>& words) {
    std::vector<api::Setting> result;
    for (const std::string& word : words) {
      const std::size_t equals = word.find('=');
      if (equals == std::string::npos || equals == 0) {
        problems_.push_back(
            {{}, "--set", "PATH=VALUE, such as /discount_rate=low", "\"" + word + "\""});
        continue;
      }
      result.push_back({word.substr(0, equals), word.substr(equals + 1)});
    }
    return result;
  }

  void refuse(const std::string& option, const std::string& expected, const std::string& found) {
    problems_.push_back({{}, option, expected, "\"" + found + "\""});
  }

  void finish() const {
    if (!problems_.empty()) throw InputError(problems_);
  }

 private:
  /// Whether `text` is a whole number and nothing else.
  template <class Int>
  static bool reads(std::string_view text, Int& value) {
    const auto read = std::from_chars(text.begin(), text.end(), value);
    return read.ec == std::errc{} && read.ptr == text.end();
  }

  static bool looks_like_file(const std::string& text) {
    return text.ends_with(".json") || text.ends_with(".yaml") ||
           text.find('/') != std::string::npos;
  }
  std::vector<Problem> problems_;
};

}  // namespace offtake::cli
