#include "offtake/stress/monte_carlo.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <cmath>

#include "offtake/stress/circularity.hpp"
#include "offtake/stress/contagion.hpp"
#include "offtake/stress/small_problem.hpp"

namespace offtake::stress {
namespace {

using namespace offtake::literals;
using contract::RoundRule;
using doctest::Approx;
using testing::small_problem;

double between(double low, double high) {
  return low + (high - low) * (*rc::gen::inRange(0, 1001) / 1000.0);
}

/// A buyer that may or may not make it, with every kind of line, three parties and dues among them.
StressProblem random_problem() {
  StressProblem problem = small_problem();
  problem.quarters = 12;
  for (std::size_t month = 0; month < problem.revenue[0].base.size(); ++month) {
    problem.revenue[0].base[month] *= std::exp(between(0.0, 0.02) * static_cast<double>(month));
  }
  problem.revenue[0].volatility = between(0.0, 0.8);
  problem.revenue[0].receipts_lag = between(0.0, 1.5);
  problem.scenarios = {{.name = "on", .probability = 0.6},
                       {.name = "late", .probability = 0.4, .shift_months = 6, .level = 0.8}};
  problem.payables_lag = between(0.0, 1.0);
  problem.interest_on_cash = between(0.0, 0.05);
  problem.cash_min = between(0.0, 5.0) * 1.0_BUSD;
  problem.revenue_share_to = 1;
  problem.open_purchases.assign(12, between(0.0, 3.0) * 1.0_BUSD);
  problem.commitments.push_back({.name = "second",
                                 .supplier = 1,
                                 .bills = std::vector<Dollars>(20, between(2.0, 14.0) * 1.0_BUSD),
                                 .firm_share = between(0.5, 1.0),
                                 .step_down = between(0.0, 1.0),
                                 .gigawatts = 2.0});
  problem.equity = {
      {.name = "line", .investor = 2, .probability = 0.7, .schedule = {{2, 15.0_BUSD}}},
      {.name = "market",
       .probability = 0.5,
       .amount = 20.0_BUSD,
       .earliest = 3,
       .needs_open_window = true}};
  problem.debt = {
      {.name = "revolver", .limit = 4.0_BUSD, .rate = 0.05, .until = 9, .committed = true},
      {.name = "term",
       .limit = 10.0_BUSD,
       .rate = 0.1,
       .earliest = 2,
       .debt_to_trailing_revenue_max = 0.5}};
  problem.window = {
      .close_per_quarter = 0.2, .reopen_per_quarter = 0.4, .correlation_with_demand = 0.3};
  problem.rounds = {
      .rule = RoundRule::kRounds, .every_quarters = 4, .dilution_max = 0.1, .runway_quarters = 4};
  problem.parties.push_back({.name = "Builder",
                             .liquidity = 5.0_BUSD,
                             .free_cash_flow = between(-6.0, 2.0) * 1.0_BUSD,
                             .default_costs = {.assets = 0.6, .claims = 0.6}});
  problem.parties.push_back({.name = "Investor",
                             .liquidity = 20.0_BUSD,
                             .free_cash_flow = -1.0_BUSD,
                             .default_costs = {.assets = 0.6, .claims = 0.8}});
  problem.dues = {{.from = 0, .to = 1, .layer = 1, .amounts = std::vector<Dollars>(12, 2.0_BUSD)},
                  {.from = 1,
                   .to = 2,
                   .layer = 0,
                   .amounts = std::vector<Dollars>(12, 1.5_BUSD),
                   .refinanced_while_sound = true},
                  {.from = 2, .to = std::nullopt, .amounts = std::vector<Dollars>(12, 0.5_BUSD)}};
  problem.backstops = {{.by = 2, .of = 0, .cap = 3.0_BUSD}};
  problem.stakes = {{.holder = 2, .share = 0.1}};
  problem.settings.renegotiation = *rc::gen::arbitrary<bool>();
  problem.settings.running_cost = between(0.0, 0.4);
  problem.settings.party_hazard_share = *rc::gen::arbitrary<bool>() ? 1.0 : 0.0;
  for (StressParty& party : problem.parties) party.hazard = 0.1;
  problem.settings.seed = static_cast<std::uint64_t>(*rc::gen::inRange(1, 1'000'000));
  return problem;
}

struct Path {
  BuyerModel buyer;
  RevenueDraw revenue;
  FundingDraw world;

