#include "offtake/stress/minimum_raise.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "offtake/stress/monte_carlo.hpp"
#include "offtake/stress/random_problem.hpp"

namespace offtake::stress {
namespace {

using namespace offtake::literals;
using contract::RoundRule;
using doctest::Approx;
using testing::random_problem;
using testing::small_problem;

TEST_CASE("the raise for a later end or a surer answer is not smaller when nothing can be shed") {
  CHECK(rc::check([] {
    StressProblem problem = random_problem();
    problem.rounds.rule = RoundRule::kListedLines;
    problem.settings.renegotiation = false;
    problem.open_purchases.clear();
    problem.debt.clear();
    for (Commitment& terms : problem.commitments) terms.firm_share = 1.0;
    problem.settings.paths = 100;
    problem.settings.raise_paths = 100;
    const StressAnswer answer = answer_stress(problem, {}, {1});
    for (std::size_t i = 0; i < answer.raises.size(); ++i) {
      if (i % 3 > 0) RC_ASSERT(answer.raises[i].minimum >= answer.raises[i - 1].minimum);
      if (i >= 3) RC_ASSERT(answer.raises[i].minimum >= answer.raises[i - 3].minimum);
    }
    RC_ASSERT(answer.more_cash_hurts == 0.0);
  }));
}

TEST_CASE("without anything uncertain the minimum raise is the sum that is missing") {
  StressProblem problem = small_problem();
  problem.revenue[0].base.assign(60, 0.0_BUSD);
  problem.opex = {0.0_BUSD};
  problem.commitments[0].cure = 0.0;
  const StressAnswer answer = answer_stress(problem, {}, {1});
  // Four bills of 12 in 2026 and four in 2027, less 10 in hand; found to a step of 0.2%.
  CHECK(answer.raises[1].end == 2027.0);
  CHECK(answer.raises[1].minimum.in(1.0_BUSD) == Approx(38.0).epsilon(0.002));
  CHECK(answer.minimum_raise.in(1.0_BUSD) == Approx(86.0).epsilon(0.002));
  CHECK(answer.raises[1].fails_with_it.value == 0.0);
}

TEST_CASE("the minimum raise paid in at the start just holds the target on the same draws") {
  CHECK(rc::check([] {
    StressProblem problem = random_problem();
    problem.settings.paths = problem.settings.raise_paths = 100;
    const Dollars raise = answer_stress(problem, {}, {1}).minimum_raise;
    StressProblem funded = problem;
    funded.cash = problem.cash + raise;
    RC_ASSERT(answer_stress(funded, {}, {1}).defaults.value <= 0.05 + 1e-9);
    if (raise == Dollars{}) return;
    // The ladder's next smaller sum is not enough: a step of 0.2%, and nothing before 10 million.
    const bool first = raise < 0.01001_BUSD;
    funded.cash = problem.cash + (first ? Dollars{} : raise / 1.002);
    RC_ASSERT(answer_stress(funded, {}, {1}).defaults.value > 0.05);
  }));
}

TEST_CASE("every raise of an answer is of one definition") {
  StressProblem problem = small_problem();
  problem.revenue[0].volatility = 0.6;
  problem.commitments[0].bills.assign(12, 24.0_BUSD);
  const StressAnswer answer = answer_stress(problem, {{"nothing", "", "", problem, problem}}, {1});
  CHECK(answer.minimum_raise > 1.0_BUSD);
  CHECK(answer.raises[answer.raises.size() - 2].minimum == answer.minimum_raise);
  CHECK(answer.rules[1].used);
  CHECK(*answer.rules[1].minimum_raise == answer.minimum_raise);
  CHECK(answer.tornado[0].at_low == answer.minimum_raise);
  CHECK(answer.raise_end == Month(2027, 12));
}

/// Bills of 6 a quarter; revenue of 12 in quarters 0 and 4 and of 0.12 else, so that a round brings
/// up to 0.1 * 5 * 4 * 12 = 24 there and 0.24 else.
StressProblem two_chances() {
  StressProblem problem = small_problem();
  for (int month = 0; month < 60; ++month) {
    const int quarter = month / 3;
    problem.revenue[0].base[static_cast<std::size_t>(month)] =
        quarter == 0 || quarter == 4 ? 4.0_BUSD : 0.04_BUSD;
  }
  problem.revenue_share = {0.0};
  problem.opex = {0.0_BUSD};
  problem.cash = 0.0_BUSD;
  problem.commitments[0].bills.assign(8, 6.0_BUSD);
  problem.commitments[0].cure = 0.0;
  problem.rounds = {.rule = RoundRule::kRounds,
                    .every_quarters = 4,
                    .dilution_max = 0.1,
                    .runway_quarters = 3,
                    .sales_multiple = 5.0};
  return problem;
}

TEST_CASE("a richer buyer that puts its round off can fail, and that is counted") {
  const StressProblem problem = two_chances();
  const World open = WorldSampler(problem).draw(0);
  // Poor: 6 left in quarter 0 and 0.36 - 18 to come: it raises 11.64, then the same in quarter 4.
  // With 12 more it needs no round until quarter 3, raises 0.24 there, may not in quarter 4, and is
  // short in quarter 6: 12 + 12 + 0.36 + 0.24 + 12 + 0.24 < 7 * 6.
  const BuyerModel buyer(problem);
  CHECK(buyer.run(open, {.rule = RoundRule::kRounds}).default_quarter == 8);
  CHECK(buyer.run(open, {.rule = RoundRule::kRounds, .added_cash = 12e9}).default_quarter == 6);
  // With the market shut and 12 more in quarter 4 it lives from 17.64 - 6 = 11.64 on.
  World shut = open;
  shut.funding.open.assign(8, 0);
  shut.revenue.earned[4] += 12e9;
  const std::vector<World> worlds{open, shut, shut};
  RaiseSearch search(problem, worlds, {.rule = RoundRule::kRounds}, {1});
  const Raise raise = search.find({.end = 7, .confidence = 0.66});
  CHECK(raise.minimum.in(1.0_BUSD) == Approx(11.64).epsilon(0.002));
  CHECK(raise.fails_with_it.value == Approx(1.0 / 3.0));
  CHECK(search.more_cash_hurts(raise.minimum, 7) == Approx(1.0 / 3.0));
}

}  // namespace
}  // namespace offtake::stress
