#pragma once

#include <cstdint>

namespace offtake::demand {

/// The bits of `word` mixed so that words which differ in one bit differ in about half; each word
/// has one image and no two share one.
/// Source: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014,
/// with the constants of Stafford's variant 13.
constexpr std::uint64_t mixed(std::uint64_t word) {
  word = (word ^ (word >> 30U)) * 0xBF58476D1CE4E5B9U;
  word = (word ^ (word >> 27U)) * 0x94D049BB133111EBU;
  return word ^ (word >> 31U);
}

/// A name for `prefix` and what `next` names after it. Names of different pairs differ but for a
/// chance of about one in 2^64; never zero.
constexpr std::uint64_t extended_name(std::uint64_t prefix, std::uint64_t next) {
  const std::uint64_t name = mixed(mixed(prefix + 0x9E3779B97F4A7C15U) ^ next);
  return name == 0 ? 1 : name;
}

}  // namespace offtake::demand
