#include <fmt/format.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "offtake/api/choices.hpp"
#include "offtake/api/perf_answer.hpp"
#include "offtake/api/text_table.hpp"
#include "offtake/study/layout_text.hpp"
#include "offtake/study/rental_price.hpp"
#include "offtake/study/train_run.hpp"

namespace offtake::api {
namespace {

using Json = nlohmann::ordered_json;

template <class Q>
Json band(const perf::Yield<Q>& yield) {
  return {{"value", yield.value.base_units()},
          {"low", yield.low.base_units()},
          {"high", yield.high.base_units()}};
}

Json band(const perf::Yield<double>& yield) {
  return {{"value", yield.value}, {"low", yield.low}, {"high", yield.high}};
}

Json layout_json(const perf::TrainingLayout& layout) {
  Json json;
  for (const auto& [key, value] : study::layout_fields(layout)) {
    std::visit([&](const auto& each) { json[std::string(key)] = each; }, value);
  }
  return json;
}

/// Adam's, by the formats of its mean and variance.
std::optional<perf::OptimizerStates> chosen_optimizer(const std::string& name,
                                                      std::vector<Problem>& problems) {
  if (name == "adam-fp32") return perf::OptimizerStates::kAdamFp32;
  if (name == "adam-bf16") return perf::OptimizerStates::kAdamBf16;
  if (name == "adam-8bit") return perf::OptimizerStates::kAdam8Bit;
  problems.push_back({{}, "--optimizer", "adam-fp32, adam-bf16 or adam-8bit", "\"" + name + "\""});
  return std::nullopt;
}

Json memory_json(const perf::TrainingMemory& memory) {
  return {{"total_bytes", memory.total().base_units()},
          {"weights_bytes", memory.weights.base_units()},
          {"gradients_bytes", memory.gradients.base_units()},
          {"optimizer_bytes", memory.optimizer.base_units()},
          {"activations_bytes", memory.activations.base_units()},
          {"logits_bytes", memory.logits.base_units()},
          {"gathered_bytes", memory.gathered.base_units()},
          {"reserved_bytes", memory.reserved.base_units()}};
}

Json breakdown_json(const perf::TrainingTime& time) {
  return {{"products_s", time.products.base_units()},
          {"experts_s", time.experts.base_units()},
          {"attention_s", time.attention.base_units()},
          {"elementwise_s", time.elementwise.base_units()},
          {"recompute_s", time.recompute.base_units()},
          {"launches_s", time.launches.base_units()},
          {"logits_s", time.logits.base_units()},
          {"prediction_s", time.prediction.base_units()},
          {"tensor_communication_s", time.tensor_communication.base_units()},
          {"context_communication_s", time.context_communication.base_units()},
          {"expert_communication_s", time.expert_communication.base_units()},
          {"pipeline_communication_s", time.pipeline_communication.base_units()},
          {"data_communication_s", time.data_communication.base_units()},
          {"contention_s", time.contention.base_units()},
          {"bubble_s", time.bubble.base_units()},
          {"optimizer_s", time.optimizer.base_units()},
          {"stragglers_s", time.stragglers.base_units()},
          {"fixed_s", time.fixed.base_units()}};
}

Json run_json(const study::TrainingRun& run) {
  constexpr double kDay = 86400.0;
  Json json{{"tokens", run.tokens.base_units()},
            {"duration_s", band(run.duration)},
            {"days", run.duration.value.base_units() / kDay},
            {"energy_j", band(run.energy)},
            {"includes_failures", false}};
  if (run.cost) json["cost_usd"] = band(*run.cost);
  return json;
}

std::string text_of(const study::TrainAnswer& answer, const std::string& heading, int width) {
  std::vector<std::vector<std::string>> rows;
  const double total = answer.breakdown.total().base_units();
  const Json breakdown = breakdown_json(answer.breakdown);
  for (const auto& [part, seconds] : breakdown.items()) {
    const double time = seconds.get<double>();
    if (time <= 0.0) continue;
    std::string name = part.substr(0, part.size() - 2);
    for (char& letter : name) letter = letter == '_' ? ' ' : letter;
    rows.push_back(
        {name, fmt::format("{:.4g} s", time), fmt::format("{:.1f}%", 100.0 * time / total)});
  }
  std::string text = fmt::format(
      "{}\nlayout   {}\nstep     {:.4g} s  {:.4g}–{:.4g} (80% band)\n"
      "tokens   {:.0f} tok/s/chip  {:.0f}–{:.0f}\nMFU      {:.1f}%  {:.1f}–{:.1f}\n"
      "memory   {:.1f} GB a chip\n",
      heading, study::describe(answer.layout), answer.step_time.value.base_units(),
      answer.step_time.low.base_units(), answer.step_time.high.base_units(),
      answer.tokens_per_chip.value.base_units(), answer.tokens_per_chip.low.base_units(),
      answer.tokens_per_chip.high.base_units(), 100.0 * answer.mfu.value, 100.0 * answer.mfu.low,
      100.0 * answer.mfu.high, answer.memory.total().base_units() / 1e9);
  if (answer.run) {
    text += fmt::format(
        "run      {:.3g} tokens in {:.1f} days  {:.1f}–{:.1f}, without failures and "
        "restarts",
        answer.run->tokens.base_units(), answer.run->duration.value.base_units() / 86400.0,
        answer.run->duration.low.base_units() / 86400.0,
        answer.run->duration.high.base_units() / 86400.0);
    if (answer.run->cost) {
      text += fmt::format(", ${:.3g}M", answer.run->cost->value.base_units() / 1e6);
    }
    text += "\n";
  }
  text += fmt::format("{} layouts tried, {} fit\n\n", answer.evaluated, answer.fitting);
  return text +
         text_table({{"part of the step"}, {"time", Align::kRight}, {"share", Align::kRight}}, rows,
                    width);
}

}  // namespace

Response answer_train(const TrainRequest& request, const catalog::Catalog& catalog,
                      Parallelism parallelism) {
  if (request.profile) return answer_train_by_profile(request, catalog, parallelism);
  std::vector<Problem> problems;
  if (request.space) problems.push_back({{}, "--space", "--profile beside it", "none"});
  const auto model = chosen_model(request.model, catalog, problems);
  const auto system = chosen_system(request.system, catalog, problems);
  study::TrainRequest job{.job = {.sequence = static_cast<int>(request.sequence.base_units()),
                                  .global_batch = request.global_batch,
                                  .adapter_rank = request.adapter_rank.value_or(0),
                                  .prediction_modules = request.prediction_modules.value_or(0)},
                          .chips = request.chips};
  if (request.format) {
    if (const auto format = chosen_format("--format", *request.format, problems)) {
      job.job.format = *format;
    }
  }
  if (request.optimizer) {
    if (const auto states = chosen_optimizer(*request.optimizer, problems)) {
      job.assumptions.parameter = perf::parameter_bytes(*states);
    }
  }
  if (request.layout) job.layout = study::parse_layout(*request.layout, "--layout", problems);
  if (request.tokens && request.flops) {
    problems.push_back({{}, "--tokens", "either --tokens or --flops", "both"});
  }
  if (request.tokens) job.amount = *request.tokens;
  if (request.flops) job.amount = *request.flops;
  if (request.sequence < Tokens::in_base_units(1.0)) {
    problems.push_back({{}, "--seq", "at least one token", "fewer"});
  }
  if (!problems.empty()) throw InputError(std::move(problems));
  job.price = request.price;
  if (!job.price) {
    if (const catalog::Price* price = study::rental_price(catalog, *system))
      job.price = price->price;
  }

  const auto begin = std::chrono::steady_clock::now();
  const auto answer = study::train_run(*system, *model, job, parallelism);
  const double elapsed =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  const std::string heading =
      fmt::format("{} on {} x {}, {} sequences of {} tokens", model->name, request.chips,
                  system->name, request.global_batch, job.job.sequence);
  if (!answer) {
    const Json json{{"model", model->id},
                    {"system", system->id},
                    {"feasible", false},
                    {"reason", answer.error().reason},
                    {"evaluated", answer.error().evaluated},
                    {"elapsed_s", elapsed}};
    return {.outcome = Outcome::kTrueNo,
            .text = heading + ": no. " + answer.error().reason + "\n",
            .json = json.dump(2)};
  }
  Json memory = memory_json(answer->memory);
  for (const perf::TrainingMemory& stage : answer->memory_by_stage) {
    memory["stages"].push_back(memory_json(stage));
  }
  Json json{{"model", model->id},
            {"system", system->id},
            {"feasible", true},
            {"layout", layout_json(answer->layout)},
            {"step_time_s", band(answer->step_time)},
            {"tokens_per_s_per_chip", band(answer->tokens_per_chip)},
            {"mfu", band(answer->mfu)},
            {"model_flop_per_s_per_chip", band(answer->model_flops_per_chip)},
            {"memory", memory},
            {"breakdown", breakdown_json(answer->breakdown)}};
  if (answer->run) json["run"] = run_json(*answer->run);
  Json best = Json::array();
  for (const perf::FoundLayout& found : answer->best) {
    best.push_back({{"layout", layout_json(found.layout)},
                    {"step_time_s", found.step.time.total().base_units()},
                    {"memory_bytes", found.step.memory.total().base_units()}});
  }
  json["best"] = best;
  json["evaluated"] = answer->evaluated;
  json["elapsed_s"] = elapsed;
  return {.text = text_of(*answer, heading, 100), .json = json.dump(2)};
}

}  // namespace offtake::api
