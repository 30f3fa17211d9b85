#include <benchmark/benchmark.h>

#include "offtake/perf/decode.hpp"
#include "offtake/perf/serving_example.hpp"

namespace offtake::perf {
namespace {

/// Decode steps that one core costs in a second; sequences and context change from call to call.
void decode(benchmark::State& state, const model::ModelArchitecture& model,
            const ServingLayout& layout) {
  auto sharded = shard(model, example::eight_chips(), layout);
  double sequences = 1;
  for (auto _ : state) {
    benchmark::DoNotOptimize(sharded);  // So that nothing is worked out once for all steps.
    benchmark::DoNotOptimize(decode_cost(*sharded, sequences, 1000 + sequences));
    sequences = sequences < 256 ? sequences + 1 : 1;
  }
  state.SetItemsProcessed(state.iterations());
}

BENCHMARK_CAPTURE(decode, llama_70b_tp8, example::llama_70b(), ServingLayout{.tensor = 8});
BENCHMARK_CAPTURE(decode, deepseek_v3_dp8_ep8, example::deepseek_v3(),
                  ServingLayout{.attention_data = 8, .expert = 8});

}  // namespace
}  // namespace offtake::perf
