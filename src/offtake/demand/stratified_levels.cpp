#include "offtake/demand/stratified_levels.hpp"

#include <algorithm>
#include <numeric>

#include "offtake/base/expects.hpp"
#include "offtake/base/random_stream.hpp"

namespace offtake::demand {

namespace {

/// Where in its strip a level stands: in the middle, or anywhere.
enum class Within { kMiddle, kAnywhere };

std::vector<double> block_of_levels(std::uint64_t seed, std::string_view purpose,
                                    std::uint64_t first, std::size_t count, Within within) {
  std::vector<double> draws;
  std::vector<double> places;
  for (std::uint64_t scenario = first; scenario < first + count; ++scenario) {
    RandomStream stream(seed, purpose, scenario);
    draws.push_back(stream.uniform());
    places.push_back(within == Within::kMiddle ? 0.5 : stream.uniform());
  }
  std::vector<std::size_t> order(draws.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t scenario) { return draws[scenario]; });
  std::vector<double> levels(draws.size());
  for (std::size_t rank = 0; rank < order.size(); ++rank) {
    levels[order[rank]] =
        (static_cast<double>(rank) + places[order[rank]]) / static_cast<double>(count);
  }
  return levels;
}

}  // namespace

std::vector<double> stratified_levels(std::uint64_t seed, std::string_view purpose, int count) {
  expects(count >= 1, "there is at least one scenario");
  return block_of_levels(seed, purpose, 0, static_cast<std::size_t>(count), Within::kMiddle);
}

std::vector<double> levels_in_blocks(std::uint64_t seed, std::string_view purpose,
                                     std::size_t paths, std::size_t block) {
  expects(block >= 1, "a block has at least one path");
  std::vector<double> levels;
  for (std::size_t first = 0; first < paths; first += block) {
    const std::vector<double> next = block_of_levels(
        seed, purpose, first, block, first == 0 ? Within::kMiddle : Within::kAnywhere);
    levels.insert(levels.end(), next.begin(), next.end());
  }
  return levels;
}

}  // namespace offtake::demand
