#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "offtake/api/choices.hpp"
#include "offtake/api/perf_answer.hpp"
#include "offtake/api/train_text.hpp"
#include "offtake/findings/training_report.hpp"
#include "offtake/report/html_report.hpp"
#include "offtake/study/layout_text.hpp"
#include "offtake/study/rental_price.hpp"
#include "offtake/study/scaling.hpp"
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

Json layouts_json(const std::vector<perf::FoundLayout>& layouts) {
  Json json = Json::array();
  for (const perf::FoundLayout& found : layouts) {
    json.push_back({{"chips", found.layout.parallel.chips()},
                    {"layout", layout_json(found.layout)},
                    {"step_time_s", found.step.time.total().base_units()},
                    {"memory_bytes", found.step.memory.total().base_units()}});
  }
  return json;
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

Json goodput_json(const perf::Goodput& shares) {
  return {{"value", shares.training},
          {"parts",
           {{"checkpoint", shares.checkpoint},
            {"lost_work", shares.lost_work},
            {"restart", shares.restart},
            {"evaluation", shares.evaluation},
            {"maintenance", shares.maintenance}}}};
}

Json assumptions_json(const study::TrainAnswer& answer) {
  Json list = Json::array();
  for (const study::RunAssumption& one : study::run_assumptions(answer.conditions)) {
    list.push_back(
        {{"name", one.name},
         {"value", one.value},
         {"low", one.low},
         {"high", one.high},
         {"source", one.source},
         {"duration_at_low_s", one.elapsed_low * answer.run->duration.value.base_units()},
         {"duration_at_high_s", one.elapsed_high * answer.run->duration.value.base_units()}});
  }
  return list;
}

Json run_json(const study::TrainAnswer& answer) {
  constexpr double kDay = 86400.0;
  const study::TrainingRun& run = *answer.run;
  const auto& interval = answer.goodput.checkpoint_interval;
  Json json{{"tokens", run.tokens.base_units()},
            {"duration_s", band(run.duration)},
            {"days", run.duration.value.base_units() / kDay},
            {"days_without_failures", run.duration_of_steps.value.base_units() / kDay},
            {"energy_j", band(run.energy)},
            {"includes_failures", true},
            {"goodput", goodput_json(answer.goodput.shares)},
            {"failures_expected", run.failures_expected},
            {"checkpoint_interval_s", interval ? Json(interval->base_units()) : Json(nullptr)},
            {"checkpoint_bytes", answer.conditions.state.base_units()},
            {"restart_s", answer.goodput.job.restart.base_units()},
            {"assumptions", assumptions_json(answer)}};
  if (run.cost) json["cost_usd"] = band(*run.cost);
  return json;
}

Json curve_json(const study::ScalingCurve& curve) {
  Json points = Json::array();
  for (const auto& point : curve) {
    if (!point) {
      points.push_back({{"chips", point.error().chips},
                        {"global_batch", point.error().global_batch},
                        {"feasible", false},
                        {"reason", point.error().reason}});
      continue;
    }
    points.push_back({{"chips", point->chips},
                      {"global_batch", point->global_batch},
                      {"feasible", true},
                      {"layout", layout_json(point->layout)},
                      {"tokens_per_s", point->tokens.base_units()},
                      {"mfu", point->mfu},
                      {"efficiency", point->efficiency},
                      {"goodput", point->goodput},
                      {"tokens_per_s_of_run", point->tokens_of_run.base_units()}});
  }
  return points;
}

std::vector<report::Fact> page_facts(const study::TrainAnswer& answer,
                                     const study::TrainRequest& job) {
  std::vector<report::Fact> facts{
      {"Format", std::string(hardware::name(job.job.format))},
      {"Layouts", fmt::format("{} tried, {} fit", answer.evaluated, answer.fitting)}};
  if (answer.run) {
    facts.insert(facts.begin(), {"Tokens", fmt::format("{:.3g}", answer.run->tokens.base_units())});
  }
  if (job.price) {
    constexpr double kHour = 3600.0;
    facts.push_back({"Price", fmt::format("${:.2f}/chip/h", kHour * job.price->base_units())});
  }
  return facts;
}

report::RunSection page_run(const TrainRequest& request, const catalog::Catalog& catalog) {
  std::string command =
      fmt::format("offtake train --model {} --system {} --chips {} --seq {:.0f} --global-batch {}",
                  request.model.id, request.system.id, request.chips, request.sequence.base_units(),
                  request.global_batch);
  const auto add = [&](std::string_view option, const auto& value, std::string_view unit) {
    if (value) command += fmt::format(" {} '{}{}'", option, value->base_units(), unit);
  };
  if (request.layout) command += " --layout " + *request.layout;
  if (request.format) command += " --format " + *request.format;
  add("--tokens", request.tokens, " tok");
  add("--flops", request.flops, " FLOP");
  add("--price", request.price, " USD/chip/s");
  add("--failure-rate", request.failure_rate, " failures/chip/s");
  add("--checkpoint-interval", request.checkpoint_interval, " s");
  add("--restart-time", request.restart_time, " s");
  if (request.scaling) {
    command += fmt::format(" --scaling {}..{}", request.scaling->from, request.scaling->to);
  }
  return {.facts = {{"offtake", OFFTAKE_VERSION}, {"Catalog", "hash " + catalog.content_hash()}},
          .commands = {command + " --report " + *request.report},
          .note = "The same input and build give the same bytes on any number of threads."};
}

/// The counts of chips that are asked for: those of --scaling, or of a page the ones around the
/// job's own.
std::vector<int> scaling_chips(const TrainRequest& request) {
  if (request.scaling) return study::doublings(request.scaling->from, request.scaling->to);
  if (request.report) return study::doublings(std::max(1, request.chips / 16), 2 * request.chips);
  return {};
}

}  // namespace

