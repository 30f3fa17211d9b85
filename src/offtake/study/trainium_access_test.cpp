#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "offtake/lp/highs_solver.hpp"
#include "offtake/plan/capacity_plan.hpp"
#include "offtake/study/buy_decision_case.hpp"
#include "offtake/study/small_book.hpp"

using namespace offtake;
using namespace offtake::literals;
using namespace offtake::study;

/// The envelope of one gigawatt of Trainium3 in December 2025 (plan/access_envelope_test.cpp), from
/// a book: needs that grow, bills by calendar year, a ramp, a term, a port that may fail.
namespace {

constexpr double kGain = 0.35, kPrice = 1.35, kChips = 620e3;
constexpr double kStart = 24.7;  ///< Need at the start of 2026, billions of dollars a year.
/// So that 2026 to 2032 need 37, 74, 113, 132, 140, 139 and 139 billion.
constexpr std::array kGrowth = {2.1395, 1.8957, 1.2664, 1.0820, 1.0401, 0.9477, 1.0552};
constexpr std::array kSigned = {33.5, 66.1, 99.0, 122.0, 123.8, 121.2, 102.2};
constexpr double kMovable = 0.6;  ///< Share of the work, signed or open.

/// Billions a year in the middle of the month.
double base_need(int month) {
  double need = kStart;
  for (int year = 0; year < month / 12; ++year) need *= kGrowth[static_cast<std::size_t>(year)];
  const double part = (month % 12 + 0.5) / 12.0;
  return need * std::pow(kGrowth[static_cast<std::size_t>(month / 12)], part);
}

/// Share of the gigawatt delivered: over twelve months from July 2026, each lot for five years.
double delivered(int month) {
  const double come = (month + 0.5 - 6.0) / 12.0;
  return std::clamp(come, 0.0, 1.0) - std::clamp(come - 5.0, 0.0, 1.0);
}

/// Billions, quarter by quarter: (1 + g) used - paid, in 85% of the worlds, less the port. No use
/// in the first seven months, while the software is ported; the minimum take runs.
double on_the_envelope(double scale, double take) {
  double value = -0.15;
  for (int quarter = 0; quarter < 28; ++quarter) {
    double need = 0.0, there = 0.0, usable = 0.0;
    for (int month = 3 * quarter; month < 3 * quarter + 3; ++month) {
      need += scale * base_need(month) / 12.0;
      const double dollars = kChips * kPrice * 730.0 / 1e9 * delivered(month);
      there += dollars;
      usable += month < 7 ? 0.0 : dollars;
    }
    const double open = std::max(0.0, need - kSigned[static_cast<std::size_t>(quarter / 4)] / 4.0);
    const double used = std::min(kMovable * open / (1.0 + kGain), usable);
    const double paid = take * there + std::max(0.0, used - take * usable);
    value += 0.85 * ((1.0 + kGain) * used - paid) * std::pow(1.12, -(quarter + 0.5) / 4.0);
  }
  return value;
}

/// Two kinds of work in constant proportion, of which only the first can move; signed dollars serve
/// both in that proportion, at the market's price of the day (par, and flat here: all figures are
/// dollars of their year).
book::Book trainium_book(double scale, double take) {
  book::Book book = small::empty_book(7);
  book.discount_rate = 0.12;
  book.risk.scenarios = 20;  // 17 of them see the port succeed.
  book.reference_chip.price = 3.20_USD_per_chip_h;
  book.later_market = small::open_market();
  book.readings.unmet = book::UnmetRule::kServeAll;
  book.readings.port_failure = book::PortFailure::kReleased;
  for (const auto& [name, share] :
       {std::pair{"moves", kMovable}, std::pair{"stays", 1 - kMovable}}) {
    book.demand.push_back(small::research(name, scale * share * kStart * 1e9 / (3.20 * 8760.0)));
    book.demand.back().growth.per_year.assign(kGrowth.begin(), kGrowth.end());
    contract::Contract contract{.name = std::string("signed, ") + name,
                                .supplier = "all",
                                .system = "gpu",
                                .delivery = contract::DeliveryReading::kCurrentPricePerformance,
                                .workloads = {name}};
    for (std::size_t year = 0; year < kSigned.size(); ++year) {
      contract.pay[2026 + static_cast<int>(year)] = share * kSigned[year] * 1e9 * 1.0_USD;
    }
    book.contracts.push_back(contract);
  }
  book.chip_equivalents = {
      {.system = "trainium3", .reference_chips = (1.0 + kGain) * kPrice / 3.20}};
  book.offers = {{.name = "gigawatt",
                  .supplier = "AWS",
                  .system = "trainium3",
                  .price = kPrice * 1.0_USD_per_chip_h,
                  .quantity_max = kChips * 1.0_chips,
                  .start = Month(2026, 7),
                  .ramp_months = 12,
                  .min_take = take,
                  .term = 5.0_years,
                  .port = contract::Port{.cost = 150e6 * 1.0_USD,
                                         .time = 7.0_months,
                                         .success = 0.85,
                                         .workloads = {{"moves", 1.0}}}}};
  return book;
}

struct Worth {
  double chosen = 0.0;  ///< Billions: cost without the offer less the plan's.
  double forced = 0.0;  ///< The same with all of it signed.
};

Worth planned(double scale, double take) {
  const BuyCase buy = buy_case(trainium_book(scale, take), {}, 20, {.start_delays = {0}});
  const plan::PlanProblem& problem = buy.problem;
  const std::vector<double> nothing(problem.levers.size());
  plan::FixedPlan all{"all", nothing};
  for (const auto& thing : {"gigawatt", "trainium3"}) {
    for (const int lever : buy.levers_of.at(thing)) {
      const auto l = static_cast<std::size_t>(lever);
      all.levers[l] = problem.levers[l].max;
    }
  }
  const plan::CapacityPlan plan = plan::make_plan(
      problem,
      {.gap = 1e-7, .baselines = {{"nothing", nothing}, all}, .measure_information = false},
      lp::HighsSolver());
  REQUIRE(plan.baselines.size() == 2);
  const double billions = problem.scale.money.base_units() / 1e9;
  return {.chosen = billions * (plan.baselines[0].expected - plan.objective),
          .forced = billions * (plan.baselines[0].expected - plan.baselines[1].expected)};
}

constexpr double kLow = 408.0 / 495.0, kHigh = 600.0 / 495.0;

}  // namespace

