#include "offtake/fidelity/serving_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <string_view>
#include <utility>

#include "offtake/fidelity/small_letters.hpp"
#include "offtake/perf/search_space.hpp"

namespace offtake::fidelity {
namespace {

using hardware::NumericFormat;
using measurement::InferenceConditions;
using measurement::Scenario;

constexpr double kMeanOfDrawnLengths = 0.9;  ///< Of lengths drawn evenly from 0.8 to 1.0.

/// The stack whose engine's name is the longest that the framework's begins with.
const catalog::ServingStack* stack_of(const catalog::Catalog& catalog, std::string_view framework,
                                      std::string_view vendor) {
  const std::string name = in_small_letters(framework);
  const catalog::ServingStack* best = nullptr;
  std::size_t longest = 0;
  for (const catalog::ServingStack& stack : catalog.serving_stacks()) {
    if (std::ranges::find(stack.vendors, vendor) == stack.vendors.end()) continue;
    for (const std::string& engine : stack.engines) {
      if (engine.size() <= longest || !name.starts_with(engine)) continue;
      best = &stack;
      longest = engine.size();
    }
  }
  return best;
}

/// How sources write formats, beside their own names.
std::optional<NumericFormat> format_of(std::string_view text, std::string_view vendor) {
  const std::string name = in_small_letters(text.substr(0, text.find_first_of(" /")));
  if (name == "fp4") return vendor == "Nvidia" ? NumericFormat::kNvfp4 : NumericFormat::kMxfp4;
  if (name == "fp8_block") return NumericFormat::kFp8;
  if (name == "int4_wo" || name == "uint4") return NumericFormat::kInt4;
  if (name == "fp16") return NumericFormat::kBf16;  // The same size and speed.
  return hardware::parse_numeric_format(name);
}

/// Models that are published in eight or four bits.
NumericFormat published_format(const model::ModelArchitecture& model) {
  if (model.expert_bytes_per_parameter && *model.expert_bytes_per_parameter < 1.0) {
    return NumericFormat::kMxfp4;
  }
  return model.id.starts_with("deepseek-v3") || model.id.starts_with("deepseek-r1")
             ? NumericFormat::kFp8
             : NumericFormat::kBf16;
}

bool is_benchmark(const InferenceConditions& conditions) {
  return conditions.source.starts_with("MLPerf");
}

std::expected<NumericFormat, Unsupported> weights_of(const InferenceConditions& conditions,
                                                     const ServingRun& run,
                                                     const catalog::ServingStack& stack,
                                                     const hardware::Chip& chip) {
  if (conditions.weights.empty() || conditions.weights == "fp32") {
    if (is_benchmark(conditions)) return perf::default_search_space(chip).weights.front();
    return stack.weights ? *stack.weights : published_format(*run.model);
  }
  if (const auto format = format_of(conditions.weights, run.vendor)) return *format;
  return std::unexpected(Unsupported{
      fmt::format("weights in \"{}\", a format that is not known", conditions.weights)});
}

bool has_eight_bits_or_fewer(NumericFormat format) {
  return element_size(format) < element_size(NumericFormat::kBf16);
}

NumericFormat cache_of(const InferenceConditions& conditions, const ServingRun& run,
                       const catalog::ServingStack& stack) {
  if (const auto stated = format_of(conditions.kv_cache, run.vendor)) return *stated;
  return stack.kv_cache && has_eight_bits_or_fewer(run.layout.weights) ? *stack.kv_cache
                                                                       : NumericFormat::kBf16;
}

/// Where chips hold several cores, degrees count cores and data parallelism means replicas.
bool counts_cores(const ServingRun& run) {
  return run.vendor == "AWS" || run.vendor == "Google" || run.vendor == "Tenstorrent";
}

/// Sets the layout and the replicas. InferenceX stores the degrees of attention multiplied by that
/// of experts, where experts are also cut as often.
std::optional<Unsupported> set_layout(const InferenceConditions& c, ServingRun& run) {
  perf::ServingLayout& layout = run.layout;
  layout.pipeline = std::max(1, c.pipeline.value_or(1));
  int tensor = c.tensor.value_or(0);
  int data = std::max(1, c.data.value_or(1));
  int expert = std::max(1, c.expert.value_or(1));
  const int chips = c.chips.value_or(0);
  if (counts_cores(run)) {
    int of_replica = run.notes.cores_per_replica.value_or(chips % data == 0 ? chips / data : chips);
    if (of_replica == 0) return Unsupported{"the chips are not stated"};
    run.replicas = data;
    layout.tensor = of_replica / layout.pipeline;
    layout.expert = std::min(expert, of_replica);
    return std::nullopt;
  }
  if (run.notes.lengths_vary && expert > 1 && run.notes.expert_tensor == expert) {
    (tensor > 1 ? tensor : data) /= expert;
  }
  if (data > 1 && data == tensor) tensor = 1;  // One group of ranks, counted twice.
  if (data > 1 && tensor == 0) tensor = 1;
  if (run.notes.attention_data && data == 1) data = std::exchange(tensor, 1);
  if (tensor == 0) tensor = chips / (data * layout.pipeline);
  if (tensor == 0) return Unsupported{"neither chips nor degrees of parallelism are stated"};
  layout.tensor = tensor;
  layout.attention_data = data;
  layout.expert = std::min(expert, layout.chips_per_stage());
  if (chips > layout.chips() && chips % layout.chips() == 0 && !run.notes.lengths_vary) {
    run.replicas = chips / layout.chips();
  }
  return std::nullopt;
}

std::optional<Unsupported> set_request(const InferenceConditions& c, ServingRun& run) {
  if (!c.input) return Unsupported{"the input's length is not stated"};
  const double share = run.notes.lengths_vary ? kMeanOfDrawnLengths : 1.0;
  run.request.input = *c.input * share;
  run.decode_only = !c.output.has_value();
  run.request.output = std::max(1.0, c.output.value_or(1.0) * share);
  run.request.in_waves = !run.notes.lengths_vary;
  return std::nullopt;
}

/// Eight- and four-bit weights have a scale for each block of so many.
constexpr double kScaleBlock = 128.0;

/// Experts that would be cut narrower than a block of scales are dealt: their degree was not told.
int expert_ranks(const model::ModelArchitecture& model, int stated, int chips) {
  for (const model::LayerGroup& group : model.groups) {
    const auto* mixture = std::get_if<model::MixtureOfExperts>(&group.feed_forward);
    if (mixture != nullptr && mixture->width * stated < kScaleBlock * chips) return chips;
  }
  return stated;
}

RunPool pool_of(const PoolNotes& notes, const ServingRun& run) {
  const perf::ServingLayout& formats = run.layout;
  RunPool pool{.layout = formats, .workers = notes.workers};
  pool.layout.tensor = notes.tensor;
  pool.layout.attention_data = notes.data;
  pool.layout.pipeline = notes.pipeline;
  if (notes.data > 1 && notes.data == notes.tensor) pool.layout.tensor = 1;
  int expert = notes.expert;
  if (notes.chips && notes.workers > 0) {  // A degree may be stated for a part of a worker.
    const int of_worker = std::max(1, *notes.chips / notes.workers);
    const bool data = notes.attention_data || notes.data > 1;
    if (data && of_worker > 1 && notes.tensor * notes.data == 1 && expert == 1) {
      expert = of_worker;  // No degree was recorded: experts lie on the ranks of attention.
    }
    (data ? pool.layout.attention_data : pool.layout.tensor) = of_worker;
  }
  const int chips = pool.layout.chips_per_stage();
  pool.layout.expert = expert_ranks(*run.model, std::clamp(expert, 1, chips), chips);
  return pool;
}

/// What a run that says no more than that it speculates did, by what its source does.
perf::Speculation speculation_of(const RunNotes& notes) {
  constexpr int kDraftsOfModel = 4;  // Estimates of AWS's example of a 1B drafter for 70B.
  constexpr double kShareOfDraft = 0.1;
  if (notes.accepted) {
    const int drafts = notes.drafted.value_or(static_cast<int>(std::ceil(*notes.accepted)));
    return {.draft_tokens = drafts,
            .acceptance = perf::acceptance_of_length(*notes.accepted, drafts)};
  }
  perf::Speculation speculation = perf::multi_token_prediction();
  if (notes.draft_model) {
    speculation.draft_tokens = kDraftsOfModel;
    speculation.drafter = perf::DraftShare{.of_step = kShareOfDraft};
  }
  return speculation;
}

/// Lengths and limits from the benchmark; any deployment may have been run.
std::optional<Unsupported> set_benchmark(const InferenceConditions& c,
                                         const catalog::Catalog& catalog, ServingRun& run) {
  const auto found = catalog.benchmark(run.notes.benchmark);
  if (!found) return Unsupported{describe(found.error())};
  const catalog::Benchmark& benchmark = **found;
  if (!c.chips || *c.chips == 0) return Unsupported{"the chips are not stated"};
  run.kind = RunKind::kUnstatedLayout;
  run.replicas = *c.chips;
  run.request = {.input = benchmark.input_tokens.value,
                 .output = c.output.value_or(benchmark.output_tokens.value)};
  BestFound best;
  const auto& limits = run.notes.interactive ? benchmark.interactive : benchmark.server;
  if (c.scenario == Scenario::kServer && limits) {
    if (limits->ttft) best.objective.ttft_p99 = limits->ttft->value;
    if (limits->tpot) best.objective.tpot_p99 = limits->tpot->value;
  }
  run.load = best;
  return std::nullopt;
}

std::expected<Load, Unsupported> load_of(const InferenceConditions& c, const RunNotes& notes) {
  switch (c.scenario) {
    case Scenario::kFixedBatch:
      return StaticBatch{c.concurrency.value_or(1.0)};
    case Scenario::kMaxThroughput:
    case Scenario::kOffline:
      return Saturated{notes.sequences_max ? notes.sequences_max : c.concurrency};
    case Scenario::kServer:
    case Scenario::kDisaggregated:
      break;
  }
  if (notes.requests_rate) return FixedRate{*notes.requests_rate};
  if (c.concurrency) return ClosedLoop{*c.concurrency};
  return std::unexpected(Unsupported{"neither a concurrency nor a rate of requests is stated"});
}

}  // namespace

std::string_view name(RunKind kind) {
  constexpr std::array<std::string_view, 4> kNames{"plain", "speculative", "disaggregated",
                                                   "layout not stated"};
  return kNames[static_cast<std::size_t>(kind)];
}

std::expected<ServingRun, Unsupported> read_run(const InferenceConditions& conditions,
                                                const catalog::Catalog& catalog) {
  ServingRun run{.notes = read_notes(conditions.notes)};
  const auto model = catalog.model(conditions.model);
  if (!model) return std::unexpected(Unsupported{describe(model.error())});
  run.model = *model;
  const auto system = catalog.system(conditions.chip);
  if (!system) return std::unexpected(Unsupported{describe(system.error())});
  run.system = (*system)->id;
  run.chip = (*system)->chip.id;
  run.vendor = (*system)->chip.vendor;
  const catalog::ServingStack* stack = stack_of(catalog, conditions.framework, run.vendor);
  if (stack == nullptr && is_benchmark(conditions)) {  // Submitters need not name what they run.
    stack = &*std::ranges::find(catalog.serving_stacks(), (*system)->serving.stack,
                                &catalog::ServingStack::id);
  }
  if (stack == nullptr) {
    return std::unexpected(Unsupported{fmt::format("no stack of the catalog is \"{}\" on {} chips",
                                                   conditions.framework, run.vendor)});
  }
  run.stack = stack->id;
  if (const auto date = parse_date(conditions.date)) run.date = *date;
  if (run.notes.speculative) run.kind = RunKind::kSpeculative;
  if (conditions.scenario == Scenario::kDisaggregated) run.kind = RunKind::kDisaggregated;
  if (run.notes.speculative) {
    run.speculation = speculation_of(run.notes);
    run.drafts_stated = run.notes.accepted.has_value() || run.notes.draft_model;
  }
  const auto weights = weights_of(conditions, run, *stack, (*system)->chip);
  if (!weights) return std::unexpected(weights.error());
  run.layout.weights = *weights;
  run.layout.kv_cache = cache_of(conditions, run, *stack);
  if (is_benchmark(conditions)) {
    if (auto reason = set_benchmark(conditions, catalog, run)) return std::unexpected(*reason);
    return run;
  }
  if (conditions.scenario == Scenario::kDisaggregated) {
    if (!run.notes.pools) return std::unexpected(Unsupported{"the pools are not stated"});
    run.pools = RunPools{.prefill = pool_of(run.notes.pools->prefill, run),
                         .decode = pool_of(run.notes.pools->decode, run)};
  } else if (auto reason = set_layout(conditions, run)) {
    return std::unexpected(*reason);
  }
  if (auto reason = set_request(conditions, run)) return std::unexpected(*reason);
  auto load = load_of(conditions, run.notes);
  if (!load) return std::unexpected(load.error());
  run.load = *load;
  return run;
}

std::vector<MeasuredRun> group_runs(const std::vector<measurement::InferenceRow>& rows) {
  std::map<InferenceConditions, std::size_t> place;
  std::vector<MeasuredRun> runs;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto [at, is_new] = place.emplace(rows[i].conditions, runs.size());
    if (is_new) runs.push_back({.conditions = rows[i].conditions});
    runs[at->second].rows.push_back(i);
  }
  return runs;
}

}  // namespace offtake::fidelity
