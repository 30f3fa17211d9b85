#pragma once

#include <vector>

#include "offtake/lp/core_program.hpp"
#include "offtake/lp/core_stages.hpp"
#include "offtake/lp/random_elements.hpp"
#include "offtake/lp/smps_text.hpp"

namespace offtake::lp {

/// Reads a stochastics file: sections INDEP (DISCRETE, UNIFORM, NORMAL), BLOCKS (DISCRETE) and
/// SCENARIOS, with values that REPLACE the core's, are ADDed to or MULTIPLY them. A block's later
/// realizations name what differs from its first one, a scenario what differs from its parent. The
/// numbers of UNIFORM are its ends, those of NORMAL mean and variance. Probabilities that sum to
/// one within a thousandth are scaled to do so; realizations of probability zero are left out.
/// Source: as of read_stages.
std::vector<RandomVector> read_random_vectors(const SmpsFile& file, SmpsForm form,
                                              const CoreFile& core, const CoreStages& stages,
                                              SmpsProblems& problems);

}  // namespace offtake::lp
