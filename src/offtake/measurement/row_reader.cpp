#include "offtake/measurement/row_reader.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <utility>

namespace offtake::measurement {
namespace {

template <class T>
std::optional<T> parse(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

void RowReader::require_columns(std::span<const std::string_view> columns) {
  for (const std::string_view column : columns) {
    if (table_.has_column(column)) continue;
    problems_.push_back(
        {{table_.file(), 1, 0}, "", fmt::format("a column \"{}\"", column), "none"});
  }
}

std::optional<double> RowReader::positive(const CsvTable::Row& row, std::string_view column) {
  const std::string_view cell = table_.cell(row, column);
  if (cell.empty()) return std::nullopt;
  const auto value = parse<double>(cell);
  if (value && std::isfinite(*value) && *value > 0.0) return value;
  reject(row, column, "a number above zero");
  return std::nullopt;
}

std::optional<int> RowReader::count(const CsvTable::Row& row, std::string_view column) {
  const std::string_view cell = table_.cell(row, column);
  if (cell.empty()) return std::nullopt;
  const auto value = parse<int>(cell);
  if (value && *value >= 0) return value;
  reject(row, column, "a whole number, zero or more");
  return std::nullopt;
}

void RowReader::reject(const CsvTable::Row& row, std::string_view column, std::string expected) {
  problems_.push_back({{table_.file(), row.line, 0},
                       std::string(column),
                       std::move(expected),
                       fmt::format("\"{}\"", table_.cell(row, column))});
}

void RowReader::finish() const {
  if (!problems_.empty()) throw InputError(problems_);
}

}  // namespace offtake::measurement
