#include "offtake/demand/scenario_revenue.hpp"

#include <doctest/doctest.h>

#include "offtake/units/literals.hpp"

namespace offtake::demand {
namespace {

using namespace literals;
using doctest::Approx;

/// 12 a year, four times as much each year, and other revenue of 6 a year that stays.
const std::vector<Workload> kWork{
    {.name = "flat", .work = ComputeWork{}, .revenue = FlatRevenue{12.0_USD / 1.0_years, {4.0}}}};
const OtherRevenue kOther{.start = 6.0_USD / 1.0_years, .per_year = {}};

double dollars(Dollars amount) { return amount.in(1.0_USD); }

TEST_CASE("a late path stands still at the start and is then the base path of earlier months") {
  const auto base = scenario_revenue(kWork, kOther, {.name = "base"}, 24);
  const auto late = scenario_revenue(kWork, kOther, {.name = "late", .shift_months = 6}, 24);
  // A month is a twelfth of the 12 a year, and a month's middle of growth: 4^(1/24).
  CHECK(dollars(base.workloads[0][0]) == Approx(std::pow(4.0, 1.0 / 24.0)));
  CHECK(dollars(late.workloads[0][0]) == Approx(1.0));
  CHECK(dollars(late.workloads[0][5]) == Approx(1.0));
  CHECK(dollars(late.workloads[0][18]) == Approx(dollars(base.workloads[0][12])));
  CHECK(dollars(late.other[18]) == Approx(0.5));
}

TEST_CASE("a plateau halves the log growth of the workloads' total, and takes the rest along") {
  const auto base = scenario_revenue(kWork, kOther, {.name = "base"}, 24);
  const auto plateau =
      scenario_revenue(kWork, kOther, {.name = "plateau", .level = 0.9, .growth_scale = 0.5}, 24);
  // 0.9 * sqrt of the growth since the start; other revenue by the same factor over the base.
  const double grown = dollars(base.workloads[0][18]);
  CHECK(dollars(plateau.workloads[0][18]) == Approx(0.9 * std::sqrt(grown)));
  CHECK(dollars(plateau.other[18]) == Approx(0.5 * 0.9 / std::sqrt(grown)));
}

}  // namespace
}  // namespace offtake::demand
