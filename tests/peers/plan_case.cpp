// Plans a case of plan_cases.py and prints what it costs and how long that took, as JSON:
//   plan_case FILE extensive_form|l_shaped
#include <fmt/format.h>

#include <chrono>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "offtake/lp/extensive_form.hpp"
#include "offtake/lp/highs_solver.hpp"
#include "offtake/lp/l_shaped.hpp"
#include "offtake/plan/plan_program.hpp"

using namespace offtake;
using Json = nlohmann::json;

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

plan::PlanProblem problem_of(const Json& json) {
  plan::PlanProblem problem;
  const std::size_t workloads = json["ratio"].size();
  const std::size_t chips = json["ratio"][0].size();
  const std::size_t months = json["need"][0][0].size();
  for (std::size_t m = 0; m < months; ++m) {
    problem.periods.push_back({.label = fmt::format("month {}", m + 1), .years = 1.0});
  }
  problem.blocks = {{.name = "all hours"}};
  for (std::size_t w = 0; w < workloads; ++w) {
    problem.workloads.push_back({.name = fmt::format("work {}", w), .in_block = {1}});
  }
  for (std::size_t c = 0; c < chips; ++c) {
    plan::Pool pool{.name = fmt::format("chip {}", c), .movable = std::vector(workloads, 1.0)};
    for (std::size_t w = 0; w < workloads; ++w) pool.ratio.push_back(json["ratio"][w][c]);
    problem.pools.push_back(pool);
    problem.rentals.push_back({.name = pool.name, .pool = static_cast<int>(c)});
  }
  std::vector<plan::LeverEffect> effects;
  for (const Json& offer : json["offers"]) {
    const double price = offer["price"];
    const double take = offer["min_take"];
    problem.levers.push_back({.name = "offer",
                              .source = static_cast<int>(problem.sources.size()),
                              .max = offer["size"]});
    problem.sources.push_back({.name = "offer",
                               .pool = offer["chip"],
                               .price = price,
                               .take_price = price,
                               .extra_take = take < 1.0});
    effects.push_back({.capacity = std::vector(months, take),
                       .extra = std::vector(months, 1.0 - take),
                       .bill = std::vector(months, take * price)});
  }
  for (std::size_t s = 0; s < json["probability"].size(); ++s) {
    plan::Scenario scenario{.probability = json["probability"][s]};
    for (std::size_t w = 0; w < workloads; ++w) {
      scenario.need.emplace_back();
      for (const double need : json["need"][s][w]) scenario.need.back().push_back({need});
      scenario.unmet_price.emplace_back(months, json["unmet_price"][w].get<double>());
      scenario.lost_receipts.emplace_back(months, 0.0);
    }
    scenario.signed_capacity.assign(chips, std::vector(months, 0.0));
    scenario.signed_bill.assign(months, 0.0);
    scenario.rental_price = json["hourly_price"][s].get<std::vector<std::vector<double>>>();
    scenario.rental_max.assign(chips, std::vector(months, lp::kInfinity));
    scenario.effects = effects;
    problem.scenarios.push_back(scenario);
  }
  return problem;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 3) {
    fmt::print(stderr, "plan_case FILE extensive_form|l_shaped\n");
    return 2;
  }
  std::ifstream file(arguments[1]);
  const plan::PlanProblem problem = problem_of(Json::parse(file));
  const lp::HighsSolver solver;
  const auto start = Clock::now();
  const lp::StochasticProgram program = plan::plan_program(problem).program;
  double objective = 0.0, build = 0.0;
  if (std::string(arguments[2]) == "extensive_form") {
    const lp::LinearProgram all = lp::extensive_form(program, {});
    build = seconds_since(start);
    objective = solver.solve(all).objective;
  } else {
    build = seconds_since(start);
    objective = lp::LShaped(program, solver, {2}).solve({.gap_absolute = 0.0, .gap = 1e-8}).objective;
  }
  fmt::print("{}\n", Json{{"objective", objective},
                          {"build_s", build},
                          {"solve_s", seconds_since(start) - build}}
                         .dump());
}
