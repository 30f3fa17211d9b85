#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "offtake/base/input_error.hpp"

namespace offtake::trace {

/// What is wrong with the rows of a file: the first problems in full, the others as a count.
class RowProblems {
 public:
  static constexpr int kShown = 100;

  explicit RowProblems(std::string file) : file_(std::move(file)) {}

  void at_line(int line) { line_ = line; }  ///< Of the row whose problems come next.
  /// `column` counts bytes from one; `path` is the column's or the key's name.
  void add(int column, std::string_view path, std::string expected, std::string found);
  std::int64_t count() const { return count_; }
  /// Throws InputError with every problem shown and, after them, how many more there are. Expects
  /// at least one.
  [[noreturn]] void raise();

 private:
  std::string file_;
  int line_ = 0;
  std::int64_t count_ = 0;
  std::vector<Problem> shown_;
};

/// The text in quotation marks, cut after 60 bytes.
std::string in_quotes(std::string_view text);

}  // namespace offtake::trace
