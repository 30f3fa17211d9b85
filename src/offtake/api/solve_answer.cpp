#include "offtake/api/solve_answer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <nlohmann/json.hpp>

#include "offtake/api/text_table.hpp"
#include "offtake/lp/highs_solver.hpp"
#include "offtake/lp/mean_program.hpp"
#include "offtake/lp/recourse_cost.hpp"
#include "offtake/lp/risk_measure.hpp"
#include "offtake/lp/sample_average.hpp"
#include "offtake/lp/smps_program.hpp"
#include "offtake/lp/two_stage_solve.hpp"
#include "offtake/lp/wait_and_see.hpp"

namespace offtake::api {
namespace {

using Json = nlohmann::ordered_json;
using Clock = std::chrono::steady_clock;

/// Futures that are counted rather than drawn, at most.
constexpr double kScenariosMax = 20'000;

/// What is told of a program, as its file states it: a maximised objective is turned back.
struct SolveAnswer {
  lp::Status status = lp::Status::kOptimal;
  std::string reason;  ///< Where there is no first stage.
  bool maximised = false;
  double objective = 0.0;     ///< Minimised.
  double bound = 0.0;         ///< The same: the objective of no first stage is below it.
  double objective_high = 0;  ///< The same: the end of its confidence interval; else the objective.
  std::size_t scenarios = 0;
  std::vector<double> first_stage;
  lp::TwoStageMethod method = lp::TwoStageMethod::kExtensiveForm;
  int iterations = 0;
  std::optional<lp::SampleAverage> sample;
  std::optional<double> wait_and_see;
  std::optional<double> expected_value_cost;  ///< Infinity where that plan has no recourse.

  double gap() const {
    if (!std::isfinite(bound)) return lp::kInfinity;
    const double difference = std::max(0.0, objective_high - bound);
    return difference == 0.0 ? 0.0 : difference / std::max(std::abs(objective), 1e-12);
  }
};

std::string_view status_name(lp::Status status) {
  switch (status) {
    case lp::Status::kOptimal:
      return "optimal";
    case lp::Status::kTimeLimit:
      return "time_limit";
    case lp::Status::kInfeasible:
      return "infeasible";
    case lp::Status::kUnbounded:
      return "unbounded";
    case lp::Status::kFailed:
      return "failed";
  }
  return "failed";
}

std::string reason_without_answer(lp::Status status) {
  switch (status) {
    case lp::Status::kInfeasible:
      return "no first stage leaves every scenario a recourse";
    case lp::Status::kUnbounded:
      return "the expected objective improves without end";
    case lp::Status::kTimeLimit:
      return "no feasible first stage was found in the time given";
    default:
      return "the solver gave up";
  }
}

/// Solves in the time that the request gives, counted from when this is made.
class Solving {
 public:
  Solving(const SolveRequest& request, const Surroundings& surroundings)
      : request_(request), surroundings_(surroundings), program_(files(request)) {}

  SolveAnswer run() {
    answer_.maximised = program_.maximised();
    if (request_.samples) {
      run_sample(static_cast<std::size_t>(*request_.samples));
    } else {
      run_whole();
    }
    if (answer_.first_stage.empty() && answer_.reason.empty()) {
      answer_.reason = reason_without_answer(answer_.status);
    }
    return std::move(answer_);
  }
  const std::vector<std::string>& first_stage_names() const { return program_.first_stage_names(); }
  double elapsed_s() const { return std::chrono::duration<double>(Clock::now() - begin_).count(); }

 private:
  static lp::SmpsFiles files(const SolveRequest& request) {
    return {.core = {request.core.name, request.core.text},
            .time = {request.time.name, request.time.text},
            .stochastics = {request.stochastics.name, request.stochastics.text}};
  }

  void run_whole() {
    if (program_.scenario_count() > kScenariosMax) refuse_to_count();
    const lp::StochasticProgram program = program_.enumerate();
    answer_.method = method(program).value_or(lp::suited_method(program));
    answer_.scenarios = program.scenarios.size();
    const lp::TwoStageQuestion question = ask(program);
    const lp::StagedSolution solution =
        lp::solve_two_stage(program, answer_.method, question, solver_);
    answer_.status = solution.status;
    answer_.objective = answer_.objective_high = solution.objective;
    answer_.bound = solution.bound;
    answer_.first_stage = solution.first_stage;
    answer_.iterations = solution.iterations;
    if (request_.information && !answer_.first_stage.empty())
      measure_information(program, question);
  }

