#include "offtake/demand/demand_path.hpp"

#include <cmath>

#include "offtake/base/expects.hpp"
#include "offtake/base/random_stream.hpp"
#include "offtake/demand/base_path.hpp"

namespace offtake::demand {
namespace {

/// The exact step of an Ornstein-Uhlenbeck process of volatility 1 over a time.
struct Step {
  double keep;       ///< Share of the old value that stays.
  double deviation;  ///< Of what is added.
};

Step step_over(const DemandProcess& process, double years) {
  return {std::exp(-process.mean_reversion * years), log_deviation(process, years)};
}

/// Logs at the middle of each month: half a month from the start to the first, then a month each.
std::vector<double> log_path(const Step& first, const Step& later, std::span<const double> shocks) {
  std::vector<double> logs;
  double log = 0.0;
  for (const double shock : shocks) {
    const Step& step = logs.empty() ? first : later;
    log = step.keep * log + step.deviation * shock;
    logs.push_back(log);
  }
  return logs;
}

std::vector<double> normals(RandomStream stream, int count) {
  std::vector<double> values;
  for (int i = 0; i < count; ++i) values.push_back(stream.normal());
  return values;
}

}  // namespace

double log_deviation(const DemandProcess& process, double years) {
  const double k = process.mean_reversion;
  if (k <= 0.0) return std::sqrt(years);
  return std::sqrt(-std::expm1(-2.0 * k * years) / (2.0 * k));
}

DemandPath draw_demand_path(std::span<const Workload> workloads, const DemandProcess& process,
                            int months, std::uint64_t seed, std::uint64_t scenario) {
  DemandPath path;
  path.common = normals(RandomStream(seed, "demand/common", scenario), months);
  const double together = std::sqrt(process.correlation);
  const double alone = std::sqrt(1.0 - process.correlation);
  const Step first = step_over(process, middle_of_month(0));
  const Step later = step_over(process, 1.0 / 12.0);
  for (const Workload& workload : workloads) {
    std::vector<double> shocks =
        normals(RandomStream(seed, "demand/" + workload.name, scenario), months);
    for (std::size_t month = 0; month < shocks.size(); ++month) {
      shocks[month] = together * path.common[month] + alone * shocks[month];
    }
    std::vector<double> factors = log_path(first, later, shocks);
    const double volatility = workload.growth.volatility * process.volatility_scale;
    for (double& factor : factors) factor = std::exp(volatility * factor);
    path.volume.push_back(std::move(factors));
  }
  const DemandProcess walk{.mean_reversion = 0.0};
  path.market_price = log_path(step_over(walk, middle_of_month(0)), step_over(walk, 1.0 / 12.0),
                               normals(RandomStream(seed, "market-price", scenario), months));
  for (double& price : path.market_price) {
    price = std::exp(process.price_volatility * process.volatility_scale * price);
  }
  return path;
}

std::vector<double> shocks_by_quarter(std::span<const double> by_month) {
  std::vector<double> shocks;
  for (std::size_t month = 0; month + 2 < by_month.size(); month += 3) {
    shocks.push_back((by_month[month] + by_month[month + 1] + by_month[month + 2]) /
                     std::sqrt(3.0));
  }
  return shocks;
}

std::vector<double> means_by_period(const PlanningGrid& grid, std::span<const double> by_month) {
  expects(by_month.size() == static_cast<std::size_t>(grid.months()), "one value for each month");
  std::vector<double> means;
  for (const Period& period : grid.periods()) {
    const auto begin = static_cast<std::size_t>(period.begin - grid.start());
    double sum = 0.0;
    for (int month = 0; month < period.months; ++month) {
      sum += by_month[begin + static_cast<std::size_t>(month)];
    }
    means.push_back(sum / period.months);
  }
  return means;
}

}  // namespace offtake::demand
