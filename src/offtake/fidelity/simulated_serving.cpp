#include "offtake/fidelity/simulated_serving.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "offtake/base/expects.hpp"
#include "offtake/demand/closed_loop_source.hpp"
#include "offtake/perf/sharded_model.hpp"
#include "offtake/serve/simulate.hpp"
#include "offtake/study/perf_step_timer.hpp"
#include "offtake/study/replica_figures.hpp"
#include "offtake/units/sim_time.hpp"

namespace offtake::fidelity {
namespace {

constexpr std::int64_t kRequestsOfUser = 10;
constexpr std::int64_t kRequestsMin = 40;
constexpr double kMeanOfDrawn =
    0.9;  ///< Of the nominal length, which a run's request does not keep.
constexpr double kLeastOfDrawn = 0.8;
constexpr int kBlockTokens = 16;  ///< Of a cache's block, as vLLM has it by default.
constexpr std::uint64_t kSeed = 1;

demand::LengthDistribution length_of(double mean, bool drawn) {
  const auto whole = [](double tokens) {
    return std::max(1, static_cast<std::int32_t>(std::lround(tokens)));
  };
  if (!drawn || mean <= 1.0) return demand::FixedLength{whole(mean)};
  const double nominal = mean / kMeanOfDrawn;
  const std::int32_t most = whole(nominal);
  const auto least = std::max(1, static_cast<std::int32_t>(std::floor(kLeastOfDrawn * most)));
  return demand::EmpiricalLength{{{least - 1, 0.0}, {most, 1.0}}};
}

std::expected<perf::ShardedModel, NoPrediction> sharded(const ServingRun& run,
                                                        const hardware::System& system,
                                                        const perf::ServingLayout& layout) {
  auto model = perf::shard(*run.model, system, layout, assumptions_of(run));
  if (!model) return std::unexpected(NoPrediction{.reason = model.error().reason});
  return *std::move(model);
}

/// What is the same for all pools of a run.
struct SimulatedRun {
  const ServingRun& run;
  const hardware::System& system;
  int users = 1;
};

/// Whether decodes wait for prompts: in SGLang, which mixes them only if told to
/// (`--enable-mixed-chunk`), and in stacks whose published runs show little of mixing.
bool computes_prompts_first(const ServingRun& run, const perf::ShardedModel& model) {
  return run.stack == "sglang" || model.prefill_fused < 0.5;
}

/// Prompt tokens that a step of a rank takes, where whoever ran it is known to have set them.
/// InferenceX lets one prompt of DeepSeek-R1 or V3 into a step of TensorRT-LLM: the batch, the
/// nominal prompt and 64. Source: `benchmarks/dsr1_fp8_h200_trt_slurm.sh` of InferenceMAX, 2025.
std::optional<double> prompt_tokens_set(const ServingRun& run) {
  constexpr double kBeyondPrompt = 64.0;
  if (run.notes.step_beyond_prompt) return run.request.input + *run.notes.step_beyond_prompt;
  const bool one_prompt = run.stack == "trt-llm" && run.notes.lengths_vary && !run.pools &&
                          run.model->id.starts_with("deepseek-");
  if (!one_prompt) return std::nullopt;
  return run.request.input / kMeanOfDrawn + kBeyondPrompt;
}

/// Tokens that a step takes, `beside` of them those of decodes where these are mixed with prompts.
std::int64_t token_budget(const ServingRun& run, const perf::ShardedModel& model,
                          std::int64_t prompt_tokens, std::int64_t beside) {
  const double ranks = model.layout.attention_data;
  if (run.notes.step_tokens) return std::llround(ranks * *run.notes.step_tokens);
  if (const auto set = prompt_tokens_set(run)) prompt_tokens = std::llround(ranks * *set);
  return prompt_tokens + beside;
}

/// Adds a pool of `replicas` that serve as `model`.
std::optional<NoPrediction> add_pool(const SimulatedRun& load, const perf::ShardedModel& model,
                                     serve::Role role, int replicas,
                                     SimulatedDeployment& deployment) {
  const auto figures = study::replica_figures(model, load.system, load.run.request);
  if (!figures) {
    return NoPrediction{.does_not_fit = true,
                        .reason = fmt::format("needs {:.1f} GB a chip of {:.1f}",
                                              figures.error().needed.base_units() / 1e9,
                                              figures.error().available.base_units() / 1e9)};
  }
  const double limit = load.run.notes.sequences_max.value_or(figures->sequences_max);
  const int sequences =
      std::max(1, std::min({figures->sequences_max, load.users, static_cast<int>(limit)}));
  const perf::Speculation& drafts = model.assumptions.speculation;
  const bool prompts_first = computes_prompts_first(load.run, model);
  const std::int64_t beside = std::int64_t{sequences} * (1 + drafts.draft_tokens);
  deployment.timers.push_back(std::make_unique<study::PerfStepTimer>(model, sequences));
  serve::Pool pool{
      .name = fmt::format("pool {}", deployment.timers.size()),
      .replica = {.timer = deployment.timers.back().get(),
                  .role = role,
                  .batching =
                      prompts_first ? serve::Batching::kPromptsFirst : serve::Batching::kChunked,
                  .sequences_max = sequences,
                  .token_budget = token_budget(load.run, model, figures->prompt_tokens,
                                               prompts_first ? 0 : beside),
                  .kv_blocks = figures->cache_blocks(kBlockTokens, model.layout.attention_data),
                  .block_tokens = kBlockTokens,
                  .output_reserved = figures->output_reserved,
                  .speculation = {.draft_tokens = drafts.draft_tokens,
                                  .acceptance = drafts.acceptance},
                  .request_overhead = sim_time(figures->request)},
      .replicas = replicas,
      .scaling = {},
      .outages = {},
      .price = {},
      .power_idle = {},
      .power_busy = {}};
  deployment.fleet.pools.push_back(std::move(pool));
  return std::nullopt;
}

std::expected<SimulatedDeployment, NoPrediction> deployment_of_pools(const SimulatedRun& load) {
  const ServingRun& run = load.run;
  const auto prefill = sharded(run, load.system, run.pools->prefill.layout);
  if (!prefill) return std::unexpected(prefill.error());
  const auto decode = sharded(run, load.system, run.pools->decode.layout);
  if (!decode) return std::unexpected(decode.error());
  SimulatedDeployment deployment;
  if (auto no =
          add_pool(load, *prefill, serve::Role::kPrefill, run.pools->prefill.workers, deployment)) {
    return std::unexpected(*no);
  }
  if (auto no =
          add_pool(load, *decode, serve::Role::kDecode, run.pools->decode.workers, deployment)) {
    return std::unexpected(*no);
  }
  const study::CacheLink link =
      study::cache_link(*prefill, *decode, run.request.input, run.chips());
  deployment.fleet.link = serve::LinkSettings{.shared = load.users * link.bandwidth,
                                              .of_one = link.bandwidth,
                                              .token = link.per_token,
                                              .handshake = sim_time(link.handshake)};
  return deployment;
}

PredictedTime time_of(const BatchedValues& seconds) {
  const auto time = [](double value) { return Seconds::in_base_units(value); };
  return {.mean = time(seconds.mean()),
          .p50 = time(seconds.quantile(0.5)),
          .p99 = time(seconds.quantile(0.99))};
}

std::expected<ServingPrediction, NoPrediction> simulate_today(const ServingRun& run,
                                                              const hardware::System& system) {
  const auto deployment = simulated_deployment(run, system);
  if (!deployment) return std::unexpected(deployment.error());
  const serve::RunOutcome outcome = run_benchmark(deployment->fleet, loop_benchmark(run));
  if (outcome.counts.too_long > 0) {
    return std::unexpected(
        NoPrediction{.does_not_fit = true, .reason = "a request is longer than the cache"});
  }
  const auto tokens = [](std::int64_t count) {
    return Tokens::in_base_units(static_cast<double>(count));
  };
  ServingPrediction prediction{
      .ttft = time_of(outcome.latency.ttft),
      .tpot = time_of(outcome.latency.tpot),
      .end_to_end = time_of(outcome.latency.e2e),
      .output_rate = outcome.output_rate(),
      .total_rate =
          tokens(outcome.counts.input_tokens + outcome.counts.output_tokens) / outcome.duration(),
      .requests_rate = outcome.requests_per_second(),
      .chips = run.chips(),
      .replicas = run.replicas};
  prediction.ttft.mean += system.serving.fixed.first_wave.value;
  prediction.end_to_end.mean += system.serving.fixed.first_wave.value;
  return prediction;
}

}  // namespace

LoopBenchmark loop_benchmark(const ServingRun& run) {
  const auto* loop = std::get_if<ClosedLoop>(&run.load);
  expects(loop != nullptr, "the run is in closed loop");
  const bool drawn = run.notes.lengths_vary;
  const int users = std::max(1, static_cast<int>(std::lround(loop->concurrency)));
  return {.lengths = demand::IndependentLengths{.input = length_of(run.request.input, drawn),
                                                .output = length_of(run.request.output, drawn)},
          .users = users,
          .requests = run.notes.requests ? std::llround(*run.notes.requests)
                                         : std::max(kRequestsMin, kRequestsOfUser * users)};
}

std::expected<SimulatedDeployment, NoPrediction> simulated_deployment(
    const ServingRun& run, const hardware::System& system) {
  const SimulatedRun load{.run = run, .system = system, .users = loop_benchmark(run).users};
  if (run.pools) return deployment_of_pools(load);
  const auto model = sharded(run, system, run.layout);
  if (!model) return std::unexpected(model.error());
  SimulatedDeployment deployment;
  if (auto no = add_pool(load, *model, serve::Role::kBoth, run.replicas, deployment)) {
    return std::unexpected(*no);
  }
  return deployment;
}

serve::RunOutcome run_benchmark(const serve::Fleet& fleet, const LoopBenchmark& benchmark,
                                serve::RunRecorder* recorder) {
  demand::ClosedLoopSource source({.users = benchmark.users,
                                   .think = {.mean = {}, .exponential = false},
                                   .requests = benchmark.requests},
                                  std::make_unique<demand::DrawnLengths>(benchmark.lengths, kSeed),
                                  kSeed);
  return serve::simulate(fleet, source, {.seed = kSeed, .warm_up = {}, .recorder = recorder});
}

std::expected<ServingPrediction, NoPrediction> predict_by_simulation(
    const ServingRun& run, const hardware::System& system) {
  if (!std::holds_alternative<ClosedLoop>(run.load)) {
    return std::unexpected(NoPrediction{.reason = "runs are simulated in closed loop only"});
  }
  auto prediction = simulate_today(with_drafts_chosen(run, system), system);
  if (prediction) slow_down(*prediction, ageing_factor(run, system));
  return prediction;
}

}  // namespace offtake::fidelity
