#include "offtake/demand/demand_path.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <cmath>

namespace offtake::demand {
namespace {

Workload named(const std::string& name, double volatility) {
  return {
      .name = name, .growth = {.per_year = {2.0}, .volatility = volatility}, .unmet = UnmetRun{}};
}

struct Moments {
  double mean_a = 0.0;
  double deviation_a = 0.0;
  double correlation = 0.0;
};

/// Of the logs of two workloads' factors in the last of `months` months, over `count` scenarios.
Moments moments(const DemandProcess& process, int months, int count) {
  const std::vector<Workload> work{named("a", 0.4), named("b", 0.8)};
  double a = 0.0, b = 0.0, aa = 0.0, bb = 0.0, ab = 0.0;
  for (int s = 0; s < count; ++s) {
    const DemandPath path =
        draw_demand_path(work, process, months, 7, static_cast<std::uint64_t>(s));
    const double x = std::log(path.volume[0].back());
    const double y = std::log(path.volume[1].back());
    a += x, b += y, aa += x * x, bb += y * y, ab += x * y;
  }
  const double n = count;
  const double var_a = aa / n - a * a / (n * n);
  const double var_b = bb / n - b * b / (n * n);
  return {a / n, std::sqrt(var_a), (ab / n - a * b / (n * n)) / std::sqrt(var_a * var_b)};
}

}  // namespace

TEST_CASE("the spread after years is that of the process") {
  CHECK(log_deviation({.mean_reversion = 0.0}, 4.0) == doctest::Approx(2.0));  // sqrt(4)
  // k = 0.5, t = 2: sqrt((1 - exp(-2)) / 1) = 0.92987.
  CHECK(log_deviation({.mean_reversion = 0.5}, 2.0) == doctest::Approx(0.92987).epsilon(1e-5));
}

TEST_CASE("sampled logs have the median, spread and correlation that were asked for") {
  // 24 months end in the middle of the last, after 23.5 / 12 years. With 4,000 draws the standard
  // error of the mean is 0.36 / 63 = 0.006, of the deviation 1.1% and of the correlation 0.012.
  const DemandProcess process{.correlation = 0.5, .mean_reversion = 0.5};
  const Moments found = moments(process, 24, 4000);
  CHECK(std::abs(found.mean_a) < 0.02);
  CHECK(found.deviation_a ==
        doctest::Approx(0.4 * log_deviation(process, 23.5 / 12.0)).epsilon(0.045));
  CHECK(std::abs(found.correlation - 0.5) < 0.05);
}

TEST_CASE("a longer horizon, more workloads or another order leave a path as it was") {
  CHECK(rc::check([] {
    const auto scenario = static_cast<std::uint64_t>(*rc::gen::inRange(0, 1000));
    const DemandProcess process{.mean_reversion = 0.3};
    const auto few = draw_demand_path(std::vector{named("a", 0.4)}, process, 12, 1, scenario);
    const auto many =
        draw_demand_path(std::vector{named("b", 0.5), named("a", 0.4)}, process, 30, 1, scenario);
    for (std::size_t month = 0; month < 12; ++month) {
      RC_ASSERT(few.volume[0][month] == many.volume[1][month]);
      RC_ASSERT(few.market_price[month] == many.market_price[month]);
    }
  }));
}

TEST_CASE("without volatility nothing wanders") {
  const DemandProcess process{.volatility_scale = 0.0};
  const DemandPath path = draw_demand_path(std::vector{named("a", 0.4)}, process, 6, 1, 3);
  for (std::size_t month = 0; month < 6; ++month) {
    CHECK(path.volume[0][month] == 1.0);
    CHECK(path.market_price[month] == 1.0);
  }
}

TEST_CASE("two grids over one path have the same sum over time") {
  CHECK(rc::check([] {
    const DemandPath path = draw_demand_path(std::vector{named("a", 0.6)}, {}, 36, 1,
                                             static_cast<std::uint64_t>(*rc::gen::inRange(0, 99)));
    const auto total = [&](int months_first) {
      const PlanningGrid grid(Month(2026, 1), 36, months_first);
      const std::vector<double> means = means_by_period(grid, path.volume[0]);
      double sum = 0.0;
      for (std::size_t p = 0; p < means.size(); ++p) sum += means[p] * grid.periods()[p].months;
      return sum;
    };
    RC_ASSERT(std::abs(total(0) - total(24)) < 1e-9 * total(0));
  }));
}

}  // namespace offtake::demand
