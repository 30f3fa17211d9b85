#include <fmt/format.h>

#include <chrono>
#include <cstddef>
#include <expected>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "offtake/api/calculon_job.hpp"
#include "offtake/api/calculon_layout.hpp"
#include "offtake/api/perf_answer.hpp"
#include "offtake/api/text_table.hpp"
#include "offtake/base/expects.hpp"
#include "offtake/calculon/evaluation.hpp"
#include "offtake/calculon/execution_search.hpp"
#include "offtake/perf/yield.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::api {

using namespace literals;

namespace {

using Json = nlohmann::ordered_json;

/// Executions that an answer lists.
constexpr std::size_t kBestCount = 10;
constexpr int kTextWidth = 100;

struct NoExecution {
  std::string reason;
  std::size_t evaluated = 0;
};

/// The layout that is asked for, on the networks that are asked for or else on the best ones.
std::expected<calculon::ExecutionSearch, NoExecution> cost_layout(const CalculonJob& job,
                                                                  const CalculonLayout& layout) {
  calculon::Execution execution = layout.execution;
  std::vector<calculon::Placement> placements{
      {execution.block.tensor_network, execution.pipeline_network, execution.data_network}};
  if (!layout.networks_given) {
    placements = calculon::placements(
        {execution.block.tensor, execution.pipeline, execution.data, execution.batch});
  }
  calculon::ExecutionSearch found;
  calculon::Refusal refusal = calculon::OffNetwork{};
  for (const calculon::Placement& placement : placements) {
    ++found.evaluated;
    execution.block.tensor_network = placement.tensor_network;
    execution.pipeline_network = placement.pipeline_network;
    execution.data_network = placement.data_network;
    const auto result = calculon::evaluate(execution, job.transformer, job.machine);
    if (!result) {
      // Lying off a network says less than that memory is short wherever the ranks lie.
      if (std::holds_alternative<calculon::OffNetwork>(refusal)) refusal = result.error();
      continue;
    }
    ++found.feasible;
    ++found.timed;
    if (found.best.empty() || result->sample_rate > found.best.front().sample_rate) {
      found.best = {{execution, result->time, result->memory, result->sample_rate}};
    }
  }
  if (found.best.empty()) return std::unexpected(NoExecution{describe(refusal), found.evaluated});
  return found;
}

std::expected<calculon::ExecutionSearch, NoExecution> search(const CalculonJob& job,
                                                             Parallelism parallelism) {
  calculon::ExecutionSearch found =
      calculon::search_executions(job.transformer, job.machine, job.space, kBestCount, parallelism);
  if (!found.best.empty()) return found;
  if (found.evaluated == 0) {
    return std::unexpected(NoExecution{
        fmt::format("no split of {} chips divides the model and the batch", job.space.chips)});
  }
  return std::unexpected(NoExecution{
      fmt::format("none of {} executions lies on the networks and fits {:.0f} GiB a chip",
                  found.evaluated, job.machine.memory.capacity.in(1.0_GiB)),
      found.evaluated});
}

Json layout_json(const calculon::Execution& execution) {
  Json json = Json::object();
  for (const auto& [key, value] : layout_settings(execution)) {
    const bool is_count =
        key != "nets" && value.find_first_not_of("0123456789") == std::string::npos;
    json[key] = is_count ? Json(std::stoi(value)) : Json(value);
  }
  return json;
}

Json memory_json(const calculon::MemoryParts& parts) {
  return {{"total_bytes", parts.total().base_units()},
          {"weights_bytes", parts.weights.base_units()},
          {"activations_bytes", parts.activations.base_units()},
          {"checkpoints_bytes", parts.checkpoints.base_units()},
          {"weight_gradients_bytes", parts.weight_gradients.base_units()},
          {"activation_gradients_bytes", parts.activation_gradients.base_units()},
          {"optimizer_bytes", parts.optimizer.base_units()}};
}

Json breakdown_json(const calculon::BatchTime& time) {
  return {{"forward_s", time.forward.base_units()},
          {"backward_s", time.backward.base_units()},
          {"optimizer_s", time.optimizer.base_units()},
          {"recompute_s", time.recompute.base_units()},
          {"recommunication_s", time.recommunication.base_units()},
          {"bubble_s", time.bubble.base_units()},
          {"tensor_communication_s", time.tensor_communication.base_units()},
          {"pipeline_communication_s", time.pipeline_communication.base_units()},
          {"data_communication_s", time.data_communication.base_units()},
          {"forward_offload_s", time.forward_offload.base_units()},
          {"backward_offload_s", time.backward_offload.base_units()}};
}

Json link_json(const calculon::LinkTime& link) {
  return {{"recommunication_s", link.recommunication.base_units()},
          {"tensor_s", link.tensor.base_units()},
          {"pipeline_s", link.pipeline.base_units()},
          {"data_s", link.data.base_units()}};
}

/// A figure that is inverse to the step's time, with the band of that.
Json inverse_band(double value, const perf::Yield<Seconds>& step) {
  return {{"value", value},
          {"low", value * (step.value / step.high)},
          {"high", value * (step.value / step.low)}};
}

std::vector<std::vector<std::string>> breakdown_rows(const calculon::BatchTime& time) {
  std::vector<std::vector<std::string>> rows;
  const Json breakdown = breakdown_json(time);
  for (const auto& [part, value] : breakdown.items()) {
    const auto seconds = value.get<double>();
    if (seconds <= 0.0) continue;
    std::string name = part.substr(0, part.size() - 2);
    for (char& letter : name) letter = letter == '_' ? ' ' : letter;
    rows.push_back({name, fmt::format("{:.4g} s", seconds),
                    fmt::format("{:.1f}%", 100.0 * seconds / time.total().base_units())});
  }
  return rows;
}

/// What is answered when something fits.
struct Answer {
  const CalculonJob& job;
  const calculon::ExecutionSearch& found;
  calculon::Evaluation best;
  perf::Yield<Seconds> step;
  TokenRate tokens_per_chip;
};

Answer answer_of(const CalculonJob& job, const calculon::ExecutionSearch& found) {
  const calculon::Execution& execution = found.best.front().execution;
  const auto best = calculon::evaluate(execution, job.transformer, job.machine);
  expects(best.has_value(), "what a search finds can be evaluated");
  const Tokens tokens = 1.0_tok * execution.batch * job.transformer.sequence;
  return {.job = job,
          .found = found,
          .best = *best,
          .step = perf::with_band(best->time.total(), job.system.training.step_error.dense.value),
          .tokens_per_chip = tokens / best->time.total() / static_cast<double>(execution.chips())};
}

Json best_json(const std::vector<calculon::FoundExecution>& best) {
  Json json = Json::array();
  for (const calculon::FoundExecution& each : best) {
    json.push_back({{"layout", layout_json(each.execution)},
                    {"global_batch", each.execution.batch},
                    {"step_time_s", each.time.total().base_units()},
                    {"sample_rate", each.sample_rate},
                    {"memory_bytes", each.memory.chip.total().base_units()}});
  }
  return json;
}

void add_answer(Json& json, const Answer& answer) {
  const calculon::Execution& execution = answer.found.best.front().execution;
  json["feasible"] = true;
  json["layout"] = layout_json(execution);
  json["global_batch"] = execution.batch;
  json["step_time_s"] = {{"value", answer.step.value.base_units()},
                         {"low", answer.step.low.base_units()},
                         {"high", answer.step.high.base_units()}};
  json["sample_rate"] = answer.best.sample_rate;
  json["tokens_per_s_per_chip"] = inverse_band(answer.tokens_per_chip.base_units(), answer.step);
  json["mfu"] = inverse_band(answer.best.efficiency, answer.step);
  json["memory"] = memory_json(answer.best.memory.chip);
  json["host_memory"] = memory_json(answer.best.memory.host);
  json["breakdown"] = breakdown_json(answer.best.time);
  json["links"] = link_json(answer.best.link);
  json["best"] = best_json(answer.found.best);
  json["evaluated"] = answer.found.evaluated;
  json["feasible_count"] = answer.found.feasible;
  json["timed_count"] = answer.found.timed;
}

std::string text_of(const Answer& answer) {
  const calculon::Execution& execution = answer.found.best.front().execution;
  const std::string text = fmt::format(
      "layout   {}\nstep     {:.4f} s for {} sequences  {:.4g}–{:.4g} (80% band)\n"
      "samples  {:.4f} a second, {:.0f} tok/s/chip\nMFU      {:.2f}%\n"
      "memory   {:.2f} GiB a chip, {:.2f} GiB of the host\n"
      "tried    {}, of which {} feasible and {} timed\n\n",
      layout_text(execution), answer.step.value.base_units(), execution.batch,
      answer.step.low.base_units(), answer.step.high.base_units(), answer.best.sample_rate,
      answer.tokens_per_chip.base_units(), 100.0 * answer.best.efficiency,
      answer.best.memory.chip.total().in(1.0_GiB), answer.best.memory.host.total().in(1.0_GiB),
      answer.found.evaluated, answer.found.feasible, answer.found.timed);
  return text +
         text_table({{"part of the step"}, {"time", Align::kRight}, {"share", Align::kRight}},
                    breakdown_rows(answer.best.time), kTextWidth);
}

}  // namespace

Response answer_train_by_profile(const TrainRequest& request, const catalog::Catalog& catalog,
                                 Parallelism parallelism) {
  const CalculonJob job = read_calculon_job(request, catalog);
  const auto begin = std::chrono::steady_clock::now();
  const auto found = job.layout ? cost_layout(job, *job.layout) : search(job, parallelism);
  const double elapsed =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  const std::string heading =
      fmt::format("{} on {} x {}, {} sequences of {} tokens, as Calculon predicts", job.model.name,
                  request.chips, job.system.name, request.global_batch, job.transformer.sequence);
  Json json{{"model", job.model.id}, {"system", job.system.id}, {"profile", "calculon"}};
  if (!found) {
    json["feasible"] = false;
    json["reason"] = found.error().reason;
    json["evaluated"] = found.error().evaluated;
    json["elapsed_s"] = elapsed;
    return {.outcome = Outcome::kTrueNo,
            .text = heading + ": no. " + found.error().reason + "\n",
            .json = json.dump(2)};
  }
  const Answer answer = answer_of(job, *found);
  add_answer(json, answer);
  json["elapsed_s"] = elapsed;
  return {.text = heading + "\n" + text_of(answer), .json = json.dump(2)};
}

}  // namespace offtake::api
