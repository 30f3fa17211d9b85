#include "offtake/stress/clearing.hpp"

#include <doctest/doctest.h>

#include <vector>

#include "offtake/stress/fire_sale.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::stress {
namespace {

using namespace offtake::literals;
using doctest::Approx;

double paid(const ClearingVector& vector, std::size_t party) {
  return vector.paid[party].in(1.0_USD);
}

TEST_CASE("a default passes a ring of three on in part") {
  // Eisenberg-Noe: 0 owes 20 to 1 and 10 to 2; 1 owes 5 to 0 and 24 to 2; 2 owes 10 to 0; cash 10.
  // 0 and 1 fail: p0 = 10 + 5/29 p1 + 10, p1 = 10 + 20/30 p0. So p0 = 20 + 50/29 + 10/87 p0,
  // p0 (77/87) = 630/29, p0 = 270/11; p1 = 10 + 180/11 = 290/11.
  const LiabilityNetwork network{.parties = 3,
                                 .debts = {{0, 1, 0, 20.0_USD},
                                           {0, 2, 0, 10.0_USD},
                                           {1, 0, 0, 5.0_USD},
                                           {1, 2, 0, 24.0_USD},
                                           {2, 0, 0, 10.0_USD}}};
  const std::vector<Dollars> cash(3, 10.0_USD);
  const auto result = ClearingSystem(network).clear(cash, Equilibrium::kGreatest);
  REQUIRE(result);
  CHECK(paid(*result, 0) == Approx(270.0 / 11).epsilon(1e-12));
  CHECK(paid(*result, 1) == Approx(290.0 / 11).epsilon(1e-12));
  CHECK(paid(*result, 2) == Approx(10.0).epsilon(1e-12));
  CHECK(result->defaulted == std::vector<bool>{true, true, false});
}

TEST_CASE("two that owe each other can both pay or both fail when default costs half") {
  // Cash 0.2, debt 1 each. Both paying: 0.2 + 1 >= 1. Both failing: p = 0.5 * 0.2 + 0.5 p = 0.2.
  const LiabilityNetwork network{.parties = 2,
                                 .debts = {{0, 1, 0, 1.0_USD}, {1, 0, 0, 1.0_USD}},
                                 .recovery = {{0.5, 0.5}, {0.5, 0.5}}};
  const std::vector<Dollars> cash(2, 0.2_USD);
  const ClearingSystem system(network);
  CHECK(paid(*system.clear(cash, Equilibrium::kGreatest), 0) == 1.0);
  CHECK(paid(*system.clear(cash, Equilibrium::kLeast), 0) == Approx(0.2).epsilon(1e-12));
}

TEST_CASE("a ring without cash pays everything or nothing") {
  const LiabilityNetwork network{.parties = 2, .debts = {{0, 1, 0, 1.0_USD}, {1, 0, 0, 1.0_USD}}};
  const std::vector<Dollars> cash(2);
  const ClearingSystem system(network);
  CHECK(paid(*system.clear(cash, Equilibrium::kGreatest), 0) == 1.0);
  CHECK(paid(*system.clear(cash, Equilibrium::kLeast), 0) == 0.0);
}

TEST_CASE("a ring that keeps all it has pays in full from below once it holds any cash") {
  // Each owes 1 to the other. With 0.001 in one hand, p = p + 0.001 has no solution below 1.
  const LiabilityNetwork network{.parties = 2, .debts = {{0, 1, 0, 1.0_USD}, {1, 0, 0, 1.0_USD}}};
  const std::vector<Dollars> cash{0.001_USD, 0.0_USD};
  const auto least = ClearingSystem(network).clear(cash, Equilibrium::kLeast);
  REQUIRE(least);
  CHECK(paid(*least, 0) == Approx(1.0).epsilon(1e-12));
  CHECK(paid(*least, 1) == Approx(1.0).epsilon(1e-12));
}

TEST_CASE("senior creditors are paid before junior ones") {
  // Party 0 has 7 and owes 5 senior to 1, 4 junior to 2: 2 gets 2. Party 1 then holds 5 of its 6.
  const LiabilityNetwork network{
      .parties = 3,
      .debts = {{0, 1, 0, 5.0_USD}, {0, 2, 1, 4.0_USD}, {1, std::nullopt, 0, 6.0_USD}}};
  const std::vector<Dollars> cash{7.0_USD, 0.0_USD, 0.0_USD};
  const auto result = ClearingSystem(network).clear(cash, Equilibrium::kGreatest);
  REQUIRE(result);
  CHECK(result->paid_by_layer[0] == 5.0_USD);
  CHECK(result->paid_by_layer[3] == 2.0_USD);
  CHECK(result->received[2] == 2.0_USD);
  CHECK(paid(*result, 1) == 5.0);
  CHECK(result->defaulted == std::vector<bool>{true, true, false});
}

TEST_CASE("equity held across two firms is worth what both equations say") {
  // Suzuki: each owes 1, of which 0.4 to the other; each holds 0.2 of the other's equity;
  // assets 1.2 and 0.6. Solvent: s0 = 1.2 + 0.2 s1 + 0.4 - 1, s1 = 0.6 + 0.2 s0 + 0.4 - 1 = 0.2 s0,
  // so s0 = 0.6 / 0.96 = 0.625 and s1 = 0.125.
  const LiabilityNetwork network{.parties = 2,
                                 .debts = {{0, 1, 0, 0.4_USD},
                                           {0, std::nullopt, 0, 0.6_USD},
                                           {1, 0, 0, 0.4_USD},
                                           {1, std::nullopt, 0, 0.6_USD}},
                                 .equity_links = {{0, 1, 0.2}, {1, 0, 0.2}}};
  const std::vector<Dollars> cash{1.2_USD, 0.6_USD};
  const ClearingSystem system(network);
  for (const Equilibrium equilibrium : {Equilibrium::kGreatest, Equilibrium::kLeast}) {
    const auto result = system.clear(cash, equilibrium);
    REQUIRE(result);
    CHECK(result->equity[0].in(1.0_USD) == Approx(0.625).epsilon(1e-12));
    CHECK(result->equity[1].in(1.0_USD) == Approx(0.125).epsilon(1e-12));
  }
}

TEST_CASE("a guarantor makes the creditor whole up to the cap") {
  // Party 0 has 3 of the 10 it owes to 1; party 2 guarantees 5, so 1 gets 3 + 5 and 2 keeps 1 of 6.
  LiabilityNetwork network{
      .parties = 3, .debts = {{0, 1, 0, 10.0_USD}}, .guarantees = {{2, 0, 1, 5.0_USD}}};
  const std::vector<Dollars> cash{3.0_USD, 0.0_USD, 6.0_USD};
  const auto result = ClearingSystem(network).clear(cash, Equilibrium::kGreatest);
  REQUIRE(result);
  CHECK(result->received[1].in(1.0_USD) == Approx(8.0));
  CHECK(result->called[0].in(1.0_USD) == Approx(5.0));
  CHECK(result->equity[2].in(1.0_USD) == Approx(1.0));
  // With a cap of 9 only the 7 that are missing are called, 2 has 6 and fails, and 1 gets 9.
  network.guarantees[0].cap = 9.0_USD;
  const auto wide = ClearingSystem(network).clear(cash, Equilibrium::kGreatest);
  REQUIRE(wide);
  CHECK(wide->received[1].in(1.0_USD) == Approx(9.0));
  CHECK(wide->defaulted == std::vector<bool>{true, false, true});
}

TEST_CASE("chips are sold until the sale raises what is missing") {
  // A need of 3 at price exp(-0.1 x): the smaller root of x exp(-0.1 x) = 3 is 4.89402...
  const LiabilityNetwork network{.parties = 1, .debts = {{0, std::nullopt, 0, 3.0_USD}}};
  const std::vector<Dollars> cash(1);
  const FireSale sale{.units = {10.0}, .price = 1.0_USD, .impact = 0.1};
  const auto result = clear_with_sales(ClearingSystem(network), cash, sale, Equilibrium::kGreatest);
  REQUIRE(result);
  CHECK(result->sold[0] == Approx(4.89402227180215).epsilon(1e-9));
  CHECK(result->price.in(1.0_USD) == Approx(0.6129927150689682).epsilon(1e-9));
  CHECK_FALSE(result->payments.defaulted[0]);
}

TEST_CASE("a need beyond what any sale can raise is a default that sells all") {
  // The most that x exp(-0.1 x) reaches is 10 / e = 3.679; of 10 chips sold, all of it is paid.
  const LiabilityNetwork network{.parties = 1, .debts = {{0, std::nullopt, 0, 4.0_USD}}};
  const std::vector<Dollars> cash(1);
  const FireSale sale{.units = {10.0}, .price = 1.0_USD, .impact = 0.1};
  const auto result = clear_with_sales(ClearingSystem(network), cash, sale, Equilibrium::kGreatest);
  REQUIRE(result);
  CHECK(result->payments.defaulted[0]);
  CHECK(result->payments.paid[0].in(1.0_USD) == Approx(3.678794411714423));
}

TEST_CASE("every fault of a network is named") {
  const LiabilityNetwork network{.parties = 2,
                                 .debts = {{0, 2, 0, 1.0_USD}, {1, 1, 0, 1.0_USD}},
                                 .equity_links = {{0, 1, 1.0}},
                                 .recovery = {{0.5, 0.5}}};
  CHECK(faults(network) ==
        std::vector<std::string>{
            "debt 0 names a party beyond the last", "debt 1 is owed by a party to itself",
            "1 of the equity of party 1 is held inside the network, not less than 1",
            "1 recovery rates for 2 parties"});
}

}  // namespace
}  // namespace offtake::stress
