#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "offtake/lp/highs_solver.hpp"
#include "offtake/plan/capacity_plan.hpp"

using namespace offtake;
using namespace offtake::plan;

/// What one gigawatt of another chip was worth to OpenAI in December 2025, on the back of an
/// envelope and by the planner. Money in billions of dollars a year; capacity in what it costs on
/// the market, so a chip of the market costs 1 and a signed dollar brings one.
namespace {

constexpr std::array kNeed = {37.0, 74.0, 113.0, 132.0, 140.0, 139.0, 139.0};  ///< 2026 to 2032.
/// Bills of Azure (older, newer), Oracle, AWS, CoreWeave and AMD: 14 + 8 + 4 + 3 + 3.9 + .6 = 33.5
/// in 2026, and so on.
constexpr std::array kSigned = {33.5, 66.1, 99.0, 122.0, 123.8, 121.2, 102.2};
constexpr double kMovable = 0.6;  ///< Share of the work, signed or open, that the chip could do.
constexpr double kGain = 0.35;    ///< More work a dollar than the market's chips.
/// A gigawatt delivered from July 2026 over twelve months, five years from each lot: 1/4 of the
/// year on average over half of 2026, all but an eighth of 2027, and the same at the end.
constexpr std::array kDelivered = {0.125, 0.875, 1.0, 1.0, 1.0, 0.875, 0.125};
constexpr double kGigawattYear = 7.33;
constexpr double kPort = 0.15;
constexpr int kWorlds = 20, kWorking = 17;  ///< The port succeeds in 85%.
constexpr double kBelief = 495.0;           ///< Sum of the needs to 2030 in the base case.

double discount(std::size_t year) { return std::pow(1.12, -(static_cast<double>(year) + 0.5)); }

/// sum over years of success * discount * ((1 + g) used - paid) less the port, where
/// used = min(open need * movable / (1 + g), capacity) and paid = max(used, take * capacity); a
/// port that fails releases the contract.
double on_the_envelope(double belief, double take) {
  double value = -kPort;
  for (std::size_t year = 0; year < kNeed.size(); ++year) {
    const double open = std::max(0.0, belief / kBelief * kNeed[year] - kSigned[year]);
    const double capacity = kGigawattYear * kDelivered[year];
    const double used = std::min(kMovable * open / (1.0 + kGain), capacity);
    const double paid = std::max(used, take * capacity);
    value +=
        kWorking / static_cast<double>(kWorlds) * discount(year) * ((1.0 + kGain) * used - paid);
  }
  return value;
}

/// Signed dollars serve the work that can move and the rest in proportion.
PlanProblem problem_at(double belief, double take) {
  PlanProblem problem{
      .blocks = {{"all hours"}},
      .workloads = {{.name = "moves", .in_block = {1}}, {.name = "stays", .in_block = {1}}},
      .pools = {{.name = "signed", .ratio = {1.0, 0.0}, .movable = {1.0, 1.0}},
                {.name = "signed", .ratio = {0.0, 1.0}, .movable = {1.0, 1.0}},
                {.name = "market", .ratio = {1.0, 1.0}, .movable = {1.0, 1.0}},
                {.name = "new", .ratio = {1.0 + kGain, 0.0}, .movable = {1.0, 1.0}}},
      .rentals = {{.name = "market", .pool = 2}},
      .sources = {{.name = "new", .pool = 3, .take_price = 1.0, .extra_take = true}},
      .levers = {{.name = "port", .kind = LeverKind::kPort, .max = 1.0, .whole = true},
                 {.name = "new", .source = 0, .max = 1.0}},
      .limits = {{lp::at_most(0.0), {{1, 1.0}, {0, -1.0}}}}};
  const std::vector<double> nothing(kNeed.size());
  for (int world = 0; world < kWorlds; ++world) {
    Scenario s{.probability = 1.0 / kWorlds,
               .need = {{}, {}},
               .unmet_price = {std::vector<double>(kNeed.size(), 100.0),
                               std::vector<double>(kNeed.size(), 100.0)},
               .lost_receipts = {nothing, nothing},
               .signed_capacity = {{}, {}, nothing, nothing},
               .rental_price = {std::vector<double>(kNeed.size(), 1.0)},
               .rental_max = {std::vector<double>(kNeed.size(), 1000.0)}};
    LeverEffect offer;
    for (std::size_t year = 0; year < kNeed.size(); ++year) {
      const double need = belief / kBelief * kNeed[year];
      s.need[0].push_back({kMovable * need});
      s.need[1].push_back({(1.0 - kMovable) * need});
      s.signed_capacity[0].push_back(kMovable * kSigned[year]);
      s.signed_capacity[1].push_back((1.0 - kMovable) * kSigned[year]);
      s.signed_bill.push_back(kSigned[year]);
      const double capacity = world < kWorking ? kGigawattYear * kDelivered[year] : 0.0;
      offer.capacity.push_back(take * capacity);
      offer.extra.push_back((1.0 - take) * capacity);
      offer.bill.push_back(take * capacity);
    }
    s.effects = {{.cost = kPort}, offer};
    problem.scenarios.push_back(s);
  }
  for (std::size_t year = 0; year < kNeed.size(); ++year) {
    problem.periods.push_back({.label = "year",
                               .year = 2026 + static_cast<int>(year),
                               .years = 1.0,
                               .discount = discount(year)});
  }
  return problem;
}

struct Worth {
  double chosen = 0.0;  ///< Cost without the chip less the plan's cost.
  double forced = 0.0;  ///< The same with all of the gigawatt signed.
  double taken = 0.0;   ///< Share of the gigawatt that the plan signs.
};

Worth planned(double belief, double take) {
  const CapacityPlan plan = make_plan(problem_at(belief, take),
                                      {.gap = 1e-8,
                                       .value_of = {{.name = "access", .levers = {0, 1}}},
                                       .baselines = {{"nothing", {0.0, 0.0}}, {"all", {1.0, 1.0}}},
                                       .measure_information = false},
                                      lp::HighsSolver());
  REQUIRE(plan.value_of.size() == 1);
  REQUIRE(plan.baselines.size() == 2);
  return {.chosen = plan.value_of[0].low,
          .forced = plan.baselines[0].expected - plan.baselines[1].expected,
          .taken = plan.levers[1]};
}

/// Published to one decimal.
void check_near(double found, double published) {
  CAPTURE(found);
  CAPTURE(published);
  CHECK(std::abs(found - published) <= std::max(0.15 * std::abs(published), 0.15));
}

}  // namespace

