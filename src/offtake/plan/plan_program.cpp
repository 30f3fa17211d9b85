#include "offtake/plan/plan_program.hpp"

#include <cstddef>

#include "offtake/base/expects.hpp"

namespace offtake::plan {
namespace {

double at(const std::vector<double>& values, std::size_t index) {
  return values.empty() ? 0.0 : values[index];
}

lp::LinearProgram first_stage(const PlanProblem& problem) {
  lp::LinearProgram program;
  for (const Lever& lever : problem.levers) {
    program.add_column({.upper = lever.max, .whole = lever.whole});
  }
  for (const LeverLimit& limit : problem.limits) program.add_row(limit.interval, limit.terms);
  return program;
}

/// Writes one scenario's block. Every method adds one family of rows; columns come first.
class BlockWriter {
 public:
  BlockWriter(const PlanProblem& problem, const Scenario& scenario)
      : problem_(problem), scenario_(scenario) {
    block_.probability = scenario.probability;
  }

  void write() {
    add_constants();
    add_columns();
    add_need_rows();
    add_pool_rows();
    add_gated_rental_rows();
    add_extra_rows();
    if (problem_.cash) add_cash_rows();
    add_lever_costs();
  }
  lp::ScenarioBlock take_block() { return std::move(block_); }
  RecourseColumns take_columns() { return std::move(columns_); }

 private:
  std::size_t periods() const { return problem_.periods.size(); }
  std::size_t blocks() const { return problem_.blocks.size(); }
  /// Discounted money of one unit of `money_a_year` held through period t.
  double held(std::size_t t, double money_a_year) const {
    return money_a_year * problem_.periods[t].years * problem_.periods[t].discount;
  }
  bool runs(std::size_t w, std::size_t b) const { return problem_.workloads[w].in_block[b] != 0; }

  void add_constants() {
    for (std::size_t t = 0; t < periods(); ++t) {
      block_.recourse.offset +=
          problem_.periods[t].discount *
          (scenario_.signed_bill[t] + at(scenario_.other_costs, t) - at(scenario_.revenue, t));
    }
  }

  void add_columns() {
    lp::LinearProgram& p = block_.recourse;
    const std::vector<int> no_block(blocks(), -1);
    const std::vector<std::vector<int>> none(periods(), no_block);
    columns_.use.assign(problem_.workloads.size(),
                        std::vector<std::vector<std::vector<int>>>(problem_.pools.size(), none));
    columns_.unmet.assign(problem_.workloads.size(), none);
    columns_.rental.assign(problem_.rentals.size(), none);
    columns_.extra.assign(problem_.sources.size(), std::vector<int>(periods(), -1));
    columns_.pool_row.assign(problem_.pools.size(), none);
    for (std::size_t t = 0; t < periods(); ++t) {
      for (std::size_t w = 0; w < problem_.workloads.size(); ++w) add_work_columns(w, t);
      for (std::size_t r = 0; r < problem_.rentals.size(); ++r) {
        const bool whole_period = problem_.rentals[r].held;
        for (std::size_t b = 0; b < (whole_period ? 1 : blocks()); ++b) {
          const double hours = whole_period ? 1.0 : problem_.blocks[b].share;
          columns_.rental[r][t][b] =
              p.add_column({.objective = held(t, hours * rental_cost(scenario_, r, t, b)),
                            .upper = scenario_.rental_max[r][t]});
        }
      }
      for (std::size_t k = 0; k < problem_.sources.size(); ++k) {
        if (!problem_.sources[k].extra_take) continue;
        columns_.extra[k][t] =
            p.add_column({.objective = held(t, take_cost(problem_.sources[k], t))});
      }
    }
    if (problem_.cash) add_cash_columns();
  }

  void add_work_columns(std::size_t w, std::size_t t) {
    lp::LinearProgram& p = block_.recourse;
    const Workload& work = problem_.workloads[w];
    for (std::size_t b = 0; b < blocks(); ++b) {
      if (!runs(w, b)) continue;
      for (std::size_t c = 0; c < problem_.pools.size(); ++c) {
        const Pool& pool = problem_.pools[c];
        if (pool.ratio[w] <= 0.0 || pool.movable[w] <= 0.0) continue;
        const bool capped = pool.movable[w] < 1.0 && !work.deferrable;
        columns_.use[w][c][t][b] = p.add_column(
            {.upper = capped ? pool.movable[w] * scenario_.need[w][t][b] / pool.ratio[w]
                             : lp::kInfinity});
      }
      if (work.deferrable && columns_.unmet[w][t][0] >= 0) continue;
      const double hours = work.deferrable ? 1.0 : problem_.blocks[b].share;
      columns_.unmet[w][t][work.deferrable ? 0 : b] =
          p.add_column({.objective = held(t, hours * scenario_.unmet_price[w][t])});
    }
  }

