#include "offtake/hardware/efficiency.hpp"

#include <array>
#include <cstddef>

namespace offtake::hardware {

std::string_view name(FitGrade grade) {
  constexpr std::array<std::string_view, 4> kNames{"none", "stack", "relative", "own rows"};
  return kNames[static_cast<std::size_t>(grade)];
}

}  // namespace offtake::hardware
