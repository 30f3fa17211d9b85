#include <benchmark/benchmark.h>

#include "offtake/perf/layout_search.hpp"
#include "offtake/perf/training_example.hpp"

namespace offtake::perf {
namespace {

/// Layouts searched a second on one core: GPT-3 175B, 1,536 samples, on A100s.
void search_gpt3(benchmark::State& state) {
  const hardware::System system = example::dgx_a100();
  const TrainingModel model(example::gpt3_175b(), system, {.sequence = 2048, .global_batch = 1536});
  std::size_t evaluated = 0;
  for (auto _ : state) {
    const LayoutSearch found =
        search_layouts(model, system, static_cast<int>(state.range(0)), {}, 10, {.threads = 1});
    evaluated += found.evaluated;
    benchmark::DoNotOptimize(found.best.data());
  }
  state.counters["layouts"] =
      benchmark::Counter(static_cast<double>(evaluated), benchmark::Counter::kIsRate);
}
BENCHMARK(search_gpt3)->Arg(512)->Arg(4096)->Unit(benchmark::kMillisecond);

/// The same without a bound: memory of each layout, and time where it fits.
void search_gpt3_all(benchmark::State& state) {
  const hardware::System system = example::dgx_a100();
  const TrainingModel model(example::gpt3_175b(), system, {.sequence = 2048, .global_batch = 1536});
  std::size_t evaluated = 0;
  std::size_t fitting = 0;
  for (auto _ : state) {
    const LayoutSearch found =
        search_layouts(model, system, 512, {}, 10, {.threads = 1}, SearchBound::kNone);
    evaluated += found.evaluated;
    fitting += found.fitting;
    benchmark::DoNotOptimize(found.best.data());
  }
  state.counters["layouts"] =
      benchmark::Counter(static_cast<double>(evaluated), benchmark::Counter::kIsRate);
  state.counters["timed"] =
      benchmark::Counter(static_cast<double>(fitting), benchmark::Counter::kIsRate);
}
BENCHMARK(search_gpt3_all)->Unit(benchmark::kMillisecond);

/// The same for a mixture of experts, 1,024 H100.
void search_experts(benchmark::State& state) {
  const hardware::System system = example::hgx_h100();
  const TrainingModel model(example::qwen3_30b(), system, {.sequence = 4096, .global_batch = 2048});
  std::size_t evaluated = 0;
  for (auto _ : state) {
    const LayoutSearch found = search_layouts(model, system, 1024, {}, 10, {.threads = 1});
    evaluated += found.evaluated;
    benchmark::DoNotOptimize(found.best.data());
  }
  state.counters["layouts"] =
      benchmark::Counter(static_cast<double>(evaluated), benchmark::Counter::kIsRate);
}
BENCHMARK(search_experts)->Unit(benchmark::kMillisecond);

/// One layout's time and memory.
void one_step(benchmark::State& state) {
  const TrainingModel model(example::llama_405b(), example::hgx_h100(),
                            {.sequence = 8192, .global_batch = 2048});
  const TrainingLayout layout{.parallel = {.tensor = 8, .pipeline = 16, .data = 128}};
  for (auto _ : state) benchmark::DoNotOptimize(model.time(layout));
}
BENCHMARK(one_step);

}  // namespace
}  // namespace offtake::perf
