#include <benchmark/benchmark.h>

#include "offtake/perf/training_example.hpp"
#include "offtake/study/training_rate.hpp"

namespace offtake::study {
namespace {

/// Time to value one pair of model and system for a plan.
void planned_dense(benchmark::State& state) {
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        training_flops_rate_per_chip(perf::example::hgx_h100(), perf::example::llama_405b(), {}));
  }
}
BENCHMARK(planned_dense)->Unit(benchmark::kMillisecond);

/// The same for a mixture of experts.
void planned_experts(benchmark::State& state) {
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        training_flops_rate_per_chip(perf::example::hgx_h100(), perf::example::qwen3_30b(), {}));
  }
}
BENCHMARK(planned_experts)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace offtake::study
