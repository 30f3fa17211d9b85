#include "offtake/demand/stratified_levels.hpp"

#include <algorithm>
#include <numeric>

#include "offtake/base/expects.hpp"
#include "offtake/base/random_stream.hpp"

namespace offtake::demand {

std::vector<double> stratified_levels(std::uint64_t seed, std::string_view purpose, int count) {
  expects(count >= 1, "there is at least one scenario");
  std::vector<double> draws;
  for (int scenario = 0; scenario < count; ++scenario) {
    draws.push_back(RandomStream(seed, purpose, static_cast<std::uint64_t>(scenario)).uniform());
  }
  std::vector<std::size_t> order(draws.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t scenario) { return draws[scenario]; });
  std::vector<double> levels(draws.size());
  for (std::size_t rank = 0; rank < order.size(); ++rank) {
    levels[order[rank]] = (static_cast<double>(rank) + 0.5) / count;
  }
  return levels;
}

}  // namespace offtake::demand
