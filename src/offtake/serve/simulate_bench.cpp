#include <benchmark/benchmark.h>

#include "offtake/serve/serving_example.hpp"
#include "offtake/serve/simulate.hpp"

namespace offtake::serve {
namespace {

/// Requests served a second: four replicas of a linear step model, six requests a second, at most
/// 128 sequences and 512 tokens a step.
void serve_requests(benchmark::State& state) {
  const Fleet fleet{.pools = {example::pool_of(example::kChat, 4)}, .admission = {}, .link = {}};
  for (auto _ : state) {
    example::RandomRequests source(state.range(0), 6.0, 1);
    benchmark::DoNotOptimize(simulate(fleet, source, {}));
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(serve_requests)->Arg(50'000)->Arg(500'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace offtake::serve
