#include <fmt/format.h>

#include <array>
#include <charconv>
#include <chrono>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "offtake/api/choices.hpp"
#include "offtake/api/perf_answer.hpp"
#include "offtake/api/text_table.hpp"
#include "offtake/study/rental_price.hpp"
#include "offtake/study/train_run.hpp"

namespace offtake::api {
namespace {

using Json = nlohmann::ordered_json;

/// Reads "tp=8,pp=4,dp=16,cp=1,ep=1,vpp=1,micro=1,recompute=selective,sharding=zero1".
perf::TrainingLayout read_layout(const std::string& text, std::vector<Problem>& problems) {
  perf::TrainingLayout layout;
  const std::map<std::string, int*, std::less<>> counts{
      {"tp", &layout.parallel.tensor}, {"pp", &layout.parallel.pipeline},
      {"dp", &layout.parallel.data},   {"cp", &layout.parallel.context},
      {"ep", &layout.parallel.expert}, {"vpp", &layout.virtual_stages},
      {"micro", &layout.micro_batch}};
  const std::map<std::string, perf::Recompute, std::less<>> recomputes{
      {"none", perf::Recompute::kNone},
      {"selective", perf::Recompute::kSelective},
      {"full", perf::Recompute::kFull}};
  const std::map<std::string, perf::Sharding, std::less<>> shardings{
      {"none", perf::Sharding::kNone},
      {"zero1", perf::Sharding::kZero1},
      {"zero2", perf::Sharding::kZero2},
      {"zero3", perf::Sharding::kZero3}};
  const auto refuse = [&](const std::string& path, const std::string& expected,
                          const std::string& found) {
    problems.push_back({{}, "--layout " + path, expected, "\"" + found + "\""});
  };
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, ',');) {
    const std::size_t equals = part.find('=');
    const std::string key = part.substr(0, equals);
    const std::string value = equals == std::string::npos ? "" : part.substr(equals + 1);
    if (const auto count = counts.find(key); count != counts.end()) {
      const auto [end, error] =
          std::from_chars(value.data(), value.data() + value.size(), *count->second);
      if (error != std::errc{} || end != value.data() + value.size() || *count->second < 1) {
        refuse(key, "a whole number of at least 1", value);
      }
    } else if (key == "recompute") {
      const auto known = recomputes.find(value);
      if (known == recomputes.end()) {
        refuse(key, "none, selective or full", value);
      } else {
        layout.recompute = known->second;
      }
    } else if (key == "sharding") {
      const auto known = shardings.find(value);
      if (known == shardings.end()) {
        refuse(key, "none, zero1, zero2 or zero3", value);
      } else {
        layout.sharding = known->second;
      }
    } else {
      refuse(key, "tp, pp, dp, cp, ep, vpp, micro, recompute or sharding", key);
    }
  }
  return layout;
}

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
  constexpr std::array kRecompute{"none", "selective", "full"};
  constexpr std::array kSharding{"none", "zero1", "zero2", "zero3"};
  return {{"tp", layout.parallel.tensor},
          {"pp", layout.parallel.pipeline},
          {"dp", layout.parallel.data},
          {"cp", layout.parallel.context},
          {"ep", layout.parallel.expert},
          {"vpp", layout.virtual_stages},
          {"micro", layout.micro_batch},
          {"recompute", kRecompute.at(static_cast<std::size_t>(layout.recompute))},
          {"sharding", kSharding.at(static_cast<std::size_t>(layout.sharding))}};
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
  std::vector<Problem> problems;
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
  if (request.layout) job.layout = read_layout(*request.layout, problems);
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
  Json json{{"model", model->id},
            {"system", system->id},
            {"feasible", true},
            {"layout", layout_json(answer->layout)},
            {"step_time_s", band(answer->step_time)},
            {"tokens_per_s_per_chip", band(answer->tokens_per_chip)},
            {"mfu", band(answer->mfu)},
            {"model_flop_per_s_per_chip", band(answer->model_flops_per_chip)},
            {"memory", memory_json(answer->memory)},
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
