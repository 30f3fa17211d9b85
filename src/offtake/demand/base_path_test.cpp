#include "offtake/demand/base_path.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <cmath>

#include "offtake/units/literals.hpp"

namespace offtake::demand {

using namespace literals;

namespace {

const ReferenceChip kChip{.system = "gb200-nvl72",
                          .tokens = ChipTokenRate::in_base_units(4000.0),
                          .load = 0.5,
                          .price = 3.2_USD_per_chip_h,
                          .flops = 2.5_PFLOP_per_s,
                          .price_performance_per_year = 1.25};

Workload chat() {
  return {.name = "chat",
          .work = Serving{.tokens = 2.2e12_tok / 1.0_days, .work = {10.6, 0.8}},
          .growth = {.per_year = {2.1, 1.8}},
          .revenue = TokenRevenue{17.4_USD_per_Mtok, {0.74, 0.82}},
          .unmet = UnmetTokens{17.0_USD_per_Mtok}};
}

}  // namespace

TEST_CASE("growth is geometric inside a year and the last factor goes on") {
  const std::vector<double> factors{4.0, 9.0};
  CHECK(compounded(factors, 0.5) == doctest::Approx(2.0));          // 4^0.5
  CHECK(compounded(factors, 1.5) == doctest::Approx(12.0));         // 4 * 9^0.5
  CHECK(compounded(factors, 3.0) == doctest::Approx(4 * 9 * 9.0));  // The third year repeats.
  CHECK(compounded(factors, -0.5) == doctest::Approx(0.5));         // Backwards by the first.
  CHECK(base_volume({.per_year = {4.0}, .log_scale = 0.5}, 1.0) == doctest::Approx(2.0));
}

TEST_CASE("the paid service of the December book costs 3.8 billion a year at its start") {
  // 2.2e12 / 86,400 s * 10.6 / (4,000 * 0.5) = 134,954 chips; * 3.2 * 8,760 = 3.78e9 USD a year.
  const Chips chips = chips_needed(chat(), kChip, 0.0, 1.0);
  CHECK(chips.in(1.0_chips) == doctest::Approx(134954).epsilon(1e-4));
  CHECK((chips * kChip.price).in(1e9 * 1.0_USD / 1.0_years) ==
        doctest::Approx(3.783).epsilon(1e-3));
}

TEST_CASE("a year later volume doubles, work falls by a fifth and so does the price") {
  // 2.1 * 0.8 = 1.68 times the chips, each at 1 / 1.25.
  const double chips = chips_needed(chat(), kChip, 1.0, base_volume(chat().growth, 1.0)) /
                       chips_needed(chat(), kChip, 0.0, 1.0);
  CHECK(chips == doctest::Approx(1.68));
  CHECK(market_price(kChip, 1.0).in(1.0_USD_per_chip_h) == doctest::Approx(2.56));
}

TEST_CASE("operations become chips by MFU, time in use and peak") {
  // 1.8e24 / 86,400 s / (0.25 * 2.5e15) = 33,333 chips.
  const Workload video{.work = ComputeWork{.flops = 1.8e24_FLOP / 1.0_days, .mfu = 0.25},
                       .unmet = UnmetShare{}};
  CHECK(chips_needed(video, kChip, 3.0, 1.0).in(1.0_chips) == doctest::Approx(33333).epsilon(1e-4));
  // Two runs of 5e26 a year at 0.35 * 0.8: 1e27 / 3.1536e7 s / (0.28 * 2.5e15) = 45,300 chips.
  const Workload runs{
      .work = TrainingRuns{.flops_each = 5e26_FLOP, .per_year = 2, .mfu = 0.35, .in_use = 0.8},
      .unmet = UnmetDelay{}};
  CHECK(chips_needed(runs, kChip, 0.0, 1.0).in(1.0_chips) == doctest::Approx(45300).epsilon(1e-3));
}

TEST_CASE("revenue follows volume and price; a path is linear between anniversaries") {
  // 2.2e12 tok/day * 365 * 17.4 / 1e6 = 13.97e9 USD a year.
  CHECK(revenue_rate(chat(), 0.0, 1.0).in(1e9 * 1.0_USD / 1.0_years) ==
        doctest::Approx(13.97).epsilon(1e-3));
  Workload free = chat();
  free.revenue = TokenRevenuePath{{0.0_USD_per_Mtok, 0.2_USD_per_Mtok, 0.6_USD_per_Mtok}};
  CHECK(revenue_per_token(free, 1.25).in(1.0_USD_per_Mtok) == doctest::Approx(0.3));
  CHECK(revenue_per_token(free, 9.0).in(1.0_USD_per_Mtok) == doctest::Approx(0.6));
}

TEST_CASE("the sum over years does not depend on where the years are cut") {
  const std::vector<Workload> work{chat()};
  const auto total = [&](Month start) {
    Dollars sum;
    for (const auto& [year, part] : base_need(work, kChip, start, 30).inference) sum += part;
    return sum.in(1.0_BUSD);
  };
  CHECK(rc::check([&] {
    const int month = *rc::gen::inRange(1, 13);
    RC_ASSERT(std::abs(total(Month(2026, month)) - total(Month(2026, 1))) < 1e-9);
  }));
}

}  // namespace offtake::demand
