#include "offtake/base/input_error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "offtake/base/expects.hpp"

namespace offtake {
namespace {

std::vector<Problem> in_order_of_place(std::vector<Problem> problems) {
  std::ranges::stable_sort(problems, {}, &Problem::place);
  return problems;
}

std::string describe_all(const std::vector<Problem>& problems) {
  std::string text;
  for (const Problem& problem : problems) {
    if (!text.empty()) text += '\n';
    text += describe(problem);
  }
  return text;
}

}  // namespace

std::string describe(const Problem& problem) {
  std::string text = problem.place.file;
  if (problem.place.line > 0) {
    text += fmt::format(":{}:{}", problem.place.line, problem.place.column);
  }
  if (!text.empty()) text += ": ";
  if (!problem.path.empty()) text += problem.path + ": ";
  return text + fmt::format("expected {}, found {}", problem.expected, problem.found);
}

InputError::InputError(std::vector<Problem> problems)
    : std::runtime_error(describe_all(in_order_of_place(problems))),
      problems_(in_order_of_place(std::move(problems))) {
  expects(!problems_.empty(), "an input error names at least one problem");
}

}  // namespace offtake
