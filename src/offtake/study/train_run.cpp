#include "offtake/study/train_run.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "offtake/base/input_error.hpp"
#include "offtake/model/parameter_count.hpp"
#include "offtake/perf/layout_rules.hpp"
#include "offtake/perf/site_power.hpp"
#include "offtake/perf/step_error.hpp"
#include "offtake/perf/training_rates.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::study {

using namespace literals;

namespace {

void check(const hardware::System& system, const model::ModelArchitecture& model,
           const TrainRequest& request) {
  std::vector<Problem> problems;
  const auto expect_positive = [&](std::string_view path, int value) {
    if (value >= 1) return;
    problems.push_back({.path = std::string(path),
                        .expected = "a number of at least 1",
                        .found = fmt::format("{}", value)});
  };
  expect_positive("/chips", request.chips);
  expect_positive("/sequence", request.job.sequence);
  expect_positive("/global_batch", request.job.global_batch);
  if (!perf::training_rates(system, request.job.format)) {
    problems.push_back({.path = "/format",
                        .expected = fmt::format("a format that {} multiplies", system.name),
                        .found = std::string(hardware::name(request.job.format))});
  }
  if (problems.empty() && request.layout) {
    const perf::TrainingWork work = perf::training_work(model, request.job.sequence);
    for (const std::string& problem :
         perf::layout_problems(*request.layout, work, request.job,
                               {.chips = request.chips, .scale_up_chips = system.scale_up.chips})) {
      problems.push_back({.path = "/layout",
                          .expected = "a layout that fits the job and the network",
                          .found = problem});
    }
  }
  if (!problems.empty()) throw InputError(std::move(problems));
}

NoTraining no_training(const perf::TrainingDoesNotFit& shortage, std::size_t evaluated) {
  return {.reason = perf::describe(shortage), .shortage = shortage, .evaluated = evaluated};
}

NoTraining no_training(const perf::NoTrainingStep& why) {
  if (const auto* shortage = std::get_if<perf::TrainingDoesNotFit>(&why)) {
    return no_training(*shortage, 1);
  }
  return {.reason = perf::describe(std::get<perf::NoPlacement>(why)), .evaluated = 1};
}

/// The layout that was asked for, or the best ones of a search.
std::expected<perf::LayoutSearch, NoTraining> find_layouts(const perf::TrainingModel& model,
                                                           const hardware::System& system,
                                                           const TrainRequest& request,
                                                           Parallelism parallelism) {
  if (request.layout) {
    if (auto place = model.place(*request.layout); !place) {
      return std::unexpected(no_training(std::move(place).error()));
    }
    const auto step = model.step(*request.layout);
    if (!step) return std::unexpected(no_training(step.error()));
    return perf::LayoutSearch{
        .best = {{.layout = *request.layout, .step = *step}}, .evaluated = 1, .fitting = 1};
  }
  perf::LayoutSearch found = perf::search_layouts(model, system, request.chips, request.space,
                                                  request.best_count, parallelism);
  if (!found.best.empty()) return found;
  if (found.unplaced) {
    return std::unexpected(
        NoTraining{.reason = perf::describe(*found.unplaced), .evaluated = found.evaluated});
  }
  if (found.nearest) return std::unexpected(no_training(*found.nearest, found.evaluated));
  return std::unexpected(
      NoTraining{.reason = fmt::format("no layout deals out {} samples over {} chips",
                                       request.job.global_batch, request.chips),
                 .evaluated = found.evaluated});
}

template <class T, class Function>
auto yield_of(const perf::Yield<T>& input, Function function) {
  return perf::Yield<decltype(function(input.value))>{
      .value = function(input.value), .low = function(input.low), .high = function(input.high)};
}

/// The same of a figure that falls where the input grows.
template <class T, class Function>
auto falling_yield_of(const perf::Yield<T>& input, Function function) {
  auto yield = yield_of(input, function);
  std::swap(yield.low, yield.high);
  return yield;
}

RunConditions run_conditions(const hardware::System& system, const model::ModelArchitecture& model,
                             const TrainRequest& request, Seconds step) {
  const perf::ParameterBytes& bytes = request.assumptions.parameter;
  return {.reliability = chosen_reliability(system.training.reliability, request.run),
          .state = model::parameter_count(model).total() * (bytes.weight + bytes.optimizer),
          .chips = request.chips,
          .step = step,
          .checkpoint_interval = request.run.checkpoint_interval};
}

/// Refuses an interval between checkpoints that is shorter than writing one takes.
void check_interval(const RunConditions& conditions) {
  if (!conditions.checkpoint_interval) return;
  const Seconds write =
      perf::checkpoint_cost(conditions.reliability, conditions.state, conditions.chips * 1.0_chips)
          .write();
  if (*conditions.checkpoint_interval >= write && *conditions.checkpoint_interval > 0.0_s) return;
  throw InputError({{.path = "/checkpoint_interval",
                     .expected = fmt::format("at least the {:.3g} s that a checkpoint of {:.3g} GB "
                                             "takes to write",
                                             write.in(1.0_s), conditions.state.in(1.0_GB)),
                     .found = fmt::format("{:.3g} s", conditions.checkpoint_interval->in(1.0_s))}});
}

/// Chips draw their idle power while the job restarts or is stopped for maintenance.
Watts mean_power(const hardware::SitePower& power, const perf::Goodput& goodput) {
  return perf::site_power(power, 1.0 - goodput.restart - goodput.maintenance);
}

TrainingRun whole_run(const perf::TrainingModel& model, const hardware::System& system,
                      const TrainRequest& request, const TrainAnswer& answer) {
  const Tokens tokens =
      std::holds_alternative<Tokens>(*request.amount)
          ? std::get<Tokens>(*request.amount)
          : model.tokens() * (std::get<Flops>(*request.amount) / model.model_flops());
  const double steps = tokens / model.tokens();
  const perf::Goodput& goodput = answer.goodput.shares;
  TrainingRun run{.tokens = tokens};
  run.duration_of_steps = yield_of(answer.step_time, [&](Seconds step) { return steps * step; });
  run.duration = product(run.duration_of_steps, elapsed_per_step_time(answer.conditions));
  run.failures_expected =
      run.duration.value * answer.goodput.job.failure_rate * (1.0 - goodput.maintenance);
  const Watts power = request.chips * mean_power(system.power, goodput);
  run.energy = yield_of(run.duration, [&](Seconds duration) { return duration * power; });
  if (request.price) {
    run.cost = yield_of(run.duration, [&](Seconds duration) {
      return duration * (request.chips * 1.0_chips) * *request.price;
    });
  }
  return run;
}

}  // namespace

