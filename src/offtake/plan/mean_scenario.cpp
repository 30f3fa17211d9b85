#include "offtake/plan/mean_scenario.hpp"

#include <vector>

namespace offtake::plan {
namespace {

void add(LeverEffect& sum, const LeverEffect& effect, double weight);

void add(double& sum, double value, double weight) { sum += weight * value; }

template <class T>
void add(std::vector<T>& sum, const std::vector<T>& values, double weight) {
  if (values.empty()) return;
  sum.resize(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) add(sum[i], values[i], weight);
}

void add(LeverEffect& sum, const LeverEffect& effect, double weight) {
  if (!effect.acts) return;
  add(sum.capacity, effect.capacity, weight);
  add(sum.extra, effect.extra, weight);
  add(sum.bill, effect.bill, weight);
  add(sum.inflow, effect.inflow, weight);
  add(sum.cost, effect.cost, weight);
}

}  // namespace

PlanProblem mean_problem(const PlanProblem& problem) {
  Scenario mean{.probability = 1.0};
  for (const Scenario& s : problem.scenarios) {
    const double p = s.probability;
    add(mean.need, s.need, p);
    add(mean.unmet_price, s.unmet_price, p);
    add(mean.lost_receipts, s.lost_receipts, p);
    add(mean.signed_capacity, s.signed_capacity, p);
    add(mean.signed_bill, s.signed_bill, p);
    add(mean.rental_price, s.rental_price, p);
    add(mean.rental_max, s.rental_max, p);
    add(mean.rental_billed, s.rental_billed, p);
    add(mean.effects, s.effects, p);
    add(mean.revenue, s.revenue, p);
    add(mean.receipts, s.receipts, p);
    add(mean.other_costs, s.other_costs, p);
    add(mean.inflow, s.inflow, p);
    add(mean.debt_max, s.debt_max, p);
  }
  PlanProblem one = problem;
  one.scenarios = {mean};
  return one;
}

}  // namespace offtake::plan
