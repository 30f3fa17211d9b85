#include <benchmark/benchmark.h>

#include "offtake/perf/deployment_search.hpp"
#include "offtake/perf/serving_example.hpp"

namespace offtake::perf {
namespace {

/// Deployments (layout and concurrency) that one core costs in a second.
void search(benchmark::State& state, const model::ModelArchitecture& model, ServingMode mode) {
  hardware::System system = example::eight_chips();
  system.scale_up.chips = 64;
  system.chip.hbm_capacity.value *= 2.0;
  const ServiceObjective objective{.ttft_p99 = Seconds::in_base_units(2.0),
                                   .tpot_p99 = Seconds::in_base_units(0.05)};
  SearchSpace space = default_search_space(system.chip);
  space.mode = mode;
  double evaluated = 0;
  for (auto _ : state) {
    const SearchResult result =
        search_deployments(model, system, {.input = 1650, .output = 550}, objective, space);
    evaluated += result.evaluated;
    benchmark::DoNotOptimize(result);
  }
  state.counters["deployments/s"] = benchmark::Counter(evaluated, benchmark::Counter::kIsRate);
}

BENCHMARK_CAPTURE(search, llama_70b_on_64_chips, example::llama_70b(), ServingMode::kAggregated)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(search, deepseek_v3_on_64_chips, example::deepseek_v3(), ServingMode::kAggregated)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(search, deepseek_v3_in_two_pools_or_not, example::deepseek_v3(),
                  ServingMode::kAny)
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace offtake::perf
