#include "offtake/study/buy_decision_tables.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <numeric>

#include "offtake/base/quantile.hpp"
#include "offtake/study/buy_decision_pools.hpp"

namespace offtake::study {
namespace {

using ByScenario = std::function<double(std::size_t scenario, std::size_t period)>;

class TableWriter {
 public:
  TableWriter(const book::Book& book, const BuyCase& buy_case, const plan::CapacityPlan& plan)
      : book_(book),
        problem_(buy_case.problem),
        case_(buy_case),
        plan_(plan),
        money_(problem_.scale.money.base_units()),
        chips_(problem_.scale.chips.base_units()) {}

  PeriodTable write() {
    for (const plan::Period& period : problem_.periods) {
      table_.labels.push_back(period.label);
      table_.years.push_back(period.year);
      table_.length_years.push_back(period.years);
    }
    const auto& outcomes = plan_.outcomes;
    table_.need = spreads([&](auto s, auto t) { return chips_ * outcomes[s].need[t]; });
    if (problem_.cash) {
      table_.cash = spreads([&](auto s, auto t) { return money_ * outcomes[s].cash[t]; });
      table_.emergency = spreads([&](auto s, auto t) { return money_ * outcomes[s].emergency[t]; });
    }
    add_work();
    add_signed();
    add_new();
    add_rentals();
    return std::move(table_);
  }

 private:
  std::vector<Spread> spreads(const ByScenario& value) const {
    std::vector<Spread> rows;
    for (std::size_t t = 0; t < problem_.periods.size(); ++t) {
      std::vector<double> values;
      for (std::size_t s = 0; s < plan_.outcomes.size(); ++s) values.push_back(value(s, t));
      rows.push_back(spread_of(values));
    }
    return rows;
  }
  std::vector<double> means(const ByScenario& value) const {
    std::vector<double> row;
    for (std::size_t t = 0; t < problem_.periods.size(); ++t) {
      double sum = 0.0;
      for (std::size_t s = 0; s < plan_.outcomes.size(); ++s) {
        sum += problem_.scenarios[s].probability * value(s, t);
      }
      row.push_back(sum);
    }
    return row;
  }
  /// Reference chips of one chip of a pool.
  double reference_chips(int pool) const {
    return chips_ * mean_ratio(problem_.pools[static_cast<std::size_t>(pool)]);
  }

  void add_work() {
    const std::size_t pools = problem_.pools.size();
    for (const plan::Pool& pool : problem_.pools) table_.pools.push_back(pool.name);
    for (std::size_t w = 0; w < problem_.workloads.size(); ++w) {
      table_.workloads.push_back(problem_.workloads[w].name);
      table_.unmet.push_back(
          means([&](auto s, auto t) { return chips_ * plan_.outcomes[s].unmet[w][t]; }));
      table_.served.emplace_back();
      for (std::size_t c = 0; c < pools; ++c) {
        table_.served.back().push_back(means([&](auto s, auto t) {
          return chips_ * plan_.outcomes[s].served_by[w * pools + c][t];
        }));
      }
    }
  }

  void add_signed() {
    for (const SignedSupply& supply : case_.supply) {
      FleetPart part{.name = supply.name,
                     .supplier = supply.supplier,
                     .system = supply.system,
                     .is_signed = true};
      for (std::size_t t = 0; t < supply.bill.size(); ++t) {
        part.reference_chips.push_back(reference_chips(supply.pool) * supply.capacity[t]);
        part.usd.push_back(money_ * supply.bill[t]);
      }
      table_.fleet.push_back(part);
    }
  }
  void add_new() {
    for (std::size_t k = 0; k < problem_.sources.size(); ++k) {
      const plan::Source& source = problem_.sources[k];
      table_.fleet.push_back({.name = source.name,
                              .supplier = source.supplier,
                              .system = source.system,
                              .reference_chips = means([&](auto s, auto t) {
                                return reference_chips(source.pool) *
                                       plan_.outcomes[s].source_capacity[k][t];
                              }),
                              .usd = means([&](auto s, auto t) {
                                return money_ * plan_.outcomes[s].source_spend[k][t];
                              })});
    }
  }
  void add_rentals() {
    for (std::size_t r = 0; r < problem_.rentals.size(); ++r) {
      const plan::Rental& rental = problem_.rentals[r];
      table_.fleet.push_back({.name = rental.name,
                              .supplier = rental.supplier,
                              .system = problem_.pools[static_cast<std::size_t>(rental.pool)].name,
                              .reference_chips = means([&](auto s, auto t) {
                                return reference_chips(rental.pool) *
                                       plan_.outcomes[s].rented[r][t];
                              }),
                              .usd = means([&](auto s, auto t) {
                                return money_ * plan_.outcomes[s].rental_spend[r][t];
                              })});
    }
  }

