#include "offtake/lp/core_program.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

namespace offtake::lp {
namespace {

std::optional<int> found(const std::unordered_map<std::string, int>& index,
                         const std::string& name) {
  const auto at = index.find(name);
  return at == index.end() ? std::nullopt : std::optional(at->second);
}

class CoreReader {
 public:
  CoreReader(SmpsForm form, SmpsProblems& problems) : form_(form), problems_(problems) {}

  CoreFile read(const SmpsFile& file) {
    bool ended = false;
    for (const SmpsLine& line : smps_lines(file.text, form_)) {
      if (ended) continue;
      if (line.header) {
        ended = same_word(line.fields[0], "ENDATA");
        open(line);
      } else {
        take(line);
      }
    }
    if (!ended) problems_.add(0, "", "ENDATA at the end", "");
    finish();
    return std::move(core_);
  }

 private:
  void open(const SmpsLine& line) {
    section_ = line.fields[0];
    constexpr std::array kSections = {"NAME", "OBJSENSE", "OBJSENCE", "ROWS",  "COLUMNS",
                                      "RHS",  "RANGES",   "BOUNDS",   "ENDATA"};
    const bool known = std::ranges::any_of(
        kSections, [&](const char* section) { return same_word(section, section_); });
    if (!known) {
      problems_.add(line, "", "a section of a core file, such as ROWS", section_);
    }
    if (in("OBJSENSE") && line.fields.size() > 1) read_sense(line, line.fields[1]);
  }
  bool in(std::string_view section) const { return same_word(section_, section); }

  void take(const SmpsLine& line) {
    if (in("ROWS")) return read_row(line);
    if (in("COLUMNS")) return read_column(line);
    if (in("RHS")) return read_right_sides(line);
    if (in("RANGES")) return read_ranges(line);
    if (in("BOUNDS")) return read_bound(line);
    if (in("OBJSENSE")) return read_sense(line, line.fields[0]);
    if (section_.empty()) problems_.add(line, "", "NAME or ROWS first", line.fields[0]);
  }

  void read_sense(const SmpsLine& line, const std::string& word) {
    const bool max = same_word(word, "MAX") || same_word(word, "MAXIMIZE");
    if (!max && !same_word(word, "MIN") && !same_word(word, "MINIMIZE")) {
      problems_.add(line, "OBJSENSE", "MIN or MAX", word);
    }
    core_.program.maximise = max;
  }

  void read_row(const SmpsLine& line) {
    if (line.fields.size() != 2) {
      return problems_.add(line, "ROWS", "a kind and a name", joined(line));
    }
    const std::string& name = line.fields[1];
    const auto kind = row_kind(line.fields[0]);
    if (!kind) problems_.add(line, name, "a kind of row: N, L, G or E", line.fields[0]);
    CoreProgram& program = core_.program;
    const auto index = static_cast<int>(program.rows.size());
    if (!core_.names.row_index.emplace(name, index).second) {
      return problems_.add(line, name, "a row named once", name);
    }
    if (kind == RowKind::kFree && !objective_found_) {
      objective_found_ = true;
      program.objective = program.rows.size();
    }
    core_.names.rows.push_back(name);
    program.rows.push_back({kind.value_or(RowKind::kFree)});
    program.terms.emplace_back();
  }
  static std::optional<RowKind> row_kind(const std::string& word) {
    if (same_word(word, "N")) return RowKind::kFree;
    if (same_word(word, "L")) return RowKind::kAtMost;
    if (same_word(word, "G")) return RowKind::kAtLeast;
    if (same_word(word, "E")) return RowKind::kEqual;
    return std::nullopt;
  }

