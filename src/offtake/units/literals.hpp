#pragma once

#include "offtake/units/quantity.hpp"

/// Units as literals, for tests and definitions: `96.0_GB`, `2.9_TB_per_s`. GB is 10^9 bytes and
/// GiB 2^30; a year is 365 days (8,760 h), as the price lists of clouds count it, and a month a
/// twelfth.
namespace offtake::literals {

#define OFFTAKE_LITERAL(SUFFIX, TYPE, FACTOR)                        \
  constexpr TYPE operator""_##SUFFIX(long double value) {            \
    return TYPE::in_base_units(static_cast<double>(value) * FACTOR); \
  }

OFFTAKE_LITERAL(ns, Seconds, 1e-9)
OFFTAKE_LITERAL(us, Seconds, 1e-6)
OFFTAKE_LITERAL(ms, Seconds, 1e-3)
OFFTAKE_LITERAL(s, Seconds, 1.0)
OFFTAKE_LITERAL(h, Seconds, 3600.0)
OFFTAKE_LITERAL(days, Seconds, 86400.0)
OFFTAKE_LITERAL(months, Seconds, 365.0 * 86400.0 / 12.0)
OFFTAKE_LITERAL(years, Seconds, 365.0 * 86400.0)
OFFTAKE_LITERAL(B, Bytes, 1.0)
OFFTAKE_LITERAL(KiB, Bytes, 1024.0)
OFFTAKE_LITERAL(MiB, Bytes, 1048576.0)
OFFTAKE_LITERAL(MB, Bytes, 1e6)
OFFTAKE_LITERAL(GB, Bytes, 1e9)
OFFTAKE_LITERAL(GiB, Bytes, 1073741824.0)
OFFTAKE_LITERAL(TB, Bytes, 1e12)
OFFTAKE_LITERAL(GB_per_s, Bandwidth, 1e9)
OFFTAKE_LITERAL(TB_per_s, Bandwidth, 1e12)
OFFTAKE_LITERAL(FLOP, Flops, 1.0)
OFFTAKE_LITERAL(GFLOP, Flops, 1e9)
OFFTAKE_LITERAL(TFLOP, Flops, 1e12)
OFFTAKE_LITERAL(TFLOP_per_s, ComputeRate, 1e12)
OFFTAKE_LITERAL(PFLOP_per_s, ComputeRate, 1e15)
OFFTAKE_LITERAL(tok, Tokens, 1.0)
OFFTAKE_LITERAL(Mtok, Tokens, 1e6)
OFFTAKE_LITERAL(tok_per_s, TokenRate, 1.0)
OFFTAKE_LITERAL(chips, Chips, 1.0)
OFFTAKE_LITERAL(chip_h, ChipHours, 3600.0)
OFFTAKE_LITERAL(per_chip_year, ChipRate, 1.0 / (365.0 * 86400.0))
OFFTAKE_LITERAL(USD, Dollars, 1.0)
OFFTAKE_LITERAL(BUSD, Dollars, 1e9)
OFFTAKE_LITERAL(USD_per_chip_h, ChipPrice, 1.0 / 3600.0)
OFFTAKE_LITERAL(USD_per_Mtok, TokenPrice, 1e-6)
OFFTAKE_LITERAL(J, Joules, 1.0)
OFFTAKE_LITERAL(kWh, Joules, 3.6e6)
OFFTAKE_LITERAL(W, Watts, 1.0)
OFFTAKE_LITERAL(kW, Watts, 1e3)
OFFTAKE_LITERAL(GW, Watts, 1e9)

#undef OFFTAKE_LITERAL

}  // namespace offtake::literals
