#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <cmath>

#include "offtake/stress/contagion.hpp"
#include "offtake/stress/random_problem.hpp"

namespace offtake::stress {
namespace {

using namespace offtake::literals;
using contract::RoundRule;
using testing::between;
using testing::random_problem;

struct Path {
  BuyerModel buyer;
  World world;

  Path(const StressProblem& problem, std::uint64_t path)
      : buyer(problem), world(WorldSampler(problem).draw(path)) {}
};

TEST_CASE("no cash appears or vanishes in any quarter, for the buyer and for all the others") {
  CHECK(rc::check([] {
    const StressProblem problem = random_problem();
    const RoundRule rule = *rc::gen::element(RoundRule::kNone, RoundRule::kListedLines,
                                             RoundRule::kRounds, RoundRule::kFree);
    const Path path(problem, 0);
    const BuyerRun run = path.buyer.run(path.world, {.rule = rule});
    const PartyRun parties =
        PartyModel(path.buyer).run(run, path.world.funding, rule != RoundRule::kNone);
    double cash = problem.cash.base_units();
    for (int quarter = 0; quarter < problem.quarters; ++quarter) {
      const BuyerFlows& own = run.flows[static_cast<std::size_t>(quarter)];
      const PartyFlows& others = parties.flows[static_cast<std::size_t>(quarter)];
      const double size = cash + own.customers + own.from_outside + own.from_parties + 1e9;
      cash += own.customers + own.from_outside + own.from_parties - own.to_outside - own.to_parties;
      RC_ASSERT(std::abs(cash - run.cash[static_cast<std::size_t>(quarter)]) <= 1e-9 * size);
      if (quarter <= run.default_quarter) {
        RC_ASSERT(std::abs(own.to_parties - others.from_buyer) <= 1e-9 * size);
        RC_ASSERT(std::abs(own.from_parties - others.to_buyer) <= 1e-9 * size);
      }
      const double after = others.cash_before + others.from_buyer - others.to_buyer +
                           others.from_outside - others.to_outside - others.burnt;
      RC_ASSERT(std::abs(after - others.cash_after) <= 1e-9 * (std::abs(after) + size));
    }
  }));
}

/// A buyer that can neither shed, cut nor raise anything beyond its equity lines.
StressProblem rigid_problem() {
  StressProblem problem = random_problem();
  problem.settings.renegotiation = false;
  problem.open_purchases.clear();
  problem.debt.clear();
  for (Commitment& terms : problem.commitments) terms.firm_share = 1.0;
  return problem;
}

int default_quarter(const StressProblem& problem, std::uint64_t path, BuyerChoice choice = {}) {
  return BuyerModel(problem).run(WorldSampler(problem).draw(path), choice).default_quarter;
}

TEST_CASE("more cash, more equity or lower bills never make a rigid buyer fail earlier") {
  CHECK(rc::check([] {
    const StressProblem problem = rigid_problem();
    const auto path = static_cast<std::uint64_t>(*rc::gen::inRange(0, 64));
    const int plain = default_quarter(problem, path);
    RC_ASSERT(default_quarter(problem, path, {.added_cash = between(0.0, 50.0) * 1e9}) >= plain);
    StressProblem funded = problem;
    for (EquityLine& line : funded.equity) {
      line.amount *= 1.0 + between(0.0, 2.0);
      for (Instalment& part : line.schedule) part.amount *= 1.0 + between(0.0, 2.0);
    }
    RC_ASSERT(default_quarter(funded, path) >= plain);
    StressProblem likelier = problem;
    for (EquityLine& line : likelier.equity) line.probability = between(line.probability, 1.0);
    RC_ASSERT(default_quarter(likelier, path) >= plain);
    StressProblem lighter = problem;
    for (Commitment& terms : lighter.commitments) {
      for (Dollars& bill : terms.bills) bill *= between(0.0, 1.0);
    }
    RC_ASSERT(default_quarter(lighter, path) >= plain);
    RC_ASSERT(default_quarter(problem, path, {.without = 0}) >= plain);
  }));
}

TEST_CASE("a supplier that may take less never makes the buyer fail earlier") {
  CHECK(rc::check([] {
    StressProblem problem = random_problem();
    const RoundRule rule =
        *rc::gen::element(RoundRule::kNone, RoundRule::kListedLines, RoundRule::kRounds);
    const auto path = static_cast<std::uint64_t>(*rc::gen::inRange(0, 64));
    problem.settings.renegotiation = false;
    const int without = default_quarter(problem, path, {.rule = rule});
    problem.settings.renegotiation = true;
    RC_ASSERT(default_quarter(problem, path, {.rule = rule}) >= without);
  }));
}

TEST_CASE("cash without lines, sheds or chance is what the yearly sums leave") {
  CHECK(rc::check([] {
    StressProblem problem = rigid_problem();
    problem.scenarios = {{.name = "base", .probability = 1.0}};
    problem.process.volatility_scale = 0.0;
    problem.equity.clear();
    problem.revenue[0].earned.clear();
    problem.revenue[0].receipts_lag = 0.0;
    problem.payables_lag = 0.0;
    problem.interest_on_cash = 0.0;
    problem.cash = 500.0_BUSD;
    const BuyerRun run = BuyerModel(problem).run(WorldSampler(problem).draw(0), {});
    double cash = problem.cash.base_units();
    for (int quarter = 0; quarter < run.default_quarter; ++quarter) {
      double revenue = 0.0;
      for (int month = 3 * quarter; month < 3 * quarter + 3; ++month) {
        revenue += problem.revenue[0].base[static_cast<std::size_t>(month)].base_units();
      }
      cash += 0.8 * revenue - 5e9;  // A fifth is shared, 5 are spent.
      for (const Commitment& terms : problem.commitments) {
        cash -= at_or_none(terms.bills, quarter).base_units();
      }
      RC_ASSERT(std::abs(run.cash[static_cast<std::size_t>(quarter)] - cash) < 1.0);
    }
  }));
}

}  // namespace
}  // namespace offtake::stress
