#include <benchmark/benchmark.h>

#include <array>
#include <span>
#include <string>
#include <vector>

#include "offtake/catalog/catalog.hpp"
#include "offtake/study/perf_step_timer.hpp"

namespace offtake::study {
namespace {

using hardware::NumericFormat;

/// A replica of the catalog.
struct Deployed {
  std::string system;
  std::string model;
  perf::ServingLayout layout;
};

const Deployed kLlama{"dgx-a100-80g", "llama-2-70b", {.tensor = 4}};
const Deployed kDeepSeek{"hgx-b200",
                         "deepseek-r1",
                         {.attention_data = 8,
                          .expert = 8,
                          .weights = NumericFormat::kFp8,
                          .kv_cache = NumericFormat::kFp8}};

constexpr int kSequences = 128;

perf::ShardedModel sharded(const Deployed& deployed) {
  static const catalog::Catalog catalog = catalog::load_catalog(OFFTAKE_SOURCE_DIR "/catalog");
  return *perf::shard(**catalog.model(deployed.model), **catalog.system(deployed.system),
                      deployed.layout, {.chunk_tokens = 512});
}

/// How long the tables take to make.
void construction(benchmark::State& state, const Deployed& deployed) {
  const perf::ShardedModel model = sharded(deployed);
  for (auto _ : state) benchmark::DoNotOptimize(PerfStepTimer(model, kSequences));
}

/// A step with decodes alone; sequences and context change from call to call.
void decode_line(benchmark::State& state, const Deployed& deployed) {
  const PerfStepTimer timer(sharded(deployed), kSequences);
  int sequences = 1;
  for (auto _ : state) {
    benchmark::DoNotOptimize(timer.decode_line(sequences, std::int64_t{1000} * sequences));
    sequences = sequences % kSequences + 1;
  }
}

/// A step with parts of one or two prompts; tokens and context change from call to call.
void mixed_step(benchmark::State& state, const Deployed& deployed, std::size_t parts) {
  const PerfStepTimer timer(sharded(deployed), kSequences);
  std::vector<std::array<serve::PromptPart, 2>> steps;
  for (int sequences = 1; sequences <= kSequences; ++sequences) {
    const int computed = (512 - sequences) / static_cast<int>(parts);
    const serve::PromptPart part{.computed = computed, .cached = 8 * sequences};
    steps.push_back({part, part});
  }
  int sequences = 1;
  for (auto _ : state) {
    const auto& prompts = steps[static_cast<std::size_t>(sequences - 1)];
    benchmark::DoNotOptimize(timer.mixed_step(std::span(prompts).first(parts), sequences,
                                              std::int64_t{1000} * sequences));
    sequences = sequences % kSequences + 1;
  }
}

BENCHMARK_CAPTURE(construction, llama_2_70b_tp4, kLlama)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(construction, deepseek_r1_dp8_ep8, kDeepSeek)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(decode_line, llama_2_70b_tp4, kLlama);
BENCHMARK_CAPTURE(decode_line, deepseek_r1_dp8_ep8, kDeepSeek);
BENCHMARK_CAPTURE(mixed_step, llama_2_70b_tp4_one_prompt, kLlama, 1);
BENCHMARK_CAPTURE(mixed_step, llama_2_70b_tp4_two_prompts, kLlama, 2);
BENCHMARK_CAPTURE(mixed_step, deepseek_r1_dp8_ep8_one_prompt, kDeepSeek, 1);
BENCHMARK_CAPTURE(mixed_step, deepseek_r1_dp8_ep8_two_prompts, kDeepSeek, 2);

}  // namespace
}  // namespace offtake::study
