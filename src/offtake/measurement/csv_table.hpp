#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "offtake/base/input_error.hpp"

namespace offtake::measurement {

/// A table of text with named columns, as RFC 4180 writes it.
class CsvTable {
 public:
  struct Row {
    int line = 0;  ///< Where it begins.
    std::vector<std::string> cells;
  };

  /// Reads `text`; `file` is for messages. A first line without a cell, a name given twice and rows
  /// of another width are problems, told together in one InputError.
  CsvTable(std::string_view text, std::string file);

  const std::string& file() const { return file_; }
  const std::vector<Row>& rows() const { return rows_; }
  bool has_column(std::string_view name) const { return find_column(name).has_value(); }
  /// The cell without the blanks around it; empty when the column is absent.
  std::string_view cell(const Row& row, std::string_view column) const;
  /// The same of a column looked up before.
  std::optional<std::size_t> find_column(std::string_view name) const;

 private:
  std::string file_;
  std::vector<std::string> names_;
  std::vector<Row> rows_;
};

/// Reads the file's text. Throws InputError when it cannot be read.
CsvTable read_csv_file(const std::string& file);

}  // namespace offtake::measurement
