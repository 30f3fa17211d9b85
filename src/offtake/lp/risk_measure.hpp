#pragma once

#include <span>

#include "offtake/lp/stochastic_program.hpp"

namespace offtake::lp {

double mean(std::span<const double> losses, std::span<const double> probabilities);

/// Mean of the worst 1 - level of the probability; the loss at the edge counts in part.
/// Source: Rockafellar and Uryasev, Journal of Banking & Finance 26(7), 2002.
double conditional_value_at_risk(std::span<const double> losses,
                                 std::span<const double> probabilities, double level);

/// (1 - lambda) mean + lambda CVaR.
double risk_adjusted(std::span<const double> losses, std::span<const double> probabilities,
                     const RiskWeight& risk);

}  // namespace offtake::lp