TEST_CASE("the book of the envelope needs what it should year by year") {
  constexpr std::array need = {37.0, 74.0, 113.0, 132.0, 140.0, 139.0, 139.0};
  for (std::size_t year = 0; year < need.size(); ++year) {
    double sum = 0.0;
    for (int month = 0; month < 12; ++month) {
      sum += base_need(12 * static_cast<int>(year) + month) / 12.0;
    }
    CHECK(sum == doctest::Approx(need[year]).epsilon(0.001));
  }
}

TEST_CASE("a gigawatt of Trainium paid by use is worth what the envelope says of its book") {
  for (const double scale : {kLow, 1.0, kHigh}) {
    CAPTURE(scale);
    const double envelope = on_the_envelope(scale, 0.0);
    const Worth worth = planned(scale, 0.0);
    CHECK(worth.forced == doctest::Approx(envelope).epsilon(0.01));
    CHECK(worth.chosen >= worth.forced - 0.01);
  }
  // Published, with bills and needs even over each year: 5.8 and 7.3.
  CHECK(planned(1.0, 0.0).chosen == doctest::Approx(5.8).epsilon(0.15));
  CHECK(planned(kHigh, 0.0).chosen == doctest::Approx(7.3).epsilon(0.15));
}

TEST_CASE("a gigawatt of Trainium with four fifths due loses its minimum take where need is low") {
  for (const double scale : {kLow, 1.0, kHigh}) {
    CAPTURE(scale);
    const Worth worth = planned(scale, 0.8);
    CHECK(worth.forced == doctest::Approx(on_the_envelope(scale, 0.8)).epsilon(0.01));
    CHECK(worth.chosen >= std::max(0.0, worth.forced) - 0.01);
  }
  CHECK(planned(kLow, 0.8).forced == doctest::Approx(-16.3).epsilon(0.15));
  CHECK(planned(kHigh, 0.8).forced == doctest::Approx(7.3).epsilon(0.15));
}
