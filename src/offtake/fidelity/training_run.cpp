#include "offtake/fidelity/training_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <utility>

#include "offtake/fidelity/small_letters.hpp"
#include "offtake/hardware/numeric_format.hpp"
#include "offtake/perf/training_memory.hpp"
#include "offtake/perf/training_work.hpp"

namespace offtake::fidelity {
namespace {

using hardware::NumericFormat;
using measurement::RecomputeStated;
using measurement::ShardingStated;
using measurement::TrainingConditions;
using measurement::TrainingMetric;

bool says(const std::string& text, std::string_view words) {
  return text.find(words) != std::string::npos;
}

/// The whole number after `words`; nothing when it is not there.
std::optional<int> number_after(const std::string& text, std::string_view words) {
  const std::size_t at = text.find(words);
  if (at == std::string::npos) return std::nullopt;
  int number = 0;
  const char* begin = text.data() + at + words.size();
  const auto [end, error] = std::from_chars(begin, text.data() + text.size(), number);
  if (error != std::errc{} || number < 1) return std::nullopt;
  return number;
}

bool is_benchmark(const TrainingConditions& c) { return c.source.starts_with("MLPerf"); }

/// The stack whose engine's name is the longest that the framework's begins with; of a benchmark's
/// submission, which names its parts in many ways, the one that counts "mlperf" among its engines.
const catalog::TrainingStack* stack_of(const catalog::Catalog& catalog, const TrainingConditions& c,
                                       std::string_view vendor, std::optional<Date> date) {
  std::string name = in_small_letters(c.framework);
  if (is_benchmark(c) && vendor == "Nvidia") name = "mlperf";
  const catalog::TrainingStack* best = nullptr;
  std::size_t longest = 0;
  for (const catalog::TrainingStack& stack : catalog.training_stacks()) {
    if (std::ranges::find(stack.vendors, vendor) == stack.vendors.end()) continue;
    if (stack.until && (!date || *stack.until < *date)) continue;
    for (const std::string& engine : stack.engines) {
      if (!name.starts_with(engine)) continue;
      const bool older = best != nullptr && best->until && !stack.until;
      if (engine.size() < longest || (engine.size() == longest && older)) continue;
      best = &stack;
      longest = engine.size();
    }
  }
  return best;
}

/// "26.04" of "NeMo 26.04.01" or of "NVIDIA NeMo Framework Release 24.09", else the date's year.
std::string version_of(const TrainingConditions& c) {
  const auto digit = [](char letter) { return letter >= '0' && letter <= '9'; };
  for (const std::string& text : {c.version, is_benchmark(c) ? std::string() : c.framework}) {
    for (std::size_t dot = 1; dot + 1 < text.size(); ++dot) {
      if (text[dot] != '.' || !digit(text[dot - 1]) || !digit(text[dot + 1])) continue;
      std::size_t begin = dot;
      while (begin > 0 && digit(text[begin - 1])) --begin;
      std::size_t end = dot + 1;
      while (end < text.size() && digit(text[end])) ++end;
      return text.substr(begin, end - begin);
    }
  }
  return c.date.substr(0, is_benchmark(c) ? 7 : 4);
}

/// Of a benchmark that does not say: what its tuned submissions multiplied in.
NumericFormat format_of_benchmark(const hardware::Chip& chip, const TrainingConditions& c) {
  const auto multiplies = [&](NumericFormat format) {
    return chip.compute_peak.find(format) != nullptr;
  };
  const bool fourth_bits = c.date >= "2025-11" && chip.vendor == "Nvidia";
  if (fourth_bits && multiplies(NumericFormat::kNvfp4)) return NumericFormat::kNvfp4;
  if (multiplies(NumericFormat::kFp8) && chip.vendor != "Google") return NumericFormat::kFp8;
  if (chip.vendor == "Google" && multiplies(NumericFormat::kInt8)) return NumericFormat::kInt8;
  return NumericFormat::kBf16;
}

std::expected<NumericFormat, Unsupported> format_of(const TrainingConditions& c,
                                                    const hardware::Chip& chip, TrainingRun& run) {
  if (c.format.empty()) {
    run.assumed.push_back("format");
    return is_benchmark(c) ? format_of_benchmark(chip, c) : NumericFormat::kBf16;
  }
  if (c.format == "fp16") return NumericFormat::kBf16;  // The same size and speed.
  if (const auto format = hardware::parse_numeric_format(c.format)) return *format;
  return std::unexpected(
      Unsupported{fmt::format("products in \"{}\", a format that is not known", c.format)});
}

/// What the maker of a model trained it at, where a table does not say.
std::optional<int> usual_sequence(const model::ModelArchitecture& model) {
  constexpr std::array kUsual{std::pair{"gpt", 2048},     std::pair{"mpt", 2048},
                              std::pair{"bloom", 2048},   std::pair{"maxtext", 2048},
                              std::pair{"llama-2", 4096}, std::pair{"llama-3", 8192}};
  for (const auto& [prefix, tokens] : kUsual) {
    if (model.id.starts_with(prefix)) return tokens;
  }
  return std::nullopt;
}

/// Where chips hold two cores, degrees count cores.
int chips_of_cores(int cores, std::string_view vendor) {
  constexpr int kCores = 2;  // Of Trainium1 (AWS, "Trainium architecture").
  return vendor == "AWS" ? std::max(1, cores / kCores) : cores;
}

/// Micro-batches of one step that a data rank runs, as notes tell.
std::optional<int> accumulations(const TrainingConditions& c) {
  if (const auto stated = number_after(c.notes, "GradAccum=")) return stated;
  if (c.notes.starts_with("GA=")) return number_after(c.notes, "GA=");
  return number_after(c.notes, " GA=");
}

/// Degrees that a benchmark's submission leaves out: its micro-batches, one sample each, tell how
/// many chips a data rank has. Four of them share matrices, as in submissions that say; the others
/// hold stages or, where only adapters train, share samples.
void set_unstated_degrees(const TrainingConditions& c, TrainingRun& run) {
  constexpr int kTensor = 4;
  const auto passes = accumulations(c);
  const std::int64_t batch = c.global_batch.value_or(0);
  if (!passes || batch == 0) return;
  const std::int64_t of_rank = std::int64_t{run.chips} * *passes / batch;
  if (of_rank <= 1 || run.chips % of_rank != 0) return;
  run.assumed.push_back("layout");
  perf::ParallelLayout& parallel = run.layout.parallel;
  parallel.tensor = of_rank % kTensor == 0 ? kTensor : 1;
  (run.job.adapter_rank > 0 ? parallel.context : parallel.pipeline) =
      static_cast<int>(of_rank) / parallel.tensor;
}

/// Degrees whose product is the chips; data ranks take what the others leave.
std::optional<Unsupported> set_degrees(const TrainingConditions& c, TrainingRun& run) {
  perf::ParallelLayout& parallel = run.layout.parallel;
  parallel.tensor = chips_of_cores(std::max(1, c.tensor.value_or(1)), run.vendor);
  parallel.pipeline = std::max(1, c.pipeline.value_or(1));
  parallel.context = std::max(1, c.context.value_or(1));
  if (is_benchmark(c) && run.vendor == "Nvidia" && !c.tensor && !c.pipeline) {
    set_unstated_degrees(c, run);
  }
  const int group = parallel.tensor * parallel.pipeline * parallel.context;
  if (run.chips % group != 0) {
    return Unsupported{fmt::format("{} chips are not whole replicas of {}", run.chips, group)};
  }
  parallel.data = run.chips / group;
  parallel.expert = std::clamp(c.expert.value_or(1), 1, parallel.chips_per_stage());
  return std::nullopt;
}

/// More data ranks than samples: so many ranks share each sample's tokens. False when the ranks do
/// not divide.
bool share_samples(TrainingRun& run) {
  perf::ParallelLayout& parallel = run.layout.parallel;
  const int sharing = (parallel.data + run.job.global_batch - 1) / run.job.global_batch;
  if (parallel.data % sharing != 0) return false;
  run.assumed.push_back("context ranks");
  parallel.context *= sharing;
  parallel.data /= sharing;
  return true;
}

std::optional<Unsupported> set_batch(const TrainingConditions& c,
                                     const catalog::TrainingStack& stack, TrainingRun& run) {
  const perf::ParallelLayout& parallel = run.layout.parallel;
  const bool stated = c.global_batch.value_or(0) > 0;
  if (!stated && parallel.pipeline > 1) {
    return Unsupported{"the batch is not stated, which sets the bubble of a pipeline"};
  }
  if (!stated) run.assumed.push_back("batch");
  run.batch_stated = stated;
  const int micro_stated = std::max(0, c.micro_batch.value_or(0));
  run.job.global_batch =
      stated ? *c.global_batch : parallel.data * std::max(1, micro_stated) * (micro_stated ? 4 : 1);
  if (run.job.global_batch < parallel.data && !share_samples(run)) {
    return Unsupported{fmt::format("{} samples do not deal out over {} data ranks",
                                   run.job.global_batch, parallel.data)};
  }
  const int of_rank = std::max(1, run.job.global_batch / run.layout.parallel.data);
  if (micro_stated > 0) {
    run.layout.micro_batch = std::min(micro_stated, of_rank);
    return std::nullopt;
  }
  run.assumed.push_back("micro-batch");
  if (const auto passes = accumulations(c)) {
    run.layout.micro_batch = std::max(1, of_rank / *passes);
  } else {
    run.layout.micro_batch = stack.fully_sharded && parallel.pipeline == 1 ? of_rank : 1;
  }
  return std::nullopt;
}

int micro_batches(const TrainingRun& run) {
  return std::max(1, run.job.global_batch / (run.layout.parallel.data * run.layout.micro_batch));
}

/// Groups of layers of a tuned pipeline that does not say: as many as deal out evenly, up to what
/// submissions of MLPerf state for GPT-3.
int usual_virtual_stages(const TrainingRun& run) {
  constexpr int kMost = 6;
  const int stages = run.layout.parallel.pipeline;
  const int layers = run.model->layers();
  if (stages == 1 || micro_batches(run) % stages != 0) return 1;
  for (int groups = kMost; groups > 1; --groups) {
    if (layers % (groups * stages) == 0) return groups;
  }
  return 1;
}

void set_schedule(const TrainingConditions& c, bool tuned, TrainingRun& run) {
  perf::TrainingLayout& layout = run.layout;
  if (c.virtual_stages.value_or(0) > 0) {
    layout.virtual_stages = layout.parallel.pipeline == 1 ? 1 : *c.virtual_stages;
  } else if (layout.parallel.pipeline > 1) {
    run.assumed.push_back("interleaving");
    layout.virtual_stages = tuned ? usual_virtual_stages(run) : 1;
  }
}

perf::TrainingMemory memory_of(const TrainingRun& run, const hardware::System& system) {
  return perf::training_memory(
      perf::training_work(*run.model, run.job.sequence, run.job.adapter_rank), run.job, run.layout,
      {}, {.reserved = {}, .fused_attention = system.training.step.fused_attention});
}

Bytes room_of(const hardware::System& system) {
  return system.memory_share.value * system.chip.hbm_capacity.value;
}

void set_sharding(const TrainingConditions& c, const catalog::TrainingStack& stack,
                  const hardware::System& system, TrainingRun& run) {
  using perf::Sharding;
  perf::TrainingLayout& layout = run.layout;
  switch (c.sharding) {
    case ShardingStated::kNone:
      layout.sharding = Sharding::kNone;
      return;
    case ShardingStated::kZero1:
      layout.sharding = Sharding::kZero1;
      return;
    case ShardingStated::kZero2:
      layout.sharding = Sharding::kZero2;
      return;
    case ShardingStated::kZero3:
    case ShardingStated::kHybrid:
      layout.sharding = Sharding::kZero3;
      return;
    case ShardingStated::kUnstated:
      break;
  }
  run.assumed.push_back("sharding");
  layout.sharding = stack.fully_sharded ? Sharding::kZero3 : Sharding::kZero1;
  // States that no chip has room for were sharded, whatever was left unsaid.
  const perf::TrainingMemory memory = memory_of(run, system);
  const Bytes states = memory.weights + memory.gradients + memory.optimizer;
  if (states > room_of(system)) layout.sharding = Sharding::kZero3;
}

void set_recompute(const TrainingConditions& c, const catalog::TrainingStack& stack,
                   const hardware::System& system, TrainingRun& run) {
  switch (c.recompute) {
    case RecomputeStated::kFull:
      run.layout.recompute = perf::Recompute::kFull;
      return;
    case RecomputeStated::kSelective:
      run.layout.recompute = perf::Recompute::kSelective;
      return;
    case RecomputeStated::kNone:
      return;
    case RecomputeStated::kUnstated:
      break;
  }
  if (stack.recompute_to_fit && memory_of(run, system).total() > room_of(system)) {
    run.assumed.push_back("recompute");
    run.layout.recompute = perf::Recompute::kFull;
  }
}

FlopCount flop_count_of(const TrainingConditions& c) {
  if (says(c.notes, "HARDWARE FLOP")) return FlopCount::kHardware;
  const std::string notes = in_small_letters(c.notes);
  if (says(notes, "causal (halved)")) return FlopCount::kCausal;
  return says(notes, "full attention") || says(notes, "non-causal") || says(notes, "full-attention")
             ? FlopCount::kFull
             : FlopCount::kCausal;
}

}  // namespace

std::expected<TrainingRun, Unsupported> read_run(const TrainingConditions& c,
                                                 const catalog::Catalog& catalog) {
  TrainingRun run;
  const auto refuse = [](std::string reason) {
    return std::unexpected(Unsupported{std::move(reason)});
  };
  const auto model = catalog.model(c.model);
  if (!model) return refuse(describe(model.error()));
  run.model = *model;
  const auto system = catalog.system(c.chip);
  if (!system) return refuse(describe(system.error()));
  run.system = (*system)->id;
  run.chip = (*system)->chip.id;
  run.design = (*system)->chip.architecture;
  run.vendor = (*system)->chip.vendor;
  if (const auto date = parse_date(c.date)) run.date = *date;
  const catalog::TrainingStack* stack = stack_of(catalog, c, run.vendor, run.date);
  if (stack == nullptr) {
    return refuse(
        fmt::format("no stack of the catalog is \"{}\" on {} chips", c.framework, run.vendor));
  }
  run.stack = stack->id;
  run.version = version_of(c);
  if (c.chips.value_or(0) < 1) return refuse("the chips are not stated");
  run.chips = *c.chips;
  const auto format = format_of(c, (*system)->chip, run);
  if (!format) return std::unexpected(format.error());
  run.job.format = *format;
  const auto sequence = c.sequence.value_or(0) > 0 ? c.sequence : usual_sequence(*run.model);
  if (!sequence) return refuse("the sequence's length is not stated");
  if (!c.sequence) run.assumed.push_back("sequence");
  run.job.sequence = *sequence;
  if (stack->prediction_modules) run.job.prediction_modules = run.model->prediction_modules;
  if (says(c.model, "LoRA") || says(c.notes, "LoRA")) {
    constexpr int kRank = 16;  // Of MLPerf's benchmark.
    run.job.adapter_rank = number_after(c.notes, "LoRA rank ").value_or(kRank);
  }
  if (auto reason = set_degrees(c, run)) return std::unexpected(*reason);
  if (auto reason = set_batch(c, *stack, run)) return std::unexpected(*reason);
  set_schedule(c, is_benchmark(c), run);
  run.layout.sequence_parallel = c.sequence_parallel.value_or(true);
  // What fits is asked of the files: no fit of serving may change how a run of training is read.
  const hardware::System trained = catalog.training_unfitted(**system, stack->id);
  set_sharding(c, *stack, trained, run);
  set_recompute(c, *stack, trained, run);
  run.flop_count = flop_count_of(c);
  run.regression =
      says(c.notes, "known slow path") || (says(c.notes, "known") && says(c.notes, "regression"));
  return run;
}

std::vector<MeasuredTraining> group_runs(const std::vector<measurement::TrainingRow>& rows) {
  constexpr std::array kScored{TrainingMetric::kStepTime, TrainingMetric::kChipTokens,
                               TrainingMetric::kSamples, TrainingMetric::kTotalTokens};
  std::map<std::pair<std::string, TrainingConditions>, std::size_t> place;
  std::vector<MeasuredTraining> runs;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::string& id = rows[i].id;
    const std::string stem = id.substr(0, id.find_last_of("0123456789") + 1);
    TrainingConditions conditions = rows[i].conditions;
    conditions.notes.clear();
    const auto [at, is_new] = place.emplace(std::pair(stem, std::move(conditions)), runs.size());
    if (is_new) runs.push_back({.conditions = at->first.second});
    MeasuredTraining& run = runs[at->second];
    run.conditions.notes += (run.rows.empty() ? "" : "; ") + rows[i].conditions.notes;
    run.rows.push_back(i);
  }
  for (MeasuredTraining& run : runs) {
    for (const TrainingMetric metric : kScored) {
      // The time of a step of an unknown batch says nothing.
      if (metric == TrainingMetric::kStepTime && !run.conditions.global_batch) continue;
      const auto at =
          std::ranges::find(run.rows, metric, [&](std::size_t i) { return rows[i].metric; });
      if (at == run.rows.end()) continue;
      run.scored = *at;
      break;
    }
  }
  return runs;
}

}  // namespace offtake::fidelity