  void add_cash_columns() {
    lp::LinearProgram& p = block_.recourse;
    const CashRules& cash = *problem_.cash;
    columns_.debt.resize(cash.debt.size());
    for (std::size_t t = 0; t < periods(); ++t) {
      columns_.cash.push_back(p.add_column({.lower = cash.minimum}));
      columns_.emergency.push_back(
          p.add_column({.objective = problem_.periods[t].discount * cash.emergency_price}));
      for (std::size_t f = 0; f < cash.debt.size(); ++f) {
        columns_.debt[f].push_back(p.add_column(
            {.objective = held(t, cash.debt[f].spread), .upper = scenario_.debt_max[f][t]}));
      }
    }
  }

  /// sum over pools of ratio * use + unmet >= need
  void add_need_rows() {
    for (std::size_t t = 0; t < periods(); ++t) {
      for (std::size_t w = 0; w < problem_.workloads.size(); ++w) {
        const Workload& work = problem_.workloads[w];
        if (work.deferrable) {
          add_deferrable_row(w, t);
          continue;
        }
        for (std::size_t b = 0; b < blocks(); ++b) {
          if (!runs(w, b)) continue;
          std::vector<lp::Term> row = {{columns_.unmet[w][t][b], 1.0}};
          append_use(row, w, t, b, 1.0);
          block_.recourse.add_row(lp::at_least(scenario_.need[w][t][b]), row);
        }
      }
    }
  }
  void add_deferrable_row(std::size_t w, std::size_t t) {
    std::vector<lp::Term> row = {{columns_.unmet[w][t][0], 1.0}};
    double need = 0.0;
    for (std::size_t b = 0; b < blocks(); ++b) {
      need += problem_.blocks[b].share * scenario_.need[w][t][b];
      if (runs(w, b)) append_use(row, w, t, b, problem_.blocks[b].share);
    }
    block_.recourse.add_row(lp::at_least(need), row);
    for (std::size_t c = 0; c < problem_.pools.size(); ++c) {
      if (problem_.pools[c].movable[w] >= 1.0) continue;
      std::vector<lp::Term> moved;
      for (std::size_t b = 0; b < blocks(); ++b) {
        const int use = columns_.use[w][c][t][b];
        if (use >= 0) moved.push_back({use, problem_.blocks[b].share * problem_.pools[c].ratio[w]});
      }
      if (!moved.empty()) {
        block_.recourse.add_row(lp::at_most(problem_.pools[c].movable[w] * need), moved);
      }
    }
  }
  void append_use(std::vector<lp::Term>& row, std::size_t w, std::size_t t, std::size_t b,
                  double factor) const {
    for (std::size_t c = 0; c < problem_.pools.size(); ++c) {
      const int use = columns_.use[w][c][t][b];
      if (use >= 0) row.push_back({use, factor * problem_.pools[c].ratio[w]});
    }
  }

  /// sum over work of use <= signed + levers' capacity + extra + rentals
  void add_pool_rows() {
    for (std::size_t t = 0; t < periods(); ++t) {
      for (std::size_t c = 0; c < problem_.pools.size(); ++c) {
        for (std::size_t b = 0; b < blocks(); ++b) add_pool_row(t, c, b);
      }
    }
  }
  void add_pool_row(std::size_t t, std::size_t c, std::size_t b) {
    std::vector<lp::Term> row;
    for (std::size_t w = 0; w < problem_.workloads.size(); ++w) {
      if (const int use = columns_.use[w][c][t][b]; use >= 0) row.push_back({use, 1.0});
    }
    if (row.empty()) return;
    for (std::size_t r = 0; r < problem_.rentals.size(); ++r) {
      if (problem_.rentals[r].pool != static_cast<int>(c)) continue;
      row.push_back({columns_.rental[r][t][problem_.rentals[r].held ? 0 : b], -1.0});
    }
    for (std::size_t k = 0; k < problem_.sources.size(); ++k) {
      if (problem_.sources[k].pool != static_cast<int>(c)) continue;
      if (columns_.extra[k][t] >= 0) row.push_back({columns_.extra[k][t], -1.0});
    }
    const int port = problem_.pools[c].port;
    const double have = scenario_.signed_capacity[c][t];
    const int index = block_.recourse.add_row(lp::at_most(port < 0 ? have : 0.0), row);
    columns_.pool_row[c][t][b] = index;
    for (std::size_t l = 0; l < problem_.levers.size(); ++l) {
      const int source = problem_.levers[l].source;
      if (source < 0 || !scenario_.effects[l].acts ||
          problem_.sources[static_cast<std::size_t>(source)].pool != static_cast<int>(c)) {
        continue;
      }
      couple(index, l, -at(scenario_.effects[l].capacity, t));
    }
    // A port that works (its effect says when) opens the signed capacity of its pool.
    if (port >= 0) {
      const auto l = static_cast<std::size_t>(port);
      couple(index, l, -have * at(scenario_.effects[l].capacity, t));
    }
  }

  /// rental <= what there is, if its gates are open
  void add_gated_rental_rows() {
    for (std::size_t r = 0; r < problem_.rentals.size(); ++r) {
      for (const int lever : problem_.rentals[r].gates) {
        const auto gate = static_cast<std::size_t>(lever);
        for (std::size_t t = 0; t < periods(); ++t) {
          const double open = at(scenario_.effects[gate].capacity, t);
          for (const int rental : columns_.rental[r][t]) {
            if (rental < 0) continue;
            const int row = block_.recourse.add_row(lp::at_most(0.0), {{rental, 1.0}});
            couple(row, gate, -scenario_.rental_max[r][t] * open);
          }
        }
      }
    }
  }

