#pragma once

#include <algorithm>
#include <cctype>
#include <string>
#include <string_view>

namespace offtake::fidelity {

/// As sources' words are compared.
inline std::string in_small_letters(std::string_view text) {
  std::string small(text);
  std::ranges::transform(small, small.begin(), [](unsigned char c) { return std::tolower(c); });
  return small;
}

}  // namespace offtake::fidelity
