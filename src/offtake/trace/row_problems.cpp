#include "offtake/trace/row_problems.hpp"

#include <fmt/format.h>

#include <utility>

namespace offtake::trace {

void RowProblems::add(int column, std::string_view path, std::string expected, std::string found) {
  ++count_;
  if (count_ > kShown) return;
  shown_.push_back(
      {{file_, line_, column}, std::string(path), std::move(expected), std::move(found)});
}

void RowProblems::raise() {
  if (count_ > kShown) {
    shown_.push_back({{file_, line_, 1},
                      "",
                      "no more problems",
                      fmt::format("{} more up to here", count_ - kShown)});
  }
  throw InputError(std::move(shown_));
}

std::string in_quotes(std::string_view text) {
  if (text.size() <= 60) return fmt::format("\"{}\"", text);
  return fmt::format("\"{}\"...", text.substr(0, 60));
}

}  // namespace offtake::trace
