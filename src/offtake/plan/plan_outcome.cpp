#include "offtake/plan/plan_outcome.hpp"

#include <algorithm>

namespace offtake::plan {
namespace {

using Table = std::vector<std::vector<double>>;

double at(const std::vector<double>& values, std::size_t index) {
  return values.empty() ? 0.0 : values[index];
}

class OutcomeReader {
 public:
  OutcomeReader(const PlanProblem& problem, const RecourseColumns& columns,
                const Scenario& scenario, std::span<const double> x,
                std::span<const double> recourse)
      : problem_(problem), columns_(columns), scenario_(scenario), x_(x), recourse_(recourse) {}

  ScenarioOutcome read() {
    const std::size_t periods = problem_.periods.size();
    outcome_.source_capacity = table(problem_.sources.size());
    outcome_.source_spend = table(problem_.sources.size());
    outcome_.rented = table(problem_.rentals.size());
    outcome_.rental_spend = table(problem_.rentals.size());
    outcome_.used = table(problem_.pools.size());
    outcome_.served_by = table(problem_.workloads.size() * problem_.pools.size());
    outcome_.unmet = table(problem_.workloads.size());
    for (auto* row : {&outcome_.need, &outcome_.new_spend, &outcome_.emergency, &outcome_.cash}) {
      row->assign(periods, 0.0);
    }
    for (std::size_t t = 0; t < periods; ++t) {
      read_levers(t);
      read_rentals(t);
      read_work(t);
      read_money(t);
    }
    for (std::size_t l = 0; l < problem_.levers.size(); ++l) {
      if (scenario_.effects[l].acts) outcome_.cost.financing += scenario_.effects[l].cost * x_[l];
    }
    return std::move(outcome_);
  }

 private:
  Table table(std::size_t rows) const {
    return Table(rows, std::vector<double>(problem_.periods.size()));
  }
  double value(int column) const {
    return column < 0 ? 0.0 : recourse_[static_cast<std::size_t>(column)];
  }

  void read_levers(std::size_t t) {
    const Period& period = problem_.periods[t];
    for (std::size_t l = 0; l < problem_.levers.size(); ++l) {
      const LeverEffect& effect = scenario_.effects[l];
      if (!effect.acts) continue;
      outcome_.new_spend[t] += at(effect.bill, t) * x_[l];
      if (const int source = problem_.levers[l].source; source >= 0) {
        outcome_.source_capacity[static_cast<std::size_t>(source)][t] +=
            at(effect.capacity, t) * x_[l];
        outcome_.source_spend[static_cast<std::size_t>(source)][t] += at(effect.bill, t) * x_[l];
      }
    }
    outcome_.cost.new_bills += period.discount * outcome_.new_spend[t];
    for (std::size_t k = 0; k < problem_.sources.size(); ++k) {
      const double extra = value(columns_.extra[k][t]);
      const double paid = extra * take_cost(problem_.sources[k], t) * period.years;
      outcome_.source_capacity[k][t] += extra;
      outcome_.source_spend[k][t] += paid;
      outcome_.new_spend[t] += paid;
      outcome_.cost.extra_take += period.discount * paid;
    }
  }

  void read_rentals(std::size_t t) {
    const Period& period = problem_.periods[t];
    for (std::size_t r = 0; r < problem_.rentals.size(); ++r) {
      for (std::size_t b = 0; b < problem_.blocks.size(); ++b) {
        const double hours = problem_.rentals[r].held ? 1.0 : problem_.blocks[b].share;
        const double chips = hours * value(columns_.rental[r][t][b]);
        outcome_.rented[r][t] += chips;
        outcome_.rental_spend[r][t] += chips * rental_cost(scenario_, r, t, b) * period.years;
      }
      outcome_.cost.rentals += period.discount * outcome_.rental_spend[r][t];
    }
  }

  void read_work(std::size_t t) {
    const Period& period = problem_.periods[t];
    for (std::size_t w = 0; w < problem_.workloads.size(); ++w) {
      for (std::size_t b = 0; b < problem_.blocks.size(); ++b) {
        const double share = problem_.blocks[b].share;
        const double hours = problem_.workloads[w].deferrable ? 1.0 : share;
        outcome_.unmet[w][t] += hours * value(columns_.unmet[w][t][b]);
        outcome_.need[t] += share * scenario_.need[w][t][b];
        for (std::size_t c = 0; c < problem_.pools.size(); ++c) {
          const double chips = share * value(columns_.use[w][c][t][b]);
          outcome_.used[c][t] += chips;
          outcome_.served_by[w * problem_.pools.size() + c][t] +=
              chips * problem_.pools[c].ratio[w];
        }
      }
      outcome_.cost.unmet +=
          period.discount * period.years * scenario_.unmet_price[w][t] * outcome_.unmet[w][t];
    }
  }

  void read_money(std::size_t t) {
    const Period& period = problem_.periods[t];
    outcome_.cost.signed_bills += period.discount * scenario_.signed_bill[t];
    outcome_.cost.other_costs += period.discount * at(scenario_.other_costs, t);
    outcome_.cost.revenue += period.discount * at(scenario_.revenue, t);
    if (!problem_.cash) return;
    outcome_.cash[t] = value(columns_.cash[t]);
    outcome_.emergency[t] = value(columns_.emergency[t]);
    outcome_.cost.financing +=
        period.discount * problem_.cash->emergency_price * outcome_.emergency[t];
    for (std::size_t f = 0; f < problem_.cash->debt.size(); ++f) {
      outcome_.cost.financing += period.discount * period.years * problem_.cash->debt[f].spread *
                                 value(columns_.debt[f][t]);
    }
  }

  const PlanProblem& problem_;
  const RecourseColumns& columns_;
  const Scenario& scenario_;
  std::span<const double> x_;
  std::span<const double> recourse_;
  ScenarioOutcome outcome_;
};

}  // namespace

ScenarioOutcome scenario_outcome(const PlanProblem& problem, const RecourseColumns& columns,
                                 std::size_t index, std::span<const double> x,
                                 std::span<const double> recourse) {
  return OutcomeReader(problem, columns, problem.scenarios[index], x, recourse).read();
}

}  // namespace offtake::plan
