#include "offtake/fidelity/serving_prediction.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "offtake/base/expects.hpp"
#include "offtake/perf/deployment_search.hpp"
#include "offtake/perf/disaggregation.hpp"
#include "offtake/perf/kv_cache.hpp"
#include "offtake/perf/memory_use.hpp"
#include "offtake/perf/open_loop.hpp"
#include "offtake/perf/prediction_spread.hpp"
#include "offtake/perf/sharded_model.hpp"
#include "offtake/perf/static_batch.hpp"
#include "offtake/perf/steady_state.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::fidelity {

using namespace offtake::literals;
using measurement::Metric;
using measurement::Scope;
using measurement::Statistic;

namespace {

constexpr double kNearCapacity = 0.9;
constexpr double kNormal99 = 2.3263;
/// Of one draft, where prompts are random words: with it pairs of runs with and without speculation
/// agree as well as with three drafts at perf::kAcceptanceOfMoreDrafts.
constexpr double kAcceptanceOfRandomText = 0.75;

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
  const double held = perf::context_held(model, request);
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

double batch_of(const ServingRun& run) { return std::get<StaticBatch>(run.load).batch; }

ServingPrediction of_batch(perf::StaticBatch batch, const ServingRun& run) {
  if (run.decode_only) batch.output_rate = Tokens::in_base_units(batch.batch) / batch.tpot;
  const double replicas = std::min<double>(run.replicas, batch_of(run));
  return {.ttft = certain(batch.ttft),
          .tpot = certain(batch.tpot),
          .end_to_end = certain(batch.e2e),
          .output_rate = replicas * batch.output_rate,
          .total_rate = replicas * batch.total_rate,
          .requests_rate = replicas * batch.output_rate.base_units() / run.request.output,
          .chips = run.chips(),
          .replicas = run.replicas};
}

/// The day of the catalog's figures, against which a run's software is older.
constexpr Date kFiguresDay{Month(2026, 6), 1};

double years_before(Date day) { return (kFiguresDay.month - day.month) / 12.0; }

std::expected<ServingPrediction, NoPrediction> predict_pools(const ServingRun& run,
                                                             const hardware::System& system) {
  const auto* loop = std::get_if<ClosedLoop>(&run.load);
  if (loop == nullptr) {
    return std::unexpected(NoPrediction{.reason = "pools are predicted in closed loop only"});
  }
  perf::Pools pools;
  for (const auto& [pool, into] : {std::pair(&run.pools->prefill, &pools.prefill),
                                   std::pair(&run.pools->decode, &pools.decode)}) {
    const auto model = perf::shard(*run.model, system, pool->layout, assumptions_of(run));
    if (!model) return std::unexpected(NoPrediction{.reason = model.error().reason});
    *into = {.model = *model, .workers = pool->workers};
  }
  const auto capacity = capacity_of(pools.decode.model, system, run.request);
  if (!capacity) return std::unexpected(capacity.error());
  pools.decode_capacity = *capacity;
  pools.transfer = perf::kv_transfer(pools.decode.model, pools.chips());
  return of_state(
      perf::steady_state(perf::disaggregated_state(pools, run.request, loop->concurrency)), run);
}

/// Requests that arrive at random are as many in a replica as a Poisson variable; the mean whose
/// 99th percentile is `fullest`.
double mean_of_poisson(double fullest) {
  const double root = std::sqrt(fullest + kNormal99 * kNormal99 / 4.0) - kNormal99 / 2.0;
  return std::max(1.0, root * root);
}

/// A deployment that holds its limits with as many requests as it was found with, at the mean of
/// requests that arrive at random and are that many in one of a hundred moments.
perf::SteadyState at_random(const perf::Deployment& found, const ServingRun& run,
                            const hardware::System& system) {
  const auto model = perf::shard(*run.model, system, found.layout);
  expects(model.has_value(), "a deployment that was found has a place");
  const auto capacity = capacity_of(*model, system, run.request);
  expects(capacity.has_value(), "a deployment that was found has memory");
  return perf::steady_state(*model, run.request, mean_of_poisson(found.state.concurrency),
                            *capacity);
}

/// The best that a search finds, on as many chips as were there.
std::expected<ServingPrediction, NoPrediction> predict_best(const ServingRun& run,
                                                            const BestFound& best,
                                                            const hardware::System& system) {
  perf::SearchSpace space = perf::default_search_space(system.chip);
  space.weights = {run.layout.weights};
  space.kv_cache = {run.layout.kv_cache};
  space.chips_max = std::min(space.chips_max, run.replicas);
  const perf::SearchResult found =
      perf::search_deployments(*run.model, system, run.request, best.objective, space, {});
  if (!found.best) {
    return std::unexpected(NoPrediction{.does_not_fit = true, .reason = found.reason});
  }
  ServingRun deployed = run;
  deployed.layout = found.best->layout;
  deployed.replicas = run.replicas / deployed.layout.chips();
  const bool has_limits = best.objective.ttft_p99 || best.objective.tpot_p99;
  return of_state(has_limits ? at_random(*found.best, run, system) : found.best->state, deployed);
}

std::expected<ServingPrediction, NoPrediction> predict_rate(const ServingRun& run,
                                                            const FixedRate& rate,
                                                            const perf::ShardedModel& model,
                                                            double capacity) {
  const auto of_replica = perf::RequestRate::in_base_units(rate.requests / run.replicas);
  const auto open = perf::open_loop(model, run.request, of_replica, capacity);
  if (!open) {  // The queue grows: rates are those of a full replica, times have no end.
    ServingPrediction full =
        of_state(perf::steady_state(model, run.request, capacity, capacity), run);
    full.queue_grows = true;
    return full;
  }
  perf::SteadyState state = open->closed;
  state.ttft_mean = open->ttft_mean;
  state.ttft_p50 = open->ttft_p50;
  state.ttft_p99 = open->ttft_p99;
  const Tokens token = 1.0_tok;
  state.output_rate = run.request.output * token * of_replica;
  state.total_rate = (run.request.input + run.request.output) * token * of_replica;
  return of_state(state, run);
}

std::expected<ServingPrediction, NoPrediction> predict_replicas(const ServingRun& run,
                                                                const hardware::System& system) {
  const auto model = perf::shard(*run.model, system, run.layout, assumptions_of(run));
  if (!model) return std::unexpected(NoPrediction{.reason = model.error().reason});
  if (std::holds_alternative<StaticBatch>(run.load)) {
    const double of_replica = std::max(1.0, batch_of(run) / run.replicas);
    return of_batch(perf::static_batch(*model, run.request, of_replica), run);
  }
  const auto capacity = capacity_of(*model, system, run.request);
  if (!capacity) return std::unexpected(capacity.error());
  const double admitted = std::min(*capacity, run.notes.sequences_max.value_or(*capacity));
  if (const auto* rate = std::get_if<FixedRate>(&run.load)) {
    return predict_rate(run, *rate, *model, admitted);
  }
  double concurrency = *capacity;
  if (const auto* loop = std::get_if<ClosedLoop>(&run.load)) {
    concurrency = std::max(1.0, loop->concurrency / run.replicas);
  } else if (const auto* full = std::get_if<Saturated>(&run.load)) {
    if (full->sequences_max) concurrency = std::min(concurrency, *full->sequences_max);
  }
  ServingPrediction prediction =
      of_state(perf::steady_state(*model, run.request, concurrency, admitted), run);
  prediction.queue_grows = std::holds_alternative<Saturated>(run.load);
  prediction.at_capacity = !prediction.queue_grows && concurrency > kNearCapacity * admitted;
  return prediction;
}

std::expected<ServingPrediction, NoPrediction> predict_today(const ServingRun& run,
                                                             const hardware::System& system) {
  if (run.pools) return predict_pools(run, system);
  if (const auto* best = std::get_if<BestFound>(&run.load)) return predict_best(run, *best, system);
  return predict_replicas(run, system);
}

struct DraftsChosen {
  ServingRun run;
  std::expected<ServingPrediction, NoPrediction> prediction;
};

/// Of as many drafts as the run has and of one, the number that serves better.
DraftsChosen predict_with_drafts_chosen(const ServingRun& run, const hardware::System& system) {
  DraftsChosen chosen{.run = run, .prediction = predict_today(run, system)};
  ServingRun with_one = run;
  with_one.speculation.draft_tokens = 1;
  with_one.speculation.acceptance = kAcceptanceOfRandomText;
  auto other = predict_today(with_one, system);
  if (chosen.prediction && other && other->output_rate > chosen.prediction->output_rate) {
    chosen = {.run = std::move(with_one), .prediction = std::move(other)};
  }
  return chosen;
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
      if (queue_grows) return std::nullopt;
      return ttft.of(row.statistic).in(1.0_ms);
    case Metric::kTpot:
      return tpot.of(row.statistic).in(1.0_ms);
    case Metric::kEndToEnd:
      if (queue_grows) return std::nullopt;
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

void slow_down(ServingPrediction& prediction, double factor) {
  for (PredictedTime* time : {&prediction.ttft, &prediction.tpot, &prediction.end_to_end}) {
    for (Seconds* statistic : {&time->mean, &time->p50, &time->p99}) *statistic *= factor;
  }
  prediction.output_rate /= factor;
  prediction.total_rate /= factor;
  prediction.requests_rate /= factor;
}

double ageing_factor(const ServingRun& run, const hardware::System& system) {
  if (!run.date || !model::has_experts(*run.model)) return 1.0;
  return std::exp(system.serving.ageing.value * years_before(*run.date));
}

perf::ServingAssumptions assumptions_of(const ServingRun& run) {
  perf::ServingAssumptions assumptions;
  assumptions.pad_heads = true;
  assumptions.batch_compiled = run.notes.batch_compiled.value_or(0.0);
  assumptions.prompt_compiled = run.notes.prompt_compiled.value_or(0.0);
  assumptions.speculation = run.speculation;
  assumptions.operations = run.operations;
  return assumptions;
}

ServingRun with_drafts_chosen(const ServingRun& run, const hardware::System& system) {
  return run.drafts_stated ? run : predict_with_drafts_chosen(run, system).run;
}

std::expected<ServingPrediction, NoPrediction> predict(const ServingRun& run,
                                                       const hardware::System& system) {
  auto prediction = run.drafts_stated ? predict_today(run, system)
                                      : predict_with_drafts_chosen(run, system).prediction;
  if (prediction) slow_down(*prediction, ageing_factor(run, system));
  return prediction;
}

double unexplained_error(const ServingRun& run, const hardware::System& system, Metric metric) {
  const hardware::Efficiency& serving = system.serving;
  const auto& models = serving.calibration.models;
  const bool known = std::ranges::find(models, run.model->id) != models.end();
  const hardware::PredictionError& error =
      run.pools                                     ? serving.error_of_pools
      : std::holds_alternative<BestFound>(run.load) ? serving.error_of_search
      : run.kind == RunKind::kSpeculative           ? serving.error_of_speculation
      : known                                       ? serving.error
                                                    : serving.error_of_new_model;
  switch (metric) {
    case Metric::kTtft:
      return error.ttft.value;
    case Metric::kTpot:
    case Metric::kEndToEnd:
      return error.tpot.value;
    default:
      return error.throughput.value;
  }
}

std::vector<double> fitted_spread(const ServingRun& run, const hardware::System& system,
                                  const std::vector<measurement::InferenceRow>& rows) {
  if (std::holds_alternative<BestFound>(run.load)) return std::vector<double>(rows.size(), 0.0);
  return perf::prediction_spread(
      [&](const hardware::System& moved) {
        std::vector<double> figures;
        const auto prediction = predict(run, moved);
        if (!prediction) return figures;
        for (const measurement::InferenceRow& row : rows) {
          const auto value = prediction->of(row);
          if (!value) return std::vector<double>{};
          figures.push_back(std::log(*value));
        }
        return figures;
      },
      system);
}

}  // namespace offtake::fidelity
