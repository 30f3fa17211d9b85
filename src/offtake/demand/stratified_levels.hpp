#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace offtake::demand {

/// A level in (0, 1) for each of `count` scenarios: one in the middle of each of `count` equal
/// strips, in an order that depends on seed and purpose alone. An event of probability p that
/// happens where the level is below p then happens in p * count scenarios, to within a half.
/// Source: McKay, Beckman and Conover, "A comparison of three methods for selecting values of input
/// variables", Technometrics 21(2), 1979.
std::vector<double> stratified_levels(std::uint64_t seed, std::string_view purpose, int count);

/// Levels for `paths` paths in blocks of `block`, each block stratified by itself. The first block
/// is `stratified_levels` of `block` scenarios, so that its paths are the same worlds; in later
/// ones a level stands anywhere in its strip, so that even small blocks leave no level out.
std::vector<double> levels_in_blocks(std::uint64_t seed, std::string_view purpose,
                                     std::size_t paths, std::size_t block);

}  // namespace offtake::demand
