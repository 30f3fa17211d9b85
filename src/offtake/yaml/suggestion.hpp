#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace offtake::yaml {

/// How many single letters must be put in, taken out or changed, or neighbours swapped, to turn `a`
/// into `b`. Source: Damerau, "A technique for computer detection and correction of spelling
/// errors", CACM 7(3), 1964 (in the restricted form, where no part is edited twice).
int edit_distance(std::string_view a, std::string_view b);

/// The candidate nearest to `text`, when near enough to be a slip: at most a third of its letters
/// differ. Of equally near ones the first.
std::optional<std::string> nearest(std::string_view text, std::span<const std::string> candidates);

/// "a", "b" or "c": in quotes.
std::string one_of(std::span<const std::string> names);

}  // namespace offtake::yaml
