#include "offtake/fidelity/serving_prediction.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "offtake/perf/decode.hpp"
#include "offtake/perf/kv_cache.hpp"
#include "offtake/perf/memory_use.hpp"
#include "offtake/perf/prefill.hpp"
#include "offtake/perf/sharded_model.hpp"
#include "offtake/perf/steady_state.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::fidelity {

using namespace offtake::literals;
using measurement::Metric;
using measurement::Scope;
using measurement::Statistic;

namespace {

constexpr double kNearCapacity = 0.9;

PredictedTime certain(Seconds time) { return {.mean = time, .p50 = time, .p99 = time}; }

ServingPrediction of_state(const perf::SteadyState& state, const ServingRun& run) {
  const double replicas = run.replicas;
  const double steps = std::max(0.0, run.request.output - 1.0);
  ServingPrediction prediction{
      .ttft = {state.ttft_mean, state.ttft_p50, state.ttft_p99},
      .tpot = {state.tpot_mean, state.tpot_p50, state.tpot_p99},
      .output_rate = replicas * state.output_rate,
      .total_rate = replicas * state.total_rate,
      .requests_rate = replicas * state.output_rate.base_units() / run.request.output,
      .chips = run.chips(),
      .replicas = run.replicas};
  prediction.end_to_end = {state.ttft_mean + steps * state.tpot_mean,
                           state.ttft_p50 + steps * state.tpot_p50,
                           state.ttft_p99 + steps * state.tpot_p99};
  return prediction;
}

/// Sequences that a replica's cache holds.
std::expected<double, NoPrediction> capacity_of(const perf::ShardedModel& model,
                                                const hardware::System& system,
                                                const perf::RequestShape& request) {
  const double held = request.input + request.output * model.assumptions.kv_output_held;
  const auto one = perf::serving_memory(model, system, 1, held);
  if (!one) {
    return std::unexpected(NoPrediction{
        .does_not_fit = true,
        .reason =
            fmt::format("needs {:.1f} GB a chip of {:.1f}", one.error().needed.base_units() / 1e9,
                        one.error().available.base_units() / 1e9)});
  }
  const Bytes free = perf::memory_available(system) - one->total() + one->kv_cache;
  const double held_most = model.assumptions.sequences_max * model.layout.attention_data;
  return std::clamp(perf::kv_cache_capacity(model, held, free), 1.0, held_most);
}

/// All of a batch prefills, then decodes in step.
ServingPrediction static_batch(const perf::ShardedModel& model, const ServingRun& run,
                               double batch) {
  const perf::RequestShape& request = run.request;
  const double of_rank = std::max(1.0, batch / model.layout.attention_data);
  const int ranks = static_cast<int>(std::min<double>(batch, model.layout.attention_data));
  Seconds first = model.fixed.request.value;
  const double prompts_a_step =
      std::max(1.0, std::floor(model.assumptions.chunk_tokens / request.input));
  double left = of_rank;
  while (left > 0.0) {
    const double now = std::min(left, prompts_a_step);
    perf::StepCost step = perf::prefill_cost(model, now * request.input, 0.0, ranks);
    // Attention is among the tokens of each prompt, not of all of them.
    const perf::StepCost alone = perf::prefill_cost(model, request.input, 0.0, ranks);
    step.attention = now * alone.attention;
    first += step.total();
    left -= now;
  }
  const Seconds step = perf::decode_cost(model, batch, request.context_mean()).total();
  const double steps = std::max(0.0, request.output - 1.0);
  const Seconds all = first + steps * step;
  const double requests = batch / all.base_units();
  const Tokens token = 1.0_tok;
  return {.ttft = certain(first),
          .tpot = certain(step),
          .end_to_end = certain(all),
          .output_rate = request.output * token * (batch / all),
          .total_rate = (request.input + request.output) * token * (batch / all),
          .requests_rate = requests,
          .chips = run.chips(),
          .replicas = 1};
}

}  // namespace

Seconds PredictedTime::of(Statistic statistic) const {
  switch (statistic) {
    case Statistic::kP50:
      return p50;
    case Statistic::kP99:
      return p99;
    default:
      return mean;
  }
}

std::optional<double> ServingPrediction::of(const measurement::InferenceRow& row) const {
  const double scope = row.scope == Scope::kPerChip      ? 1.0 / chips
                       : row.scope == Scope::kPerReplica ? 1.0 / replicas
                                                         : 1.0;
  switch (row.metric) {
    case Metric::kTtft:
      return ttft.of(row.statistic).in(1.0_ms);
    case Metric::kTpot:
      return tpot.of(row.statistic).in(1.0_ms);
    case Metric::kEndToEnd:
      return end_to_end.of(row.statistic).in(1.0_ms);
    case Metric::kOutputRate:
      return output_rate.base_units() * scope;
    case Metric::kTotalRate:
      return total_rate.base_units() * scope;
    case Metric::kRequestRate:
      return requests_rate * scope;
    case Metric::kPrefillRate:
      return std::nullopt;
  }
  return std::nullopt;
}

std::expected<ServingPrediction, NoPrediction> predict(const ServingRun& run,
                                                       const hardware::System& system) {
  if (run.kind == RunKind::kDisaggregated || run.kind == RunKind::kUnstatedLayout ||
      run.kind == RunKind::kSpeculative || std::holds_alternative<FixedRate>(run.load)) {
    return std::unexpected(NoPrediction{.reason = "later"});
  }
  perf::ServingAssumptions assumptions;
  assumptions.pad_heads = true;
  const auto model = perf::shard(*run.model, system, run.layout, assumptions);
  if (!model) return std::unexpected(NoPrediction{.reason = model.error().reason});
  if (const auto* fixed = std::get_if<StaticBatch>(&run.load)) {
    return static_batch(*model, run, fixed->batch);
  }
  const auto capacity = capacity_of(*model, system, run.request);
  if (!capacity) return std::unexpected(capacity.error());
  double concurrency = *capacity;
  double admitted = *capacity;
  if (const auto* loop = std::get_if<ClosedLoop>(&run.load)) {
    concurrency = std::max(1.0, loop->concurrency / run.replicas);
    if (run.notes.sequences_max) admitted = std::min(admitted, *run.notes.sequences_max);
  } else if (const auto* full = std::get_if<Saturated>(&run.load)) {
    if (full->sequences_max) concurrency = std::min(concurrency, *full->sequences_max);
  }
  ServingPrediction prediction =
      of_state(perf::steady_state(*model, run.request, concurrency, admitted), run);
  prediction.at_capacity =
      concurrency > kNearCapacity * admitted && std::holds_alternative<ClosedLoop>(run.load);
  return prediction;
}

}  // namespace offtake::fidelity
