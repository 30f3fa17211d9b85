#pragma once

namespace offtake::perf {

/// Load of the fullest of `ranks` expert-parallel ranks over the mean one: ranks^skew.
/// Source of the form: the tables of operations of aiconfigurator, whose power-law routing gives
/// exponents of 0.1 to 0.45 over 8 to 32 ranks.
double expert_load(int ranks, double skew);

}  // namespace offtake::perf
