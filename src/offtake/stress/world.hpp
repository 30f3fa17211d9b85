#pragma once

#include <cstdint>
#include <vector>

#include "offtake/base/parallel.hpp"
#include "offtake/stress/funding.hpp"
#include "offtake/stress/revenue_path.hpp"

namespace offtake::stress {

/// Everything that is drawn on one path.
struct World {
  RevenueDraw revenue;
  FundingDraw funding;
};

class WorldSampler {
 public:
  explicit WorldSampler(const StressProblem& problem) : revenue_(problem), funding_(problem) {}

  World draw(std::uint64_t path) const {
    World world{.revenue = revenue_.draw(path)};
    world.funding = funding_.draw(world.revenue.common_factor, path);
    return world;
  }

 private:
  RevenueSampler revenue_;
  FundingSampler funding_;
};

/// The first `count` paths.
inline std::vector<World> draw_worlds(const StressProblem& problem, std::size_t count,
                                      Parallelism threads) {
  const WorldSampler sampler(problem);
  std::vector<World> worlds(count);
  for_each_index(count, threads, [&](std::size_t path) { worlds[path] = sampler.draw(path); });
  return worlds;
}

}  // namespace offtake::stress
