#include "offtake/stress/monte_carlo.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <cmath>

#include "offtake/stress/contagion.hpp"
#include "offtake/stress/random_problem.hpp"

namespace offtake::stress {
namespace {

using namespace offtake::literals;
using contract::RoundRule;
using doctest::Approx;
using testing::between;
using testing::random_problem;
using testing::small_problem;

TEST_CASE("the count of threads does not change a figure") {
  CHECK(rc::check([] {
    StressProblem problem = random_problem();
    problem.settings.paths = 600;
    problem.settings.raise_paths = 150;
    StressProblem other = problem;
    other.process.volatility_scale = 0.5;
    const std::vector<Variation> variations{{"volatility", "half", "all", other, problem}};
    const StressAnswer one = answer_stress(problem, variations, {1});
    const StressAnswer many = answer_stress(problem, variations, {*rc::gen::inRange(2, 5)});
    RC_ASSERT(one.paid_on_time.value == many.paid_on_time.value);
    RC_ASSERT(one.more_cash_hurts == many.more_cash_hurts);
    RC_ASSERT(one.circularity.gross == many.circularity.gross);
    RC_ASSERT(one.circularity.customers_money == many.circularity.customers_money);
    RC_ASSERT(one.fragility == many.fragility);
    RC_ASSERT(one.tornado[0].at_low == many.tornado[0].at_low);
    for (std::size_t i = 0; i < one.raises.size(); ++i) {
      RC_ASSERT(one.raises[i].minimum == many.raises[i].minimum);
      RC_ASSERT(one.raises[i].high == many.raises[i].high);
    }
    for (std::size_t i = 0; i < one.rules.size(); ++i) {
      RC_ASSERT(one.rules[i].raised_mean == many.rules[i].raised_mean);
    }
    for (std::size_t i = 0; i < one.parties.size(); ++i) {
      RC_ASSERT(one.parties[i].expected_loss == many.parties[i].expected_loss);
      RC_ASSERT(one.parties[i].cvar == many.parties[i].cvar);
    }
    for (std::size_t i = 0; i < one.lenders.size(); ++i) {
      RC_ASSERT(one.lenders[i].expected_loss == many.lenders[i].expected_loss);
    }
  }));
}

TEST_CASE("the answer is ordered as it must be") {
  CHECK(rc::check([] {
    StressProblem problem = random_problem();
    problem.settings.paths = 200;
    problem.settings.raise_paths = 100;
    const StressAnswer answer = answer_stress(problem, {}, {1});
    const auto& rules = answer.rules;  // none, listed lines, rounds, free
    RC_ASSERT(rules[3].paid_on_time.value == 1.0);
    RC_ASSERT(rules[3].paid_on_time.value >= rules[2].paid_on_time.value);
    RC_ASSERT(rules[1].paid_on_time.value >= rules[0].paid_on_time.value);
    RC_ASSERT(rules[2].paid_on_time.value >= rules[0].paid_on_time.value);
    double scenarios = 0.0;
    for (const ScenarioResult& row : answer.scenarios) {
      RC_ASSERT(static_cast<double>(row.paths) == std::round(200 * row.probability));
      scenarios += row.paid_on_time.value * static_cast<double>(row.paths) / 200.0;
    }
    RC_ASSERT(std::abs(scenarios - answer.paid_on_time.value) < 1e-9);
    for (std::size_t year = 1; year < answer.default_by.size(); ++year) {
      RC_ASSERT(answer.default_by[year].probability.value >=
                answer.default_by[year - 1].probability.value);
    }
    for (const Raise& raise : answer.raises) {
      RC_ASSERT(raise.fails_with_it.value <= 1.0 - raise.confidence + 1e-9);
    }
    for (std::size_t i = 0; i < answer.raises.size(); ++i) {  // Three levels an end.
      if (i % 3 > 0) RC_ASSERT(answer.raises[i].minimum >= answer.raises[i - 1].minimum);
      if (i >= 3) RC_ASSERT(answer.raises[i].minimum >= answer.raises[i - 3].minimum);
    }
    double first = 0.0;
    for (const Probability& quarter : answer.first_shortfall) first += quarter.value;
    RC_ASSERT(first + 1e-9 >= answer.defaults.value);
    for (const CommitmentResult& row : answer.commitments) {
      RC_ASSERT(std::abs(row.on_time + row.late + row.never - 1.0) < 1e-9);
    }
    for (const PartyResult& party : answer.parties) {
      RC_ASSERT(party.expected_loss_gross >= party.expected_loss);
      RC_ASSERT(party.cvar >= party.expected_loss - 1.0_USD);
    }
    for (const CircularityResult& row : answer.circularity.investors) {
      RC_ASSERT(row.netted <= row.gross + 1e-12);
      RC_ASSERT(row.gross <= 1.0 + 1e-12);
    }
  }));
}

TEST_CASE("a party that the buyer never touches fails as often with it kept alive") {
  StressProblem problem = small_problem();
  problem.revenue[0].volatility = 0.8;
  problem.commitments[0].bills.assign(12, 20.0_BUSD);
  problem.settings.paths = 500;
  problem.settings.party_trouble = PartyTrouble::kOwnHazard;
  problem.parties.push_back({.name = "Stranger",
                             .liquidity = 5.0_BUSD,
                             .funding_stops_with_buyer = false,
                             .hazard = 0.3});
  const StressAnswer answer = answer_stress(problem, {}, {1});
  const PartyResult& stranger = answer.parties[1];
  CHECK(stranger.default_by.back().probability.value > 0.2);
  CHECK(stranger.default_by.back().probability.value == stranger.default_by_end_buyer_alive);
  CHECK(answer.parties[0].default_by.back().probability.value >=
        answer.parties[0].default_by_end_buyer_alive);
}

}  // namespace
}  // namespace offtake::stress
