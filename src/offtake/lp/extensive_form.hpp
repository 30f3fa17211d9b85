#pragma once

#include "offtake/lp/stochastic_program.hpp"

namespace offtake::lp {

/// All scenarios side by side in one program. Its first columns are those of the first stage; its
/// optimum is the stochastic program's.
LinearProgram extensive_form(const StochasticProgram& program, const RiskWeight& risk);

}  // namespace offtake::lp
