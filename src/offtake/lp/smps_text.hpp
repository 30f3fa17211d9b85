#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "offtake/base/input_error.hpp"

namespace offtake::lp {

/// One of the three files of a program in SMPS: core, time or stochastics.
struct SmpsFile {
  std::string name;  ///< For messages.
  std::string text;
};

/// How fields are told apart: by blanks, or by the columns of punched cards (2, 5, 15, 25, 40, 50),
/// where names may hold blanks.
enum class SmpsForm { kFree, kFixed };

/// One line that says something: comments and empty lines are left out.
struct SmpsLine {
  int number = 0;                   ///< In its file, from one.
  bool header = false;              ///< Starts a section: its first column is not blank.
  std::vector<std::string> fields;  ///< At least one, none empty.
  std::vector<int> columns;         ///< [field] Where it starts, from one.
};

std::vector<SmpsLine> smps_lines(std::string_view text, SmpsForm form);

/// The form of a core file: fixed where a row's name or a column's takes more than one word.
SmpsForm form_of_core(std::string_view text);

/// A number as MPS files write it: "1.5", "+2", "-16.", "1.5D+03", "1e30"; nothing if it is none.
std::optional<double> smps_number(std::string_view text);

/// `a` and `b` but for upper and lower case, as keywords are compared.
bool same_word(std::string_view a, std::string_view b);

/// Keeps what is wrong with one file.
class SmpsProblems {
 public:
  explicit SmpsProblems(std::string file) : file_(std::move(file)) {}

  /// `path` is what the line is about. The place is where `found` stands first in the line, or
  /// the line's start where it is no field of it.
  void add(const SmpsLine& line, std::string path, std::string expected, std::string_view found);
  /// Of the line of that number as a whole; zero means the whole file.
  void add(int line, std::string path, std::string expected, std::string_view found);
  /// The number in `text`, or zero and a problem. Those of 1e15 and beyond only where `infinite`.
  double number(const SmpsLine& line, const std::string& path, std::string_view text,
                bool infinite = false);
  const std::vector<Problem>& list() const { return problems_; }

 private:
  std::string file_;
  std::vector<Problem> problems_;
};

}  // namespace offtake::lp
