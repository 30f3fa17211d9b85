#include <benchmark/benchmark.h>

#include "offtake/calculon/calculon_example.hpp"
#include "offtake/calculon/evaluation.hpp"
#include "offtake/calculon/execution_search.hpp"

namespace offtake::calculon {
namespace {

constexpr int kBatch = 1536;

/// One execution from nothing: its block, memory and time.
void one_evaluation(benchmark::State& state) {
  const Machine machine = example::a100();
  const Transformer model = example::gpt3_175b();
  const Execution execution = example::gpt3_on_64();
  for (auto _ : state) benchmark::DoNotOptimize(evaluate(execution, model, machine));
}
BENCHMARK(one_evaluation)->Unit(benchmark::kMicrosecond);

void search(benchmark::State& state, const ExecutionSpace& space, Pruning pruning) {
  const Machine machine = example::a100();
  const Transformer model = example::gpt3_175b();
  ExecutionSearch found;
  for (auto _ : state) {
    found = search_executions(model, machine, space, 1, {.threads = 1}, pruning);
    benchmark::DoNotOptimize(found.best.data());
  }
  const auto rate = [&](std::size_t count) {
    return benchmark::Counter(static_cast<double>(count),
                              benchmark::Counter::kIsIterationInvariantRate);
  };
  state.counters["executions/s"] = rate(found.evaluated);
  state.counters["timed/s"] = rate(found.timed);
  state.counters["evaluated"] = static_cast<double>(found.evaluated);
  state.counters["feasible"] = static_cast<double>(found.feasible);
  state.counters["timed"] = static_cast<double>(found.timed);
}

/// The reduced space (S1) on so many chips, one core.
void reduced(benchmark::State& state) {
  search(state, reduced_space(static_cast<int>(state.range(0)), kBatch), Pruning::kByBound);
}
BENCHMARK(reduced)->Arg(512)->Arg(4096)->Unit(benchmark::kMillisecond);

/// The same with the time of every execution that fits.
void reduced_all_timed(benchmark::State& state) {
  search(state, reduced_space(static_cast<int>(state.range(0)), kBatch), Pruning::kNone);
}
BENCHMARK(reduced_all_timed)->Arg(512)->Arg(4096)->Unit(benchmark::kMillisecond);

/// The whole space on so many chips, one core.
void whole(benchmark::State& state) {
  search(state, whole_space(static_cast<int>(state.range(0)), kBatch), Pruning::kByBound);
}
BENCHMARK(whole)->Arg(512)->Arg(4096)->Unit(benchmark::kMillisecond);

/// The same with the time of every execution that fits.
void whole_all_timed(benchmark::State& state) {
  search(state, whole_space(static_cast<int>(state.range(0)), kBatch), Pruning::kNone);
}
BENCHMARK(whole_all_timed)->Arg(512)->Arg(4096)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace offtake::calculon
