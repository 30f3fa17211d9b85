#include "offtake/stress/cash_position.hpp"

#include <doctest/doctest.h>

#include "offtake/stress/contagion.hpp"
#include "offtake/stress/monte_carlo.hpp"
#include "offtake/stress/small_problem.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::stress {
namespace {

using namespace offtake::literals;
using contract::RoundRule;
using doctest::Approx;
using testing::small_problem;

struct Drawn {
  BuyerModel buyer;
  World world;

  explicit Drawn(const StressProblem& problem)
      : buyer(problem), world(WorldSampler(problem).draw(0)) {}

  BuyerRun run(BuyerChoice choice = {}) const { return buyer.run(world, choice); }
};

double billions(double dollars) { return dollars / 1e9; }

TEST_CASE("without anything uncertain the cash is what a spreadsheet says") {
  const StressProblem problem = small_problem();
  const BuyerRun run = Drawn(problem).run();
  // 10 + (30 - 6 - 5 - 12) = 17, then 24, ...
  for (std::size_t quarter = 0; quarter < 8; ++quarter) {
    CHECK(billions(run.cash[quarter]) == Approx(10.0 + 7.0 * static_cast<double>(quarter + 1)));
  }
  CHECK_FALSE(run.failed());
}

TEST_CASE("a lag of receipts costs cash only when revenue grows, and so does a lag of bills") {
  StressProblem problem = small_problem();
  // Revenue 30 in quarter 0 and 60 from quarter 1 on; half of it arrives a quarter later.
  problem.revenue[0].base.assign(60, 20.0_BUSD);
  for (int month = 0; month < 3; ++month) problem.revenue[0].base[month] = 10.0_BUSD;
  problem.revenue[0].receipts_lag = 0.5;
  problem.revenue[0].owes_share = false;
  problem.payables_lag = 2.0 / 3.0;
  problem.commitments[0].bills.assign(12, 30.0_BUSD);
  problem.commitments[0].bills[0] = 12.0_BUSD;
  const BuyerRun run = Drawn(problem).run();
  // Quarter 0: receipts 30, as before the start; bill 12; opex 5: 10 + 13 = 23.
  CHECK(billions(run.cash[0]) == Approx(23.0));
  // Quarter 1: receipts 0.5 * 60 + 0.5 * 30 = 45; bill 30 / 3 + 12 * 2 / 3 = 18; opex 5: 23 + 22.
  CHECK(billions(run.cash[1]) == Approx(45.0));
}

TEST_CASE("a shortage is met by delay, then by step-down, then by default") {
  StressProblem problem = small_problem();
  problem.revenue[0].base.assign(60, 0.0_BUSD);
  problem.opex = {0.0_BUSD};
  problem.cash = 20.0_BUSD;
  problem.commitments[0].firm_share = 0.5;
  problem.commitments[0].step_down = 0.4;
  problem.commitments[0].cure = 1.0 / 3.0;
  const BuyerRun run = Drawn(problem).run();
  // Quarter 0 pays 12 of 20. Quarter 1 owes 12 and has 8: 4 are delayed, a third of the bill.
  CHECK(run.first_shortfall == 1);
  CHECK(billions(run.paid[1]) == Approx(8.0));
  CHECK(run.late[0]);
  // Quarter 2 owes 12 + 4 with nothing: 4 delayed, then the half that is not firm falls to 0.4 of
  // itself (bill 0.7 * 12), and still nothing is there.
  CHECK(run.default_quarter == 2);
  CHECK(run.kept[0] == Approx(0.7));
}

TEST_CASE("step-down saves a buyer that is short by what is not firm") {
  StressProblem problem = small_problem();
  problem.revenue[0].base.assign(60, Dollars{10.0_BUSD / 3.0});
  problem.revenue_share = {0.0};
  problem.opex = {0.0_BUSD};
  problem.cash = 0.0_BUSD;
  problem.commitments[0].firm_share = 0.5;
  problem.commitments[0].step_down = 0.4;
  problem.commitments[0].cure = 0.0;
  // Receipts 10 against 12 a quarter; after step-down 12 * (0.5 + 0.5 * 0.4) = 8.4.
  const BuyerRun run = Drawn(problem).run();
  CHECK_FALSE(run.failed());
  CHECK_FALSE(run.late[0]);  // Released by right is not late.
  CHECK(billions(run.cash[7]) == Approx(8 * 1.6));
}

TEST_CASE("rounds raise to the runway, at most once in their interval and up to the dilution") {
  StressProblem problem = small_problem();
  problem.revenue[0].base.assign(60, 0.0_BUSD);
  problem.revenue[0].base[0] = 10.0_BUSD;
  problem.opex = {0.0_BUSD};
  problem.revenue_share = {0.0};
  problem.cash = 12.0_BUSD;
  problem.cash_min = 5.0_BUSD;
  problem.rounds = {.rule = RoundRule::kRounds,
                    .every_quarters = 4,
                    .dilution_max = 0.1,
                    .runway_quarters = 4,
                    .sales_multiple = 5.0};
  // Quarter 0 earns 10, so a round is at most 0.1 * 5 * 40 = 20. Cash after bills 12 + 10 - 12 =
  // 10, and the runway needs 4 * 12 + 5 - 10 = 43: 20 are raised. Later quarters earn nothing.
  const BuyerRun run = Drawn(problem).run({.rule = RoundRule::kRounds});
  CHECK(billions(run.raised) == Approx(20.0));
  CHECK(billions(run.cash[0]) == Approx(30.0));
  CHECK(run.default_quarter == 3);  // 30 - 12 - 12 = 6, then a third of 12 late is 4: 6 + 4 < 12.
}

TEST_CASE("what is missing is the raise when all is raised at once") {
  StressProblem problem = small_problem();
  problem.revenue[0].base.assign(60, 0.0_BUSD);
  problem.opex = {0.0_BUSD};
  const BuyerRun run = Drawn(problem).run({.rule = RoundRule::kFree});
  CHECK(billions(run.raised) == Approx(8 * 12.0 - 10.0));
  CHECK_FALSE(run.failed());
}

TEST_CASE("a creditor loses its claim less letting again less what the estate pays") {
  StressProblem problem = small_problem();
  problem.revenue[0].base.assign(60, 0.0_BUSD);
  problem.opex = {0.0_BUSD};
  problem.cash = 12.0_BUSD;
  problem.commitments[0].cure = 0.0;
  problem.recovery_contract = 0.3;
  const Drawn drawn(problem);
  const BuyerRun run = drawn.run();
  REQUIRE(run.default_quarter == 1);
  // Due in quarter 1: 12. To come in quarters 2-11: 120, let again at 0.65: claim 42 more.
  const PartyRun parties = PartyModel(drawn.buyer).run(run, drawn.world.funding, true);
  CHECK(billions(parties.contract_loss[0]) == Approx(0.7 * (12.0 + 42.0)));
  CHECK(billions(parties.loss_gross[0]) == Approx(0.7 * (12.0 + 120.0)));
  // The cloud holds 20 until quarter 1 (-8 and no bill: 12), then each quarter gets rent 7.8 and
  // 0.3 * 4.2 of its claim, once 0.3 * 12, and spends 8: it never falls below zero.
  CHECK(parties.default_quarter[0] == 8);
}

TEST_CASE("a claim holds the firm bills beyond the horizon too") {
  StressProblem problem = small_problem();
  problem.revenue[0].base.assign(60, 0.0_BUSD);
  problem.opex = {0.0_BUSD};
  problem.cash = 12.0_BUSD;
  problem.commitments[0].cure = 0.0;
  problem.commitments[0].firm_share = 0.9;
  problem.commitments[0].step_down = 1.0;
  const auto loss = [&](std::size_t quarters) {
    problem.commitments[0].bills.assign(quarters, 12.0_BUSD);
    const Drawn drawn(problem);
    return billions(PartyModel(drawn.buyer).run(drawn.run(), drawn.world.funding, true).loss[0]);
  };
  // The horizon ends with quarter 8; ten more bills of 12, of which 0.9 less the rent of 0.65 is
  // claimed and 0.7 of that lost: 10 * 12 * 0.25 * 0.7 = 21.
  CHECK(loss(22) - loss(12) == Approx(21.0));
}

TEST_CASE("lenders lose what is drawn at the default less what they recover") {
  StressProblem problem = small_problem();
  problem.revenue[0].base.assign(60, 0.0_BUSD);
  problem.opex = {0.0_BUSD};
  problem.cash = 12.0_BUSD;
  problem.commitments[0].cure = 0.0;
  problem.recovery_debt = 0.4;
  problem.debt = {
      {.name = "drawn", .limit = 5.0_BUSD, .drawn = 5.0_BUSD, .earliest = 99},
      {.name = "due", .limit = 8.0_BUSD, .drawn = 8.0_BUSD, .earliest = 99, .until = 1}};
  // Quarter 0 takes all cash for the bill. In quarter 1 the second line falls due and nothing is
  // there: it is owed again, and the buyer fails.
  const StressAnswer answer = answer_stress(problem, {}, {1});
  CHECK(answer.defaults.value == 1.0);
  CHECK(billions(answer.lenders[0].expected_loss.base_units()) == Approx(0.6 * 5.0));
  CHECK(billions(answer.lenders[1].expected_loss.base_units()) == Approx(0.6 * 8.0));
  CHECK(billions(answer.lenders[1].cvar.base_units()) == Approx(0.6 * 8.0));
  CHECK(answer.lenders[1].unpaid == 1.0);
}

TEST_CASE("a supplier without funding and rent fails after the buyer, not before") {
  StressProblem problem = small_problem();
  problem.revenue[0].base.assign(60, 0.0_BUSD);
  problem.opex = {0.0_BUSD};
  problem.cash = 12.0_BUSD;
  problem.commitments[0].cure = 0.0;
  problem.market.resale_after_seizure = 0.2;
  problem.recovery_contract = 0.0;
  const Drawn drawn(problem);
  const BuyerRun run = drawn.run();
  // Cash 20 - 8 = 12 after quarter 1, then 8 of costs against a rent of 2.4: 6.4, 0.8, short.
  const PartyRun parties = PartyModel(drawn.buyer).run(run, drawn.world.funding, true);
  CHECK(parties.default_quarter[0] == 4);
}

}  // namespace
}  // namespace offtake::stress
