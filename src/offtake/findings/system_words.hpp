#pragma once

#include <string>
#include <string_view>

namespace offtake::findings {

/// A system's id as people write it: "gb300-nvl72" is "GB300 NVL72". Unknown ids stay as they are.
std::string system_words(std::string_view system);

/// Whose chip it is, by which charts choose texture and mark: "Nvidia", "Trainium", "TPU", "AMD",
/// "Broadcom", "Cerebras"; "Nvidia" marks are plain, so they also stand for what is not known.
std::string maker_of(std::string_view system);

}  // namespace offtake::findings
