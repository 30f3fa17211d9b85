#pragma once

#include "offtake/lp/stochastic_program.hpp"

namespace offtake::lp {

/// The program with one scenario: every figure the mean of all scenarios' figures. Their recourses
/// have the same rows and columns. Source: Birge and Louveaux, ch. 4, "expected value problem".
StochasticProgram mean_program(const StochasticProgram& program);

}  // namespace offtake::lp