  void run_sample(std::size_t samples) {
    const lp::DrawScenarios draw = [this](std::string_view purpose, std::size_t first,
                                          std::size_t count) {
      return program_.sample(
          {.count = count, .first = first, .seed = request_.seed, .purpose = purpose});
    };
    const lp::StochasticProgram one = draw("replication/0", 0, samples);
    answer_.method = method(one).value_or(lp::suited_method(one));
    answer_.scenarios = samples;
    const std::size_t fresh = request_.fresh ? static_cast<std::size_t>(*request_.fresh)
                                             : std::max<std::size_t>(1000, 10 * samples);
    lp::SampleAverage sample =
        lp::sample_average(draw,
                           {.samples = samples,
                            .replications = static_cast<std::size_t>(request_.replications),
                            .fresh = fresh,
                            .method = answer_.method,
                            .each = ask(one)},
                           solver_);
    answer_.status = sample.status;
    answer_.iterations = sample.iterations;
    answer_.bound = sample.lower.mean - sample.lower.half_width;
    answer_.objective = sample.upper.mean;
    answer_.objective_high = sample.upper.mean + sample.upper.half_width;
    answer_.first_stage = sample.first_stage;
    if (sample.without_recourse > 0) {
      answer_.status = lp::Status::kInfeasible;
      answer_.reason = fmt::format(
          "the best first stage of the samples has no recourse in {} of {} fresh scenarios",
          sample.without_recourse, fresh);
      answer_.first_stage.clear();
    }
    answer_.sample = std::move(sample);
  }

  [[noreturn]] void refuse_to_count() const {
    const double count = program_.scenario_count();
    throw InputError(
        {{{request_.stochastics.name},
          "--samples",
          fmt::format("a number of scenarios to draw: more than {:.0f} cannot be "
                      "counted out",
                      kScenariosMax),
          std::isinf(count) ? "continuous laws" : fmt::format("{:.6g} scenarios", count)}});
  }

  std::optional<lp::TwoStageMethod> method(const lp::StochasticProgram& program) const {
    const std::string word = request_.method.value_or("auto");
    if (word == "auto") return std::nullopt;
    if (word == "ef") return lp::TwoStageMethod::kExtensiveForm;
    if (lp::has_whole_recourse(program)) {
      throw InputError({{{request_.core.name},
                         "--method",
                         "ef: cuts need a recourse without whole columns",
                         "lshaped"}});
    }
    return lp::TwoStageMethod::kLShaped;
  }

  lp::TwoStageQuestion ask(const lp::StochasticProgram& program) const {
    lp::TwoStageQuestion question{
        .gap = request_.gap.value_or(lp::has_whole_recourse(program) ? 1e-4 : 1e-6),
        .seconds_left = {},
        .parallelism = surroundings_.parallelism,
        .progress = surroundings_.progress};
    if (request_.time_limit) {
      question.seconds_left = [this] { return request_.time_limit->base_units() - elapsed_s(); };
    }
    return question;
  }

  void measure_information(const lp::StochasticProgram& program,
                           const lp::TwoStageQuestion& question) {
    std::vector<double> probabilities;
    for (const lp::ScenarioBlock& block : program.scenarios) {
      probabilities.push_back(block.probability);
    }
    tell(surroundings_.progress, "each scenario alone", 0.0);
    answer_.wait_and_see = lp::mean(
        lp::wait_and_see(program, solver_,
                         {.gap = question.gap, .start = {}, .parallelism = question.parallelism}),
        probabilities);
    const lp::StagedSolution expected = lp::solve_two_stage(
        lp::mean_program(program), lp::TwoStageMethod::kExtensiveForm, question, solver_);
    if (expected.first_stage.empty()) return;
    answer_.expected_value_cost =
        lp::mean(lp::scenario_costs(program, expected.first_stage, solver_, question.gap,
                                    question.parallelism),
                 probabilities);
  }

