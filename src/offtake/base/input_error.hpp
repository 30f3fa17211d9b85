#pragma once

#include <compare>
#include <stdexcept>
#include <string>
#include <vector>

namespace offtake {

/// Where a value stands in a user's file; line and column count from one, zero means the whole
/// file.
struct Place {
  std::string file;
  int line = 0;
  int column = 0;

  auto operator<=>(const Place&) const = default;
};

/// One thing that is wrong with the input, in the user's words.
struct Problem {
  Place place;
  std::string path;      ///< Which value, such as "/hbm/bandwidth"; may be empty.
  std::string expected;  ///< Such as: a quantity such as "2.9 TB/s".
  std::string found;     ///< Such as: "2900".

  bool operator==(const Problem&) const = default;
};

/// "file:line:column: path: expected ..., found ...", leaving out what is not known.
std::string describe(const Problem& problem);

/// The user's input is wrong. Lists every problem that was found, ordered by file, line and column.
class InputError : public std::runtime_error {
 public:
  /// Expects at least one problem.
  explicit InputError(std::vector<Problem> problems);

  const std::vector<Problem>& problems() const { return problems_; }

 private:
  std::vector<Problem> problems_;
};

}  // namespace offtake
