#include "offtake/demand/scenario_revenue.hpp"

#include "offtake/demand/base_path.hpp"
#include "offtake/demand/revenue_scenario.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::demand {

using namespace literals;

namespace {

MoneyRate on_base_path(const Workload& workload, double years) {
  return revenue_rate(workload, years, base_volume(workload.growth, years));
}

MoneyRate total_on_base_path(std::span<const Workload> workloads, double years) {
  MoneyRate total;
  for (const Workload& workload : workloads) total += on_base_path(workload, years);
  return total;
}

}  // namespace

ScenarioRevenue scenario_revenue(std::span<const Workload> workloads, const OtherRevenue& other,
                                 const RevenueScenario& scenario, int months) {
  ScenarioRevenue revenue{.workloads = std::vector<std::vector<Dollars>>(workloads.size())};
  const MoneyRate at_start = total_on_base_path(workloads, 0.0);
  for (int month = 0; month < months; ++month) {
    const double place = place_on_base(scenario, middle_of_month(month));
    const double factor =
        at_start > MoneyRate{}
            ? revenue_factor(scenario, total_on_base_path(workloads, place) / at_start)
            : scenario.level;
    for (std::size_t w = 0; w < workloads.size(); ++w) {
      revenue.workloads[w].push_back(factor * on_base_path(workloads[w], place) * 1.0_months);
    }
    revenue.other.push_back(factor * other.start * compounded(other.per_year, place) * 1.0_months);
  }
  return revenue;
}

}  // namespace offtake::demand
