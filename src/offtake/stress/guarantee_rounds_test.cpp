#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "offtake/stress/random_network.hpp"

namespace offtake::stress {
namespace {

using namespace offtake::literals;
using testing::at_least;
using testing::Case;
using testing::random_case;
using testing::unit;

TEST_CASE("guarantees pay a creditor up to its claim and never more than their cap") {
  CHECK(rc::check([] {
    const Case made = random_case({.layers = 2, .costs = true, .guarantees = true});
    const auto greatest = ClearingSystem(made.network).clear(made.cash, Equilibrium::kGreatest);
    RC_PRE(greatest.has_value());
    for (std::size_t i = 0; i < made.network.guarantees.size(); ++i) {
      RC_ASSERT(greatest->called[i] <= made.network.guarantees[i].cap + 1e-9_USD);
    }
    std::vector<Dollars> claims(made.network.parties);
    for (const Debt& debt : made.network.debts) {
      if (debt.creditor) claims[*debt.creditor] += debt.amount;
    }
    for (std::size_t i = 0; i < claims.size(); ++i) {
      RC_ASSERT(greatest->received[i] <= claims[i] + 1e-8_USD);
    }
    Case richer = made;
    for (Dollars& cash : richer.cash) cash += unit() * 2.0_USD;
    const auto more = ClearingSystem(richer.network).clear(richer.cash, Equilibrium::kGreatest);
    RC_PRE(more.has_value());
    RC_ASSERT(at_least(more->paid, greatest->paid));
  }));
}

}  // namespace
}  // namespace offtake::stress
