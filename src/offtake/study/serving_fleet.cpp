#include "offtake/study/serving_fleet.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "offtake/base/input_error.hpp"
#include "offtake/perf/deployment_search.hpp"
#include "offtake/perf/kv_cache.hpp"
#include "offtake/perf/steady_state.hpp"
#include "offtake/study/perf_step_timer.hpp"
#include "offtake/study/serve_cost.hpp"

namespace offtake::study {
namespace {

using fleet::LayoutTerms;
using fleet::PoolTerms;

/// A pool's model, cut, with what a simulation needs of it.
struct PreparedPool {
  PoolChoice choice;
  perf::ShardedModel model;
  std::shared_ptr<const serve::StepTimer> timer;
};

perf::ServingAssumptions assumptions_of(const PoolTerms& terms) {
  perf::ServingAssumptions assumptions;
  if (terms.batch.chunk) assumptions.chunk_tokens = static_cast<double>(*terms.batch.chunk);
  if (terms.batch.output_reserved) assumptions.kv_output_held = *terms.batch.output_reserved;
  if (terms.batch.draft_tokens) {
    assumptions.speculation = perf::multi_token_prediction(*terms.batch.draft_tokens);
    if (terms.batch.acceptance) assumptions.speculation.acceptance = *terms.batch.acceptance;
  }
  return assumptions;
}

hardware::NumericFormat format_of(const std::optional<std::string>& name, const std::string& path,
                                  hardware::NumericFormat otherwise) {
  if (!name) return otherwise;
  const auto format = hardware::parse_numeric_format(*name);
  if (!format) {
    throw InputError({{{}, path, "a numeric format such as \"fp8\"", "\"" + *name + "\""}});
  }
  return *format;
}

perf::SearchSpace space_of(const PoolTerms& terms, const hardware::Chip& chip) {
  perf::SearchSpace space = perf::default_search_space(chip);
  space.weights = {format_of(terms.layout.weights, "weights", space.weights.front())};
  space.kv_cache = {format_of(terms.layout.kv_cache, "kv_cache", space.kv_cache.front())};
  return space;
}

/// The layout that the user states: degrees that are left out are one.
std::optional<perf::ServingLayout> stated_layout(const LayoutTerms& terms,
                                                 const perf::SearchSpace& space) {
  if (!terms.tensor && !terms.pipeline && !terms.expert && !terms.attention_data) {
    return std::nullopt;
  }
  return perf::ServingLayout{.tensor = terms.tensor.value_or(1),
                             .attention_data = terms.attention_data.value_or(1),
                             .pipeline = terms.pipeline.value_or(1),
                             .expert = terms.expert.value_or(1),
                             .weights = space.weights.front(),
                             .kv_cache = space.kv_cache.front()};
}

std::expected<perf::ServingLayout, FleetRefused> found_layout(
    const FleetQuestion& question, const hardware::System& system, const perf::SearchSpace& space,
    const perf::ServingAssumptions& assumptions) {
  const perf::SearchResult result = perf::search_deployments(
      question.model, system, question.typical, question.objective, space, assumptions);
  if (result.best) return result.best->layout;
  // None keeps the objective: the one whose tokens come fastest.
  if (!result.frontier.empty()) return result.frontier.front().layout;
  return std::unexpected(FleetRefused{system.id + ": " + result.reason});
}

std::expected<PreparedPool, FleetRefused> prepare(const FleetQuestion& question,
                                                  std::size_t index) {
  const PoolTerms& terms = question.terms.pools[index];
  const hardware::System& system = question.systems[index].system;
  const perf::ServingAssumptions assumptions = assumptions_of(terms);
  const perf::SearchSpace space = space_of(terms, system.chip);
  const auto stated = stated_layout(terms.layout, space);
  const auto layout = stated ? std::expected<perf::ServingLayout, FleetRefused>(*stated)
                             : found_layout(question, system, space, assumptions);
  if (!layout) return std::unexpected(layout.error());
  auto model = perf::shard(question.model, system, *layout, assumptions);
  if (!model) return std::unexpected(FleetRefused{system.id + ": " + model.error().reason});
  const auto figures = replica_figures(*model, system, question.typical);
  if (!figures) {
    return std::unexpected(FleetRefused{fmt::format(
        "{}: does not fit: a chip needs {:.1f} GB and has {:.1f}", system.id,
        figures.error().needed.base_units() / 1e9, figures.error().available.base_units() / 1e9)});
  }
  int sequences =
      std::min(figures->sequences_max,
               terms.batch.sequences_max.value_or(kSequencesOfRank * layout->attention_data));
  std::shared_ptr<const serve::StepTimer> timer = question.timer;
  if (timer) {
    sequences = std::min(sequences, timer->sequences_max());
  } else {
    timer = std::make_shared<PerfStepTimer>(*model, sequences);
  }
  return PreparedPool{.choice = {.name = terms.name,
                                 .system = system.id,
                                 .stack = system.serving.stack,
                                 .layout = *layout,
                                 .layout_searched = !stated.has_value(),
                                 .sequences_max = sequences,
                                 .figures = *figures,
                                 .price = question.systems[index].price},
                      .model = std::move(*model),
                      .timer = std::move(timer)};
}

/// Prefix blocks are whole numbers of cache blocks.
int prefix_blocks(const PoolTerms& terms, int prefix_block_tokens, int block_tokens) {
  if (!terms.batch.prefix_cache || prefix_block_tokens == 0) return 0;
  if (prefix_block_tokens % block_tokens != 0) {
    throw InputError(
        {{{},
          "block_tokens of " + terms.name,
          fmt::format("a divisor of the trace's prefix blocks of {} tokens", prefix_block_tokens),
          std::to_string(block_tokens)}});
  }
  return prefix_block_tokens / block_tokens;
}

serve::ReplicaSettings replica_settings(const PreparedPool& pool, const PoolTerms& terms,
                                        const FleetQuestion& question) {
  const int block_tokens = terms.batch.block_tokens.value_or(kBlockTokens);
  const perf::ServingLayout& layout = pool.choice.layout;
  const ReplicaFigures& figures = pool.choice.figures;
  const double context = question.typical.context_mean();
  const Bytes per_token = perf::kv_cache_per_sequence(pool.model, context) / context;
  const Bandwidth host = terms.batch.host_bandwidth.value_or(kHostBandwidth);
  const perf::Speculation& speculation = pool.model.assumptions.speculation;
  return {.timer = pool.timer.get(),
          .role = terms.role,
          .batching = terms.batch.batching,
          .sequences_max = pool.choice.sequences_max,
          .token_budget = figures.prompt_tokens,
          .kv_blocks = terms.batch.kv_blocks.value_or(
              std::max<std::int64_t>(1, figures.cache_blocks(block_tokens, layout.attention_data))),
          .block_tokens = block_tokens,
          .prefix_blocks = prefix_blocks(terms, question.prefix_block_tokens, block_tokens),
          .output_reserved = figures.output_reserved,
          .watermark = terms.batch.watermark.value_or(serve::ReplicaSettings{}.watermark),
          .preemption = terms.batch.preemption,
          .swap_per_token = std::llround((per_token / host).base_units() * 1e12),
          .speculation = {.draft_tokens = speculation.draft_tokens,
                          .acceptance = speculation.acceptance},
          .request_overhead = sim_time(figures.request)};
}

/// As many as the pool's chips hold, where its user counts those.
int replicas_of(const PoolTerms& terms, const perf::ServingLayout& layout) {
  return terms.chips ? std::max(1, *terms.chips / layout.chips()) : terms.replicas;
}

/// Output tokens a second of a replica when it is full: what routers weigh pools by.
double full_rate(const PreparedPool& pool, const perf::RequestShape& typical) {
  const double capacity = std::max(1.0, static_cast<double>(pool.choice.figures.cache_tokens) /
                                            (typical.input + typical.output));
  return perf::steady_state(pool.model, typical, pool.choice.sequences_max, capacity)
      .output_rate.base_units();
}

/// Between the first prefill pool and the first decode pool.
std::optional<serve::LinkSettings> link_of(const FleetQuestion& question,
                                           const std::vector<PreparedPool>& pools) {
  const auto first = [&](serve::Role role) {
    return std::ranges::find(question.terms.pools, role, &PoolTerms::role) -
           question.terms.pools.begin();
  };
  const auto prefill = static_cast<std::size_t>(first(serve::Role::kPrefill));
  const auto decode = static_cast<std::size_t>(first(serve::Role::kDecode));
  if (prefill == pools.size() || decode == pools.size()) return std::nullopt;
  const int senders = replicas_of(question.terms.pools[prefill], pools[prefill].choice.layout);
  const int receivers = replicas_of(question.terms.pools[decode], pools[decode].choice.layout);
  const int chips = senders * pools[prefill].choice.layout.chips() +
                    receivers * pools[decode].choice.layout.chips();
  const CacheLink link =
      cache_link(pools[prefill].model, pools[decode].model, question.typical.input, chips);
  // All chips of a sender send their parts at once.
  const double width = pools[prefill].choice.layout.chips();
  const Bandwidth of_one = width * link.bandwidth;
  return serve::LinkSettings{
      .shared = question.terms.link.value_or(std::min(senders, receivers) * of_one),
      .of_one = of_one,
      .token = width * link.per_token,
      .handshake = sim_time(link.handshake)};
}

}  // namespace

std::string describe(const PoolChoice& pool, int replicas) {
  return fmt::format("{} x ({}), {} weights, {} cache, {} sequences", replicas,
                     describe(pool.layout), name(pool.layout.weights), name(pool.layout.kv_cache),
                     pool.sequences_max);
}

int ServingFleet::chips() const {
  int sum = 0;
  for (std::size_t p = 0; p < choices.size(); ++p) {
    sum += fleet.pools[p].replicas * choices[p].layout.chips();
  }
  return sum;
}

fleet::LayoutTerms terms_of(const perf::ServingLayout& layout) {
  return {.tensor = layout.tensor,
          .pipeline = layout.pipeline,
          .expert = layout.expert,
          .attention_data = layout.attention_data,
          .weights = std::string(hardware::name(layout.weights)),
          .kv_cache = std::string(hardware::name(layout.kv_cache))};
}

std::vector<perf::ServingLayout> layouts_worth_trying(const FleetQuestion& question) {
  const PoolTerms& terms = question.terms.pools.front();
  const hardware::System& system = question.systems.front().system;
  const perf::SearchResult result =
      perf::search_deployments(question.model, system, question.typical, question.objective,
                               space_of(terms, system.chip), assumptions_of(terms));
  std::vector<perf::ServingLayout> layouts;
  const auto add = [&](const perf::ServingLayout& layout) {
    const bool fits = !terms.chips || layout.chips() <= *terms.chips;
    if (fits && std::ranges::find(layouts, layout) == layouts.end()) layouts.push_back(layout);
  };
  if (result.best) add(result.best->layout);
  for (const perf::Deployment& point : result.frontier) add(point.layout);
  return layouts;
}

std::expected<ServingFleet, FleetRefused> serving_fleet(const FleetQuestion& question) {
  const fleet::FleetFile& terms = question.terms;
  ServingFleet ready{.name = terms.name,
                     .fleet = {.routing = terms.routing,
                               .admission = terms.admission,
                               .link = {},
                               .classes = terms.classes}};
  std::vector<PreparedPool> pools;
  for (std::size_t index = 0; index < terms.pools.size(); ++index) {
    auto pool = prepare(question, index);
    if (!pool) return std::unexpected(pool.error());
    pools.push_back(std::move(*pool));
  }
  const double first_rate = full_rate(pools.front(), question.typical);
  for (std::size_t index = 0; index < pools.size(); ++index) {
    const PreparedPool& pool = pools[index];
    const PoolTerms& of_pool = terms.pools[index];
    const Chips chips = pool.choice.layout.chips() * Chips::in_base_units(1.0);
    ready.fleet.pools.push_back(
        {.name = of_pool.name,
         .replica = replica_settings(pool, of_pool, question),
         .replicas = replicas_of(of_pool, pool.choice.layout),
         .weight = full_rate(pool, question.typical) / first_rate,
         .scaling = of_pool.scaling,
         .outages = of_pool.outages,
         .price = pool.choice.price ? *pool.choice.price * chips : MoneyRate{},
         .power_idle = pool.choice.figures.power_idle,
         .power_busy = pool.choice.figures.power_busy});
    ready.timers.push_back(pool.timer);
    ready.choices.push_back(pool.choice);
  }
  ready.fleet.link = link_of(question, pools);
  return ready;
}

}  // namespace offtake::study