Response answer_train(const TrainRequest& request, const catalog::Catalog& catalog,
                      Parallelism parallelism) {
  if (request.profile) return answer_train_by_profile(request, catalog, parallelism);
  std::vector<Problem> problems;
  const auto model = chosen_model(request.model, catalog, problems);
  const auto system = chosen_system(request.system, catalog, problems);
  study::TrainRequest job{.job = {.sequence = static_cast<int>(request.sequence.base_units()),
                                  .global_batch = request.global_batch,
                                  .adapter_rank = request.adapter_rank.value_or(0),
                                  .prediction_modules = request.prediction_modules.value_or(0)},
                          .chips = request.chips};
  if (request.expert_load) job.assumptions.expert_load = *request.expert_load;
  if (request.format) {
    if (const auto format = chosen_format("--format", *request.format, problems)) {
      job.job.format = *format;
    }
  }
  if (request.space == "whole") {
    job.space = perf::LayoutSpace::whole();
  } else if (request.space) {
    problems.push_back(
        {{}, "--space", "whole, or --profile beside it", "\"" + *request.space + "\""});
  }
  if (request.pareto) {
    job.pareto_chips = study::doublings(request.pareto->from, request.pareto->to);
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
  std::string price_source = "given";
  if (!job.price) {
    if (const catalog::Price* price = study::rental_price(catalog, *system)) {
      job.price = price->price;
      price_source = price->source;
    }
  }
  job.run = {.failure_rate = request.failure_rate,
             .restart = request.restart_time,
             .checkpoint_interval = request.checkpoint_interval};

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
  std::optional<study::Scaling> scaling;
  if (const std::vector<int> chips = scaling_chips(request); !chips.empty()) {
    scaling = study::training_scaling(*system, *model, job, chips, parallelism);
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
  if (answer->run) json["run"] = run_json(*answer);
  json["best"] = layouts_json(answer->best);
  if (request.pareto) json["pareto"] = layouts_json(answer->pareto);
  if (scaling) {
    json["scaling"] = {{"strong", curve_json(scaling->strong)},
                       {"weak", curve_json(scaling->weak)}};
  }
  json["evaluated"] = answer->evaluated;
  json["elapsed_s"] = elapsed;
  const TrainResults results{.heading = heading,
                             .system = *system,
                             .answer = *answer,
                             .price = job.price.value_or(ChipPrice{}),
                             .price_source = price_source,
                             .scaling = scaling ? &*scaling : nullptr};
  Response response{.text = train_text(results), .json = json.dump(2)};
  if (request.report) {
    const std::filesystem::path page(*request.report);
    response.files = {{page.filename().string(), report::html_report(findings::training_report(
                                                     {.catalog = catalog,
                                                      .system = *system,
                                                      .answer = *answer,
                                                      .scaling = scaling ? &*scaling : nullptr,
                                                      .title = heading,
                                                      .facts = page_facts(*answer, job),
                                                      .run = page_run(request, catalog)}))}};
    response.folder = page.has_parent_path() ? page.parent_path().string() : ".";
  }
  return response;
}

}  // namespace offtake::api
