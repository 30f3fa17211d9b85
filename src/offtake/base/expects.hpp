#pragma once

#include <source_location>
#include <string_view>

namespace offtake {

/// Prints what was broken and where, then stops the program with exit code 3 (a defect in offtake).
[[noreturn]] void report_defect(std::string_view rule, std::source_location where);

/// A rule that only our own mistake can break; checked in every build. What a user can cause is an
/// InputError or a negative answer instead.
constexpr void expects(bool holds, std::string_view rule,
                       std::source_location where = std::source_location::current()) {
  if (!holds) report_defect(rule, where);
}

}  // namespace offtake