  void read_column(const SmpsLine& line) {
    const auto& fields = line.fields;
    if (fields.size() >= 3 && fields[1] == "'MARKER'") {
      whole_ = fields.back() == "'INTORG'";
      if (!whole_ && fields.back() != "'INTEND'") {
        problems_.add(line, fields[0], "'INTORG' or 'INTEND'", fields.back());
      }
      return;
    }
    if (fields.size() != 3 && fields.size() != 5) {
      return problems_.add(line, "COLUMNS", "a column, then one or two rows with a number",
                           joined(line));
    }
    const int column = column_of(line);
    for (std::size_t f = 1; f < fields.size(); f += 2) {
      const double value = problems_.number(line, fields[0] + " " + fields[f], fields[f + 1]);
      const auto row = row_of(line, fields[f]);
      if (row) add_term(line, *row, column, value);
    }
  }
  int column_of(const SmpsLine& line) {
    const std::string& name = line.fields[0];
    const auto count = static_cast<int>(core_.program.columns.size());
    const auto [at, fresh] = core_.names.column_index.emplace(name, count);
    if (fresh) {
      core_.program.columns.push_back({.whole = whole_});
      core_.names.columns.push_back(name);
      bounded_.push_back(false);
    } else if (at->second != count - 1) {
      problems_.add(line, name, "the lines of a column one after another", name);
    }
    return at->second;
  }
  void add_term(const SmpsLine& line, int row, int column, double value) {
    auto& terms = core_.program.terms[static_cast<std::size_t>(row)];
    if (!terms.empty() && terms.back().column == column) {
      return problems_.add(
          line, line.fields[0],
          "a row named once, not " + core_.names.rows[static_cast<std::size_t>(row)] + " again",
          joined(line));
    }
    terms.push_back({column, value});
  }
  std::optional<int> row_of(const SmpsLine& line, const std::string& name) {
    const auto row = core_.names.row(name);
    if (!row) problems_.add(line, name, "a row of ROWS", name);
    return row;
  }

  /// Calls `set(row, value)` for the pairs of a line that may start with the name of its set.
  template <class Set>
  void read_pairs(const SmpsLine& line, std::string& set_name, Set&& set) {
    const auto& fields = line.fields;
    const std::size_t first = fields.size() % 2;
    if (fields.size() < 2 || fields.size() > 5) {
      return problems_.add(line, section_, "one or two rows with a number", joined(line));
    }
    if (first == 1 && !is_only_set(line, set_name, fields[0])) return;
    for (std::size_t f = first; f < fields.size(); f += 2) {
      const double value = problems_.number(line, fields[f], fields[f + 1]);
      if (const auto row = row_of(line, fields[f])) set(static_cast<std::size_t>(*row), value);
    }
  }
  bool is_only_set(const SmpsLine& line, std::string& set_name, const std::string& name) {
    if (set_name.empty()) set_name = name;
    if (set_name == name) return true;
    problems_.add(line, section_, "one set, here " + set_name, name);
    return false;
  }

  void read_right_sides(const SmpsLine& line) {
    read_pairs(line, core_.names.right_sides,
               [&](std::size_t row, double value) { core_.program.rows[row].right_side = value; });
  }
  void read_ranges(const SmpsLine& line) {
    read_pairs(line, core_.names.ranges, [&](std::size_t row, double value) {
      if (core_.program.rows[row].kind == RowKind::kFree) {
        return problems_.add(line, core_.names.rows[row], "a row with limits", "N");
      }
      core_.program.rows[row].range = value;
    });
  }

  void read_bound(const SmpsLine& line) {
    const auto& fields = line.fields;
    const bool binary = same_word(fields[0], "BV");
    const auto kind = binary ? BoundKind::kUpper : bound_kind(fields[0]);
    if (!kind) {
      return problems_.add(line, "BOUNDS", "a kind of bound: LO, UP, FX, FR, MI, PL, BV, LI or UI",
                           fields[0]);
    }
    const bool valued = !binary && (kind == BoundKind::kLower || kind == BoundKind::kUpper ||
                                    kind == BoundKind::kFixed);
    const std::size_t least = valued ? 3 : 2;  // Without the name of the set.
    if (fields.size() < least || fields.size() > 4) {
      return problems_.add(line, "BOUNDS",
                           valued ? "kind, set, column and number" : "kind, set and column",
                           joined(line));
    }
    const std::size_t at = fields.size() == least ? 1 : 2;
    if (at == 2 && !is_only_set(line, core_.names.bounds, fields[1])) return;
    const auto index = core_.names.column(fields[at]);
    if (!index) return problems_.add(line, fields[at], "a column of COLUMNS", fields[at]);
    const double value =
        binary ? 1.0 : (valued ? problems_.number(line, fields[at], fields[at + 1], true) : 0.0);
    const auto j = static_cast<std::size_t>(*index);
    Column& column = core_.program.columns[j];
    column.whole =
        column.whole || binary || same_word(fields[0], "LI") || same_word(fields[0], "UI");
    if (binary) column.lower = 0.0;
    set_bound(column, *kind, value);
    bounded_[j] = true;
    last_bound_.resize(bounded_.size());
    last_bound_[j] = line.number;
  }

