#pragma once

#include "offtake/report/reading_section.hpp"
#include "offtake/study/reading_effects.hpp"

namespace offtake::findings {

/// What other answers to the questions that no source settles do to the plan's cost and to what the
/// book asks the value of, the largest change first.
report::ReadingSection reading_section(const study::ReadingEffects& readings);

}  // namespace offtake::findings
