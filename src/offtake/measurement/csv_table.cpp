#include "offtake/measurement/csv_table.hpp"

#include <csv.h>
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <memory>
#include <utility>

namespace offtake::measurement {
namespace {

/// What libcsv calls back into.
struct Reader {
  std::vector<CsvTable::Row> rows;
  CsvTable::Row row;
  int line = 1;
  bool after_cr = false;  ///< The line feed of a CR LF ends no second line.

  void add_cell(std::string_view text) {
    row.cells.emplace_back(text);
    line += static_cast<int>(std::ranges::count(text, '\n'));  // Inside quotes.
    after_cr = false;
  }
  void end_row(int end) {
    if (!(after_cr && end == '\n')) {
      rows.push_back(std::exchange(row, {}));
      row.line = ++line;
    }
    after_cr = end == '\r';
  }
};

void on_cell(void* text, std::size_t size, void* reader) {
  static_cast<Reader*>(reader)->add_cell({static_cast<const char*>(text), size});
}

void on_row(int end, void* reader) { static_cast<Reader*>(reader)->end_row(end); }

/// Empty lines count as lines and give no row.
std::vector<CsvTable::Row> parse(std::string_view text, const std::string& file) {
  csv_parser parser;
  csv_init(&parser, CSV_STRICT | CSV_REPALL_NL | CSV_APPEND_NULL);
  const std::unique_ptr<csv_parser, decltype(&csv_free)> owner(&parser, &csv_free);
  Reader reader;
  reader.row.line = 1;
  const std::size_t read = csv_parse(&parser, text.data(), text.size(), on_cell, on_row, &reader);
  if (read == text.size()) csv_fini(&parser, on_cell, on_row, &reader);
  if (csv_error(&parser) != 0) {
    throw InputError(
        {{{file, reader.line, 0}, "", "comma-separated values", csv_strerror(csv_error(&parser))}});
  }
  std::erase_if(reader.rows, [](const CsvTable::Row& row) { return row.cells.empty(); });
  return std::move(reader.rows);
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

}  // namespace

CsvTable::CsvTable(std::string_view text, std::string file)
    : file_(std::move(file)), rows_(parse(text, file_)) {
  if (rows_.empty()) throw InputError({{{file_, 1, 0}, "", "a line of column names", "nothing"}});
  std::vector<Problem> problems;
  for (const std::string& cell : rows_.front().cells) {
    const std::string name(trimmed(cell));
    if (std::ranges::find(names_, name) != names_.end()) {
      problems.push_back(
          {{file_, 1, 0}, "", "each column once", fmt::format("\"{}\" twice", name)});
    }
    names_.push_back(name);
  }
  rows_.erase(rows_.begin());
  for (const Row& row : rows_) {
    if (row.cells.size() == names_.size()) continue;
    problems.push_back({{file_, row.line, 0},
                        "",
                        fmt::format("{} cells", names_.size()),
                        fmt::format("{}", row.cells.size())});
  }
  if (!problems.empty()) throw InputError(std::move(problems));
}

std::string_view CsvTable::cell(const Row& row, std::string_view column) const {
  const auto at = find_column(column);
  return at ? trimmed(row.cells[*at]) : std::string_view{};
}

std::optional<std::size_t> CsvTable::find_column(std::string_view name) const {
  const auto at = std::ranges::find(names_, name);
  if (at == names_.end()) return std::nullopt;
  return static_cast<std::size_t>(at - names_.begin());
}

CsvTable read_csv_file(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) throw InputError({{{file, 0, 0}, "", "a file that can be read", "none"}});
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  return CsvTable(text, file);
}

}  // namespace offtake::measurement