TEST_CASE("a gigawatt paid by use is worth what the envelope says at low, base and high need") {
  const std::array published = {0.1, 5.8, 7.3};
  const std::array beliefs = {408.0, 495.0, 600.0};
  for (std::size_t i = 0; i < beliefs.size(); ++i) {
    const double envelope = on_the_envelope(beliefs[i], 0.0);
    const Worth worth = planned(beliefs[i], 0.0);
    CHECK(worth.forced == doctest::Approx(envelope).epsilon(1e-4));
    CHECK(worth.chosen == doctest::Approx(std::max(0.0, envelope)).epsilon(1e-3));
    check_near(worth.chosen, published[i]);
  }
}

TEST_CASE(
    "a gigawatt of which four fifths are due wins at base and high need and is a loss at low") {
  const std::array published = {-16.3, 4.1, 7.3};
  const std::array beliefs = {408.0, 495.0, 600.0};
  for (std::size_t i = 0; i < beliefs.size(); ++i) {
    const Worth worth = planned(beliefs[i], 0.8);
    CHECK(worth.forced == doctest::Approx(on_the_envelope(beliefs[i], 0.8)).epsilon(1e-4));
    check_near(worth.forced, published[i]);
    CHECK(worth.chosen >= worth.forced - 1e-4);
    if (published[i] < 0.0) CHECK(worth.taken == doctest::Approx(0.0));
  }
}