std::vector<perf::FoundLayout> without_twins(std::vector<perf::FoundLayout> found) {
  const auto alike = [](const perf::FoundLayout& a, const perf::FoundLayout& b) {
    return a.step.time.total() == b.step.time.total() &&
           a.step.memory.total() == b.step.memory.total();
  };
  const auto twins = std::ranges::unique(found, alike);
  found.erase(twins.begin(), twins.end());
  return found;
}

std::expected<TrainAnswer, NoTraining> train_run(const hardware::System& system,
                                                 const model::ModelArchitecture& model,
                                                 const TrainRequest& request,
                                                 Parallelism parallelism) {
  check(system, model, request);
  check_interval(run_conditions(system, model, request, {}));
  const perf::TrainingModel training(model, system, request.job, request.assumptions);
  auto found = find_layouts(training, system, request, parallelism);
  if (!found) return std::unexpected(found.error());
  const perf::FoundLayout& first = found->best.front();
  const perf::Yield<Seconds> step_time =
      perf::with_band(first.step.time.total(), perf::step_error(system, model));
  const Chips chips = request.chips * 1.0_chips;
  const double mfu = training.mfu(first.step.time, request.chips);

  TrainAnswer answer{
      .layout = first.layout,
      .step_time = step_time,
      .tokens_per_chip = falling_yield_of(
          step_time, [&](Seconds step) { return training.tokens() / step / chips; }),
      .mfu =
          falling_yield_of(step_time, [&](Seconds step) { return mfu * (step_time.value / step); }),
      .model_flops_per_chip = falling_yield_of(
          step_time, [&](Seconds step) { return training.model_flops() / step / request.chips; }),
      .memory = first.step.memory,
      .memory_by_stage = training.memory_by_rank(first.layout),
      .breakdown = first.step.time,
      .evaluated = found->evaluated,
      .fitting = found->fitting};
  answer.conditions = run_conditions(system, model, request, step_time.value);
  answer.goodput = run_goodput(answer.conditions);
  if (request.amount) answer.run = whole_run(training, system, request, answer);
  answer.best = std::move(found->best);
  if (!request.pareto_chips.empty()) {
    answer.pareto =
        perf::pareto_layouts(training, system, request.pareto_chips, request.space, parallelism);
  }
  return answer;
}

}  // namespace offtake::study