  Path(const StressProblem& problem, std::uint64_t path)
      : buyer(problem),
        revenue(RevenueSampler(problem).draw(path)),
        world(draw_funding(problem, revenue.common_factor, path)) {}
};

TEST_CASE("no cash appears or vanishes in any quarter, for the buyer and for all the others") {
  CHECK(rc::check([] {
    const StressProblem problem = random_problem();
    const RoundRule rule = *rc::gen::element(RoundRule::kNone, RoundRule::kListedLines,
                                             RoundRule::kRounds, RoundRule::kFree);
    const Path path(problem, 0);
    const BuyerRun run = path.buyer.run(path.revenue, path.world, {.rule = rule});
    const PartyRun parties = PartyModel(path.buyer).run(run, path.world, rule != RoundRule::kNone);
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

TEST_CASE("more cash never makes a buyer fail that neither sheds bills nor holds rounds") {
  CHECK(rc::check([] {
    StressProblem problem = random_problem();
    problem.settings.renegotiation = false;
    problem.open_purchases.clear();
    problem.debt.clear();
    for (Commitment& terms : problem.commitments) terms.firm_share = 1.0;
    const Path path(problem, 1);
    const double added = between(0.0, 50.0) * 1e9;
    const BuyerChoice plain{.rule = RoundRule::kListedLines};
    const BuyerChoice richer{.rule = RoundRule::kListedLines, .added_cash = added};
    RC_ASSERT(path.buyer.run(path.revenue, path.world, richer).default_quarter >=
              path.buyer.run(path.revenue, path.world, plain).default_quarter);
  }));
}

TEST_CASE("the count of threads does not change a figure") {
  StressProblem problem = small_problem();
  problem.revenue[0].volatility = 0.6;
  problem.commitments[0].bills.assign(12, 20.0_BUSD);
  problem.settings.paths = 1000;
  const StressAnswer one = answer_stress(problem, {}, {1});
  const StressAnswer three = answer_stress(problem, {}, {3});
  CHECK(one.paid_on_time.value == three.paid_on_time.value);
  CHECK(one.minimum_raise == three.minimum_raise);
  CHECK(one.parties[0].expected_loss == three.parties[0].expected_loss);
  CHECK(one.earned_mean == three.earned_mean);
  CHECK(one.defaults.value > 0.0);
  CHECK(one.defaults.value < 1.0);
}

TEST_CASE("the answer is ordered as it must be") {
  CHECK(rc::check([] {
    StressProblem problem = random_problem();
    problem.settings.paths = 200;
    problem.settings.raise_paths = 100;
    problem.settings.side_paths = 20;
    const StressAnswer answer = answer_stress(problem, {}, {1});
    const auto& rules = answer.rules;  // none, listed lines, rounds, free
    RC_ASSERT(rules[3].paid_on_time.value == 1.0);
    RC_ASSERT(rules[3].paid_on_time.value >= rules[2].paid_on_time.value);
    RC_ASSERT(rules[1].paid_on_time.value >= rules[0].paid_on_time.value);
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
    for (const CircularityResult& row : answer.circularity) {
      RC_ASSERT(row.netted <= row.gross + 1e-12);
      RC_ASSERT(row.gross <= 1.0 + 1e-12);
    }
  }));
}

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
    problem.settings.side_paths = 10;
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
  // Four bills of 12 in 2026 and four in 2027, less 10 in hand; found to a thousandth.
  CHECK(answer.raises[1].end == 2027.0);
  CHECK(answer.raises[1].minimum.in(1.0_BUSD) == Approx(38.0).epsilon(0.001));
  CHECK(answer.minimum_raise.in(1.0_BUSD) == Approx(86.0).epsilon(0.001));
  CHECK(answer.raises[1].fails_with_it.value == 0.0);
}

TEST_CASE("a party that the buyer never touches fails as often with it kept alive") {
  StressProblem problem = small_problem();
  problem.revenue[0].volatility = 0.8;
  problem.commitments[0].bills.assign(12, 20.0_BUSD);
  problem.settings.paths = 500;
  problem.settings.party_hazard_share = 1.0;
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

TEST_CASE("shares of paths carry Wilson's interval") {
  // 10 of 100 at z = 1.96: (0.1 + 0.019208) / 1.038416 -+ 1.96 / 1.038416 * sqrt(0.0009 +
  // 0.0000960)
  const Probability tenth = probability(10, 100);
  CHECK(tenth.value == 0.1);
  CHECK(tenth.low == Approx(0.0552).epsilon(0.002));
  CHECK(tenth.high == Approx(0.1744).epsilon(0.002));
  CHECK(probability(0, 50).low == 0.0);
}

TEST_CASE("the conditional value at risk counts the edge loss in part") {
  // Worst 30% of {4, 3, 2, 1}: 1.2 losses: 4 and a fifth of 3: 4.6 / 1.2.
  CHECK(conditional_value_at_risk({1.0, 4.0, 2.0, 3.0}, 0.7) == Approx(4.6 / 1.2));
}

TEST_CASE("money that returns is counted by its widest way, at most what was put in") {
  // Investor 0 puts 10 into buyer 2; 4 come back at once, 9 more go by cloud 1, which passes 5 on.
  const std::vector<MoneyEdge> edges{{0, 2, 10.0}, {2, 0, 4.0}, {2, 1, 9.0}, {1, 0, 5.0}};
  const auto rows = money_returned(3, 2, edges, 0.5);
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].returned == 9.0);
  CHECK(rows[0].returned_netted == 4.5);
}

TEST_CASE("dropping an edge never raises what returns, and none exceeds its edges") {
  CHECK(rc::check([] {
    std::vector<MoneyEdge> edges{{0, 1, between(0.0, 10.0)}};
    for (std::size_t from = 0; from < 5; ++from) {
      for (std::size_t to = 0; to < 5; ++to) {
        if (from != to && *rc::gen::inRange(0, 2) == 0)
          edges.push_back({from, to, between(0.0, 5.0)});
      }
    }
    const double all = largest_flow(5, edges, 1, 0);
    double out = 0.0;
    for (const MoneyEdge& edge : edges) out += edge.from == 1 ? edge.amount : 0.0;
    RC_ASSERT(all <= out + 1e-9);
    auto fewer = edges;
    fewer.erase(fewer.begin() +
                *rc::gen::inRange<std::ptrdiff_t>(0, static_cast<std::ptrdiff_t>(edges.size())));
    RC_ASSERT(largest_flow(5, fewer, 1, 0) <= all + 1e-9);
  }));
}

}  // namespace
}  // namespace offtake::stress