  void finish() {
    if (!objective_found_) problems_.add(0, "ROWS", "an objective: a row of kind N", "");
    if (core_.program.columns.empty()) problems_.add(0, "COLUMNS", "a column", "");
    for (std::size_t j = 0; j < bounded_.size(); ++j) {
      Column& column = core_.program.columns[j];
      if (column.whole && !bounded_[j]) column.upper = 1.0;
      if (is_empty(column)) {
        problems_.add(last_bound_[j], core_.names.columns[j], "a lower bound not above the upper",
                      core_.names.columns[j]);
      }
    }
  }

  static std::string joined(const SmpsLine& line) {
    std::string text;
    for (const std::string& field : line.fields) text += (text.empty() ? "" : " ") + field;
    return text;
  }

  SmpsForm form_;
  SmpsProblems& problems_;
  CoreFile core_;
  std::string section_;
  bool objective_found_ = false;
  bool whole_ = false;
  std::set<std::size_t> sided_;  ///< Rows whose right-hand side is given.
  std::vector<bool> bounded_;    ///< [column]
  std::vector<int> last_bound_;  ///< [column] Line, for those with bounds.
};

}  // namespace

Interval CoreRow::interval() const {
  const double size = std::abs(range.value_or(0.0));
  switch (kind) {
    case RowKind::kFree:
      return {};
    case RowKind::kAtMost:
      return {range ? right_side - size : -kInfinity, right_side};
    case RowKind::kAtLeast:
      return {right_side, range ? right_side + size : kInfinity};
    case RowKind::kEqual:
      return range.value_or(0.0) < 0.0 ? Interval{right_side - size, right_side}
                                       : Interval{right_side, right_side + size};
  }
  return {};
}

bool is_empty(const Column& column) {
  return column.lower > column.upper || column.lower == kInfinity || column.upper == -kInfinity;
}

void set_bound(Column& column, BoundKind kind, double value) {
  if (std::abs(value) >= kNoBound) value = std::copysign(kInfinity, value);
  switch (kind) {
    case BoundKind::kLower:
      column.lower = value;
      break;
    case BoundKind::kUpper:
      if (value < 0.0 && column.lower == 0.0) column.lower = -kInfinity;
      column.upper = value;
      break;
    case BoundKind::kFixed:
      column.lower = column.upper = value;
      break;
    case BoundKind::kFree:
      column.lower = -kInfinity;
      column.upper = kInfinity;
      break;
    case BoundKind::kNoLower:
      column.lower = -kInfinity;
      break;
    case BoundKind::kNoUpper:
      column.upper = kInfinity;
      break;
  }
}

std::optional<int> CoreNames::row(const std::string& name) const { return found(row_index, name); }

std::optional<int> CoreNames::column(const std::string& name) const {
  return found(column_index, name);
}

std::optional<BoundKind> bound_kind(std::string_view word) {
  if (same_word(word, "LO") || same_word(word, "LI")) return BoundKind::kLower;
  if (same_word(word, "UP") || same_word(word, "UI")) return BoundKind::kUpper;
  if (same_word(word, "FX")) return BoundKind::kFixed;
  if (same_word(word, "FR")) return BoundKind::kFree;
  if (same_word(word, "MI")) return BoundKind::kNoLower;
  if (same_word(word, "PL")) return BoundKind::kNoUpper;
  return std::nullopt;
}

CoreFile read_core(const SmpsFile& file, SmpsForm form, SmpsProblems& problems) {
  return CoreReader(form, problems).read(file);
}

}  // namespace offtake::lp
