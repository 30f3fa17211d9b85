#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace offtake::report {

/// How many columns a text takes on a terminal: one for each code point, as all that is printed
/// here (Latin letters, Greek, signs) is one column wide.
int columns_of(std::string_view utf8);

/// `text` with spaces behind it (or before it) up to `columns`.
std::string padded(std::string_view text, int columns);
std::string padded_left(std::string_view text, int columns);

/// Cut to `columns`, with an ellipsis where something was cut.
std::string clipped(std::string_view text, int columns);

/// Broken at spaces into lines of at most `columns`; a longer word stands on a line of its own.
std::vector<std::string> wrapped(std::string_view text, int columns);

}  // namespace offtake::report
