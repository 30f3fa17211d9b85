#include "offtake/lp/core_stages.hpp"

#include <algorithm>

namespace offtake::lp {
namespace {

class StageReader {
 public:
  StageReader(SmpsForm form, const CoreFile& core, SmpsProblems& problems)
      : form_(form), core_(core), problems_(problems) {
    stages_.row_later.resize(core.names.rows.size());
    stages_.column_later.resize(core.names.columns.size());
    row_named_.resize(core.names.rows.size());
    column_named_.resize(core.names.columns.size());
  }

  CoreStages read(const SmpsFile& file) {
    for (const SmpsLine& line : smps_lines(file.text, form_)) {
      if (line.header) {
        open(line);
      } else {
        take(line);
      }
    }
    if (periods_.size() != 2) {
      problems_.add(0, "PERIODS", "two periods", std::to_string(periods_.size()));
    }
    check_every_one_named();
    if (problems_.list().empty()) check_columns();
    if (problems_.list().empty()) check_first_rows();
    if (problems_.list().empty()) stages_.later_name = periods_[1];
    return stages_;
  }

 private:
  void open(const SmpsLine& line) {
    section_ = line.fields[0];
    if (in("PERIODS")) explicit_ = line.fields.size() > 1 && same_word(line.fields[1], "EXPLICIT");
    if (!in("TIME") && !in("PERIODS") && !in("ROWS") && !in("COLUMNS") && !in("ENDATA")) {
      problems_.add(line, "", "TIME, PERIODS, ROWS, COLUMNS or ENDATA", section_);
    }
  }
  bool in(std::string_view section) const { return same_word(section_, section); }

  void take(const SmpsLine& line) {
    if (in("PERIODS") && explicit_) {
      periods_.push_back(line.fields.back());
    } else if (in("PERIODS")) {
      read_start(line);
    } else if (in("ROWS")) {
      read_member(line, core_.names.row(line.fields[0]), stages_.row_later, row_named_);
    } else if (in("COLUMNS")) {
      read_member(line, core_.names.column(line.fields[0]), stages_.column_later, column_named_);
    } else {
      problems_.add(line, "", "PERIODS first", line.fields[0]);
    }
  }

  void read_start(const SmpsLine& line) {
    if (line.fields.size() != 3) {
      return problems_.add(line, "PERIODS", "a column, a row and a period", line.fields.back());
    }
    const auto column = core_.names.column(line.fields[0]);
    const auto row = core_.names.row(line.fields[1]);
    if (!column) {
      problems_.add(line, line.fields[2], "a column of the core", line.fields[0]);
    }
    if (!row) problems_.add(line, line.fields[2], "a row of the core", line.fields[1]);
    periods_.push_back(line.fields[2]);
    if (periods_.size() != 2 || !column || !row) return;
    std::fill(stages_.column_later.begin() + *column, stages_.column_later.end(), true);
    std::fill(stages_.row_later.begin() + *row, stages_.row_later.end(), true);
  }

  void read_member(const SmpsLine& line, std::optional<int> index, std::vector<bool>& later,
                   std::vector<bool>& named) {
    const std::string& name = line.fields[0];
    if (line.fields.size() != 2) {
      return problems_.add(line, name, "a name and a period", line.fields.back());
    }
    if (!index) return problems_.add(line, section_, "a name of the core", name);
    const auto period = std::ranges::find(periods_, line.fields[1]);
    if (period == periods_.end()) {
      return problems_.add(line, name, "a period of PERIODS", line.fields[1]);
    }
    later[static_cast<std::size_t>(*index)] = period != periods_.begin();
    named[static_cast<std::size_t>(*index)] = true;
  }

  void check_every_one_named() {
    if (!explicit_) return;
    const auto check = [&](const std::vector<bool>& named, const std::vector<std::string>& names,
                           const char* section) {
      for (std::size_t i = 0; i < named.size(); ++i) {
        const bool free =
            section == std::string_view("ROWS") && core_.program.rows[i].kind == RowKind::kFree;
        if (!named[i] && !free) problems_.add(0, section, "a period of " + names[i], "");
      }
    };
    check(row_named_, core_.names.rows, "ROWS");
    check(column_named_, core_.names.columns, "COLUMNS");
  }

  void check_columns() {
    const auto later = std::ranges::count(stages_.column_later, true);
    if (later == 0) problems_.add(0, periods_[1], "a column decided in it", "");
    if (later == std::ssize(stages_.column_later)) {
      problems_.add(0, periods_[0], "a column decided in it", "");
    }
  }

  void check_first_rows() {
    const CoreProgram& program = core_.program;
    for (std::size_t row = 0; row < program.rows.size(); ++row) {
      if (stages_.row_later[row] || program.rows[row].kind == RowKind::kFree) continue;
      for (const Term& term : program.terms[row]) {
        const auto column = static_cast<std::size_t>(term.column);
        if (!stages_.column_later[column]) continue;
        problems_.add(0, core_.names.rows[row],
                      "a row of the first period to hold columns of that period only",
                      core_.names.columns[column]);
      }
    }
  }

  SmpsForm form_;
  const CoreFile& core_;
  SmpsProblems& problems_;
  CoreStages stages_;
  std::vector<std::string> periods_;
  std::vector<bool> row_named_, column_named_;
  std::string section_;
  bool explicit_ = false;
};

}  // namespace

CoreStages read_stages(const SmpsFile& file, SmpsForm form, const CoreFile& core,
                       SmpsProblems& problems) {
  return StageReader(form, core, problems).read(file);
}

}  // namespace offtake::lp
