#include <benchmark/benchmark.h>

#include <vector>

#include "offtake/base/random_stream.hpp"
#include "offtake/stress/clearing.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::stress {
namespace {

using namespace offtake::literals;

/// Clearings a second of 30 parties with debts in five layers, each owing to a fifth of the others,
/// where a shock to cash makes about a fifth of them fail.
void clear_thirty_parties(benchmark::State& state) {
  constexpr std::size_t kParties = 30;
  RandomStream draw(1, "bench/network", 0);
  LiabilityNetwork network{.parties = kParties};
  for (std::size_t i = 0; i < kParties; ++i) {
    for (std::size_t j = 0; j < kParties; ++j) {
      if (i == j || !draw.chance(0.2)) continue;
      network.debts.push_back(
          {i, j, static_cast<std::size_t>(draw.below(5)), draw.uniform() * 1.0_USD});
    }
    network.debts.push_back({i, std::nullopt, static_cast<std::size_t>(draw.below(5)), 2.0_USD});
    network.recovery.push_back({0.7, 0.8});
  }
  const ClearingSystem system(network);
  std::vector<std::vector<Dollars>> shocks(256, std::vector<Dollars>(kParties));
  for (auto& cash : shocks) {
    for (Dollars& sum : cash) sum = 5.0_USD * draw.uniform() + 0.9_USD;
  }
  std::size_t next = 0;
  std::size_t defaults = 0;
  for (auto _ : state) {
    const auto result = system.clear(shocks[next++ % shocks.size()], Equilibrium::kGreatest);
    for (const bool failed : result->defaulted) defaults += failed;
    benchmark::DoNotOptimize(result);
  }
  state.SetItemsProcessed(state.iterations());
  state.counters["defaults"] =
      static_cast<double>(defaults) / static_cast<double>(state.iterations());
}
BENCHMARK(clear_thirty_parties);

}  // namespace
}  // namespace offtake::stress