  const SolveRequest& request_;
  const Surroundings& surroundings_;
  Clock::time_point begin_ = Clock::now();
  lp::SmpsProgram program_;
  lp::HighsSolver solver_;
  SolveAnswer answer_;
};

Json figure(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

Json interval_json(const lp::Estimate& estimate, double sign) {
  const double mean = sign * estimate.mean;
  return {{"value", figure(mean)},
          {"low", figure(mean - estimate.half_width)},
          {"high", figure(mean + estimate.half_width)}};
}

std::string json_of(const SolveAnswer& answer, const std::vector<std::string>& names,
                    double elapsed_s) {
  const double sign = answer.maximised ? -1.0 : 1.0;
  const bool found = !answer.first_stage.empty();
  Json json{{"status", status_name(answer.status)}, {"sense", answer.maximised ? "max" : "min"}};
  const Json best = found ? figure(sign * answer.objective_high) : Json(nullptr);
  const Json bound = figure(sign * answer.bound);
  json["objective"] = found ? figure(sign * answer.objective) : Json(nullptr);
  json["lower_bound"] = answer.maximised ? best : bound;
  json["upper_bound"] = answer.maximised ? bound : best;
  json["gap"] = found ? figure(answer.gap()) : Json(nullptr);
  json["scenarios"] = answer.scenarios;
  json["first_stage"] = Json::object();
  for (std::size_t j = 0; j < answer.first_stage.size(); ++j) {
    json["first_stage"][names[j]] = answer.first_stage[j];
  }
  json["method"] = answer.method == lp::TwoStageMethod::kExtensiveForm ? "ef" : "lshaped";
  json["iterations"] = answer.iterations;
  if (answer.sample && found) {
    json["sample_optimum"] = interval_json(answer.sample->lower, sign);
    json["first_stage_objective"] = interval_json(answer.sample->upper, sign);
  }
  if (answer.wait_and_see) {
    json["wait_and_see"] = figure(sign * *answer.wait_and_see);
    json["evpi"] = figure(answer.objective - *answer.wait_and_see);
  }
  if (answer.expected_value_cost) {
    json["expected_value_objective"] = figure(sign * *answer.expected_value_cost);
    json["vss"] = figure(*answer.expected_value_cost - answer.objective);
  }
  if (!found) json["error"] = {{"message", answer.reason}};
  json["elapsed_s"] = elapsed_s;
  return json.dump(2);
}

std::string text_of(const SolveAnswer& answer, const std::vector<std::string>& names,
                    double elapsed_s, int width) {
  const std::string how =
      fmt::format("{} of {} scenarios, {} iterations, {:.1f} s\n", lp::name_of(answer.method),
                  answer.scenarios, answer.iterations, elapsed_s);
  if (answer.first_stage.empty()) {
    return fmt::format("No answer: {}.\n{}", answer.reason, how);
  }
  const double sign = answer.maximised ? -1.0 : 1.0;
  std::string text =
      fmt::format("{} {:.10g}, {} {:.10g}, gap {:.2g}%{}\n{}",
                  answer.sample ? "measured objective" : "objective", sign * answer.objective,
                  answer.sample ? "95% bound" : "bound", sign * answer.bound, 100.0 * answer.gap(),
                  answer.status == lp::Status::kOptimal ? "" : " (stopped early)", how);
  if (answer.sample) {
    text += fmt::format("optima of samples {:.8g} ± {:.3g}, first stage {:.8g} ± {:.3g} (95%)\n",
                        sign * answer.sample->lower.mean, answer.sample->lower.half_width,
                        sign * answer.sample->upper.mean, answer.sample->upper.half_width);
  }
  if (answer.wait_and_see) {
    text += fmt::format("value of foresight {:.8g}\n", answer.objective - *answer.wait_and_see);
  }
  if (answer.expected_value_cost) {
    text += std::isfinite(*answer.expected_value_cost)
                ? fmt::format("value of planning for uncertainty {:.8g}\n",
                              *answer.expected_value_cost - answer.objective)
                : std::string("the mean scenario's first stage leaves a scenario no recourse\n");
  }
  std::vector<std::vector<std::string>> rows;
  for (std::size_t j = 0; j < names.size(); ++j) {
    if (answer.first_stage[j] != 0.0) {
      rows.push_back({names[j], fmt::format("{:.10g}", answer.first_stage[j])});
    }
  }
  return text + text_table({{"first stage"}, {"value", Align::kRight}}, rows, width);
}

}  // namespace

Response answer_solve(const SolveRequest& request, const Surroundings& surroundings) {
  Solving solving(request, surroundings);
  const SolveAnswer answer = solving.run();
  const double elapsed = solving.elapsed_s();
  return {.outcome = answer.first_stage.empty() ? Outcome::kTrueNo : Outcome::kAnswered,
          .text = text_of(answer, solving.first_stage_names(), elapsed, surroundings.width),
          .json = json_of(answer, solving.first_stage_names(), elapsed),
          .files = {},
          .folder = {}};
}

}  // namespace offtake::api
