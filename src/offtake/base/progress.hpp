#pragma once

#include <functional>
#include <string_view>

namespace offtake {

/// Told now and then how far long work has come: the stage in words and its share in [0, 1]. May be
/// called from several threads; must not throw. An empty function is never called.
using Progress = std::function<void(std::string_view stage, double share)>;

/// Tells `progress`, if anyone listens.
inline void tell(const Progress& progress, std::string_view stage, double share) {
  if (progress) progress(stage, share);
}

}  // namespace offtake