  const book::Book& book_;
  const plan::PlanProblem& problem_;
  const BuyCase& case_;
  const plan::CapacityPlan& plan_;
  double money_;
  double chips_;
  PeriodTable table_;
};

}  // namespace

Spread spread_of(const std::vector<double>& values) {
  std::vector<double> sorted = values;
  std::ranges::sort(sorted);
  return {.mean = std::accumulate(values.begin(), values.end(), 0.0) /
                  static_cast<double>(values.size()),
          .p10 = quantile_of_sorted(sorted, 0.1),
          .p50 = quantile_of_sorted(sorted, 0.5),
          .p90 = quantile_of_sorted(sorted, 0.9)};
}

PeriodTable period_table(const book::Book& book, const BuyCase& buy_case,
                         const plan::CapacityPlan& plan) {
  return TableWriter(book, buy_case, plan).write();
}

std::vector<YearRow> year_table(const book::Book& book, const BuyCase& buy_case) {
  const plan::PlanProblem& problem = buy_case.problem;
  const double money = problem.scale.money.base_units();
  const double chips = problem.scale.chips.base_units();
  struct Sums {
    std::vector<double> need, revenue;
    double bills = 0.0, capacity = 0.0;
  };
  std::map<int, Sums> years;
  double begin = 0.0;
  for (std::size_t t = 0; t < problem.periods.size(); ++t) {
    const plan::Period& period = problem.periods[t];
    // Dollars that a reference chip costs for the period at the market price of its middle.
    const double price = market_price(book, begin + 0.5 * period.years) * period.years;
    begin += period.years;
    Sums& sums = years[period.year];
    sums.need.resize(problem.scenarios.size());
    sums.revenue.resize(problem.scenarios.size());
    for (std::size_t s = 0; s < problem.scenarios.size(); ++s) {
      const plan::Scenario& scenario = problem.scenarios[s];
      for (const auto& need : scenario.need) {
        for (std::size_t b = 0; b < problem.blocks.size(); ++b) {
          sums.need[s] += problem.blocks[b].share * need[t][b] * chips * price;
        }
      }
      sums.revenue[s] += money * scenario.revenue[t];
      sums.bills += scenario.probability * money * scenario.signed_bill[t];
      for (std::size_t c = 0; c < problem.pools.size(); ++c) {
        const auto& ratio = problem.pools[c].ratio;
        sums.capacity += scenario.probability * scenario.signed_capacity[c][t] * chips * price *
                         *std::ranges::max_element(ratio);
      }
    }
  }
  std::vector<YearRow> rows;
  for (const auto& [year, sums] : years) {
    rows.push_back({.year = year,
                    .need_usd = spread_of(sums.need),
                    .signed_usd = sums.bills,
                    .signed_capacity_usd = sums.capacity,
                    .revenue_usd = spread_of(sums.revenue)});
  }
  return rows;
}

std::vector<UndoneRow> undone_table(const book::Book& book, const BuyCase& buy_case,
                                    const plan::CapacityPlan& plan) {
  constexpr double kHoursAYear = 8760.0;
  const plan::PlanProblem& problem = buy_case.problem;
  const double usd_a_chip = problem.scale.money.base_units() / problem.scale.chips.base_units();
  std::vector<UndoneRow> rows;
  for (std::size_t w = 0; w < problem.workloads.size(); ++w) {
    double need = 0.0, undone = 0.0, price = 0.0, market = 0.0, begin = 0.0;
    for (std::size_t t = 0; t < problem.periods.size(); ++t) {
      const double years = problem.periods[t].years;
      const double market_now = market_price(book, begin + 0.5 * years);
      begin += years;
      for (std::size_t s = 0; s < plan.outcomes.size(); ++s) {
        const plan::Scenario& scenario = problem.scenarios[s];
        for (std::size_t b = 0; b < problem.blocks.size(); ++b) {
          need += scenario.probability * years * problem.blocks[b].share * scenario.need[w][t][b];
        }
        const double chip_years = scenario.probability * years * plan.outcomes[s].unmet[w][t];
        undone += chip_years;
        price += chip_years * usd_a_chip * scenario.unmet_price[w][t];
        market += chip_years * market_now;
      }
    }
    UndoneRow row{.workload = problem.workloads[w].name, .share = undone / std::max(need, 1e-12)};
    if (row.share > 1e-6) {
      row.price = price / undone / kHoursAYear;
      row.market = market / undone / kHoursAYear;
    }
    rows.push_back(row);
  }
  return rows;
}

plan::CostParts mean_cost(const BuyCase& buy_case, const plan::CapacityPlan& plan) {
  plan::CostParts mean;
  const double money = buy_case.problem.scale.money.base_units();
  for (std::size_t s = 0; s < plan.outcomes.size(); ++s) {
    const plan::CostParts& parts = plan.outcomes[s].cost;
    const double weight = money * buy_case.problem.scenarios[s].probability;
    mean.signed_bills += weight * parts.signed_bills;
    mean.new_bills += weight * parts.new_bills;
    mean.extra_take += weight * parts.extra_take;
    mean.rentals += weight * parts.rentals;
    mean.unmet += weight * parts.unmet;
    mean.financing += weight * parts.financing;
    mean.other_costs += weight * parts.other_costs;
    mean.revenue += weight * parts.revenue;
  }
  return mean;
}

}  // namespace offtake::study