  /// extra of a source <= what its levers allow beyond the minimum take
  void add_extra_rows() {
    for (std::size_t k = 0; k < problem_.sources.size(); ++k) {
      if (!problem_.sources[k].extra_take) continue;
      for (std::size_t t = 0; t < periods(); ++t) {
        const int row = block_.recourse.add_row(lp::at_most(0.0), {{columns_.extra[k][t], 1.0}});
        for (std::size_t l = 0; l < problem_.levers.size(); ++l) {
          if (problem_.levers[l].source != static_cast<int>(k)) continue;
          if (scenario_.effects[l].acts) couple(row, l, -at(scenario_.effects[l].extra, t));
        }
      }
    }
  }

  /// cash = cash before + receipts - costs + equity + debt drawn - debt repaid with interest
  void add_cash_rows() {
    const CashRules& cash = *problem_.cash;
    for (std::size_t t = 0; t < periods(); ++t) {
      const double years = problem_.periods[t].years;
      std::vector<lp::Term> row = {{columns_.cash[t], 1.0}, {columns_.emergency[t], -1.0}};
      if (t > 0) row.push_back({columns_.cash[t - 1], -1.0});
      for (std::size_t f = 0; f < cash.debt.size(); ++f) {
        row.push_back({columns_.debt[f][t], -1.0});
        if (t > 0) row.push_back({columns_.debt[f][t - 1], 1.0 + cash.debt[f].rate * years});
      }
      for (std::size_t r = 0; r < problem_.rentals.size(); ++r) {
        for (std::size_t b = 0; b < blocks(); ++b) {
          if (const int rental = columns_.rental[r][t][b]; rental >= 0) {
            const double hours = problem_.rentals[r].held ? 1.0 : problem_.blocks[b].share;
            row.push_back({rental, hours * years * rental_cost(scenario_, r, t, b)});
          }
        }
      }
      for (std::size_t k = 0; k < problem_.sources.size(); ++k) {
        if (const int extra = columns_.extra[k][t]; extra >= 0) {
          row.push_back({extra, years * take_cost(problem_.sources[k], t)});
        }
      }
      for (std::size_t w = 0; w < problem_.workloads.size(); ++w) {
        for (std::size_t b = 0; b < blocks(); ++b) {
          if (const int unmet = columns_.unmet[w][t][b]; unmet >= 0) {
            const double hours = problem_.workloads[w].deferrable ? 1.0 : problem_.blocks[b].share;
            row.push_back({unmet, hours * years * scenario_.lost_receipts[w][t]});
          }
        }
      }
      const double net = (t == 0 ? cash.start : 0.0) + at(scenario_.receipts, t) +
                         at(scenario_.inflow, t) - scenario_.signed_bill[t] -
                         at(scenario_.other_costs, t);
      const int index = block_.recourse.add_row(lp::equal_to(net), row);
      columns_.cash_row.push_back(index);
      for (std::size_t l = 0; l < problem_.levers.size(); ++l) {
        const LeverEffect& effect = scenario_.effects[l];
        if (effect.acts) couple(index, l, at(effect.bill, t) - at(effect.inflow, t));
      }
    }
  }

  /// One column carries what levers cost in this scenario: paid >= sum of cost * lever.
  void add_lever_costs() {
    const int paid = block_.recourse.add_column({.objective = 1.0, .lower = -lp::kInfinity});
    const int row = block_.recourse.add_row(lp::at_least(0.0), {{paid, 1.0}});
    for (std::size_t l = 0; l < problem_.levers.size(); ++l) {
      const LeverEffect& effect = scenario_.effects[l];
      if (!effect.acts) continue;
      double cost = effect.cost;
      for (std::size_t t = 0; t < periods(); ++t) {
        cost += problem_.periods[t].discount * at(effect.bill, t);
      }
      couple(row, l, -cost);
    }
  }

  void couple(int row, std::size_t lever, double coefficient) {
    if (coefficient == 0.0) return;
    block_.coupling.push_back({row, static_cast<int>(lever), coefficient});
  }

  const PlanProblem& problem_;
  const Scenario& scenario_;
  lp::ScenarioBlock block_;
  RecourseColumns columns_;
};

}  // namespace

PlanProgram plan_program(const PlanProblem& problem) {
  expects(!problem.scenarios.empty() && !problem.periods.empty(), "a plan has time and scenarios");
  PlanProgram plan;
  plan.program.first_stage = first_stage(problem);
  for (const Scenario& scenario : problem.scenarios) {
    expects(scenario.effects.size() == problem.levers.size(), "each lever has an effect");
    BlockWriter writer(problem, scenario);
    writer.write();
    plan.program.scenarios.push_back(writer.take_block());
    if (plan.columns.unmet.empty()) plan.columns = writer.take_columns();
  }
  return plan;
}

}  // namespace offtake::plan
