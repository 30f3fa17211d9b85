#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "offtake/base/input_error.hpp"
#include "offtake/measurement/csv_table.hpp"

namespace offtake::measurement {

/// A word of a file and what it means.
template <class T>
struct Word {
  std::string_view text;
  T meaning;
};

/// Reads a table's cells as what they should be, and keeps every problem.
class RowReader {
 public:
  explicit RowReader(const CsvTable& table) : table_(table) {}

  /// Adds a problem for each of `columns` that the table lacks.
  void require_columns(std::span<const std::string_view> columns);

  std::string text(const CsvTable::Row& row, std::string_view column) const {
    return std::string(table_.cell(row, column));
  }
  /// A number above zero, or nothing when the cell is empty.
  std::optional<double> positive(const CsvTable::Row& row, std::string_view column);
  /// A whole number, zero or more, or nothing when the cell is empty.
  std::optional<int> count(const CsvTable::Row& row, std::string_view column);

  template <class T, std::size_t N>
  T word(const CsvTable::Row& row, std::string_view column, const std::array<Word<T>, N>& words) {
    const std::string_view cell = table_.cell(row, column);
    std::string known;
    for (const Word<T>& word : words) {
      if (cell == word.text) return word.meaning;
      known += (known.empty() ? "" : ", ") + std::string(word.text.empty() ? "nothing" : word.text);
    }
    reject(row, column, "one of " + known);
    return words.front().meaning;
  }

  void reject(const CsvTable::Row& row, std::string_view column, std::string expected);
  /// Throws InputError when there was a problem.
  void finish() const;

 private:
  const CsvTable& table_;
  std::vector<Problem> problems_;
};

}  // namespace offtake::measurement
