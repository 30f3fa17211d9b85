#pragma once

namespace offtake::perf {

/// Load of the fullest of `ranks` expert-parallel ranks over the mean one, when `choices` token and
/// expert pairs fall on them uniformly: 1 + sqrt(2 ln G / (choices / G)), the maximum of G nearly
/// normal counts, at most `load_max`.
/// Source: Raab and Steger, "Balls into bins - a simple and tight analysis", RANDOM 1998.
double expert_load(int ranks, double choices, double load_max);

}  // namespace offtake::perf
