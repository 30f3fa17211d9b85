#pragma once

#include <vector>

#include "offtake/plan/plan_problem.hpp"

/// Problems small enough to be solved by hand, for tests: one year, one workload, one pool.
namespace offtake::plan::toy {

/// A scenario in which `need` chips are asked for and may be rented at `price` each.
inline Scenario scenario(double probability, double need, double price = 1.0) {
  return {.probability = probability,
          .need = {{{need}}},
          .unmet_price = {{100.0}},
          .lost_receipts = {{0.0}},
          .signed_capacity = {{0.0}},
          .signed_bill = {0.0},
          .rental_price = {{price}},
          .rental_max = {{1000.0}}};
}

/// No levers yet; scenarios must be given.
inline PlanProblem problem() {
  return {.periods = {{.label = "2026", .year = 2026, .years = 1.0}},
          .blocks = {{"all hours"}},
          .workloads = {{.name = "serving", .in_block = {1}}},
          .pools = {{.name = "gpu", .ratio = {1.0}, .movable = {1.0}}},
          .rentals = {{.name = "on demand"}}};
}

/// Adds an offer of capacity for the year: `price` a chip, of which the share `min_take` is due
/// used or not. Returns its lever.
inline int add_offer(PlanProblem& problem, double price, double min_take = 1.0,
                     double max = 1000.0) {
  problem.sources.push_back(
      {.name = "offer", .price = price, .take_price = price, .extra_take = min_take < 1.0});
  problem.levers.push_back(
      {.name = "offer", .source = static_cast<int>(problem.sources.size()) - 1, .max = max});
  for (Scenario& scenario : problem.scenarios) {
    scenario.effects.push_back(
        {.capacity = {min_take}, .extra = {1.0 - min_take}, .bill = {min_take * price}});
  }
  return static_cast<int>(problem.levers.size()) - 1;
}

}  // namespace offtake::plan::toy
