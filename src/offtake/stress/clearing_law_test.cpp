#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <cmath>
#include <vector>

#include "offtake/stress/random_network.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::stress {
namespace {

using namespace offtake::literals;
using testing::at_least;
using testing::Case;
using testing::cleared;
using testing::close;
using testing::random_case;
using testing::unit;

/// The definition itself: what each party pays, given what it receives.
bool is_equilibrium(const Case& made, const ClearingVector& vector) {
  const std::size_t parties = made.network.parties;
  std::vector<Dollars> received(parties);
  for (const Debt& debt : made.network.debts) {
    if (!debt.creditor) continue;
    Dollars layer_sum;
    for (const Debt& other : made.network.debts) {
      if (other.debtor == debt.debtor && other.layer == debt.layer) layer_sum += other.amount;
    }
    if (layer_sum == Dollars{}) continue;
    received[*debt.creditor] +=
        debt.amount / layer_sum * vector.paid_by_layer[debt.layer * parties + debt.debtor];
  }
  for (const EquityLink& link : made.network.equity_links) {
    if (vector.defaulted[link.issuer]) continue;
    received[link.holder] += link.share * std::max(vector.equity[link.issuer], Dollars{});
  }
  for (std::size_t i = 0; i < parties; ++i) {
    Dollars debt;
    for (const Debt& own : made.network.debts) {
      if (own.debtor == i) debt += own.amount;
    }
    if (!close(received[i], vector.received[i])) return false;
    const Dollars before = made.cash[i] + received[i];
    const RecoveryRates rates =
        made.network.recovery.empty() ? RecoveryRates{} : made.network.recovery[i];
    if (vector.defaulted[i] ? before > debt + 1e-8_USD : before < debt - 1e-8_USD) return false;
    const Dollars due =
        vector.defaulted[i] ? rates.assets * made.cash[i] + rates.claims * received[i] : debt;
    if (!close(vector.paid[i], due)) return false;
  }
  return true;
}

TEST_CASE("what is found is an equilibrium, and the greatest is not below the least") {
  CHECK(rc::check([] {
    const Case made = random_case({.layers = static_cast<std::size_t>(*rc::gen::inRange(1, 5)),
                                   .equity = *rc::gen::arbitrary<bool>(),
                                   .costs = *rc::gen::arbitrary<bool>()});
    const ClearingVector greatest = cleared(made, Equilibrium::kGreatest);
    const ClearingVector least = cleared(made, Equilibrium::kLeast);
    RC_ASSERT(is_equilibrium(made, greatest));
    RC_ASSERT(is_equilibrium(made, least));
    RC_ASSERT(at_least(greatest.paid, least.paid));
  }));
}

TEST_CASE("without costs of default the payments are those of Eisenberg and Noe") {
  // p = min(pbar, e + Pi^T p), with one layer and no equity held: their equation itself.
  CHECK(rc::check([] {
    Case made = random_case({.layers = 1});
    const ClearingVector plain = cleared(made, Equilibrium::kGreatest);
    const std::size_t parties = made.network.parties;
    std::vector<Dollars> owed(parties);
    for (const Debt& debt : made.network.debts) owed[debt.debtor] += debt.amount;
    std::vector<Dollars> had = made.cash;
    for (const Debt& debt : made.network.debts) {
      if (!debt.creditor || debt.amount == Dollars{}) continue;
      had[*debt.creditor] += debt.amount / owed[debt.debtor] * plain.paid[debt.debtor];
    }
    for (std::size_t i = 0; i < parties; ++i) {
      RC_ASSERT(close(plain.paid[i], std::min(owed[i], had[i])));
    }
    made.network.recovery.assign(parties, {.assets = 1.0, .claims = 1.0});
    const ClearingVector with_rates = cleared(made, Equilibrium::kGreatest);
    for (std::size_t i = 0; i < parties; ++i) RC_ASSERT(close(plain.paid[i], with_rates.paid[i]));
  }));
}

TEST_CASE("no equilibrium that plain rounds reach lies outside the greatest and the least") {
  // Rounds from above tend to the greatest and from below to the least, for any costs.
  CHECK(rc::check([] {
    const Case made = random_case({.layers = 3, .equity = true, .costs = true});
    const ClearingSystem system(made.network);
    LiabilityNetwork guarded = made.network;  // A guarantee of nothing makes it go by rounds.
    guarded.parties += 3;
    guarded.recovery.resize(guarded.parties);
    guarded.guarantees = {{guarded.parties - 1, guarded.parties - 2, guarded.parties - 3, {}}};
    std::vector<Dollars> cash = made.cash;
    cash.resize(guarded.parties);
    for (const Equilibrium equilibrium : {Equilibrium::kGreatest, Equilibrium::kLeast}) {
      const auto exact = system.clear(made.cash, equilibrium);
      const auto rounds = ClearingSystem(guarded).clear(cash, equilibrium);
      RC_ASSERT(exact.has_value());
      RC_PRE(rounds.has_value());
      for (std::size_t i = 0; i < made.network.parties; ++i) {
        RC_ASSERT(std::abs((exact->paid[i] - rounds->paid[i]).in(1.0_USD)) < 1e-6);
      }
    }
  }));
}

TEST_CASE("money is neither made nor lost but for costs of default") {
  CHECK(rc::check([] {
    const Case made = random_case({.layers = 2, .costs = true});
    const ClearingVector vector = cleared(made, Equilibrium::kGreatest);
    // Cash before = paid outside + what the solvent keep + what default burns.
    Dollars before, kept, burnt, paid_inside, received;
    for (std::size_t i = 0; i < made.cash.size(); ++i) {
      before += made.cash[i];
      received += vector.received[i];
      paid_inside += vector.paid[i];
      if (!vector.defaulted[i]) {
        kept += vector.equity[i];
        continue;
      }
      burnt += (1.0 - made.network.recovery[i].assets) * made.cash[i] +
               (1.0 - made.network.recovery[i].claims) * vector.received[i];
    }
    const Dollars outside = paid_inside - received;
    RC_ASSERT(outside >= -1e-8_USD);
    RC_ASSERT(close(before, outside + kept + burnt));
  }));
}

TEST_CASE("more cash never lowers a payment, and costs of default never raise one") {
  CHECK(rc::check([] {
    Case made = random_case({.layers = 2, .equity = true, .costs = true});
    const Equilibrium equilibrium =
        *rc::gen::arbitrary<bool>() ? Equilibrium::kGreatest : Equilibrium::kLeast;
    const ClearingVector vector = cleared(made, equilibrium);
    Case richer = made;
    for (Dollars& cash : richer.cash) cash += unit() * 2.0_USD;
    RC_ASSERT(at_least(cleared(richer, equilibrium).paid, vector.paid));
    made.network.recovery.clear();
    RC_ASSERT(at_least(cleared(made, equilibrium).paid, vector.paid));
  }));
}

TEST_CASE("the order of the parties and the currency do not matter") {
  CHECK(rc::check([] {
    const Case made = random_case({.layers = 2, .equity = true, .costs = true});
    const std::size_t parties = made.network.parties;
    const double scale = 0.5 + 10.0 * unit();
    const auto moved = [&](std::size_t party) { return parties - 1 - party; };
    Case other = made;
    for (Debt& debt : other.network.debts) {
      debt.debtor = moved(debt.debtor);
      if (debt.creditor) debt.creditor = moved(*debt.creditor);
      debt.amount *= scale;
    }
    for (EquityLink& link : other.network.equity_links) {
      link.holder = moved(link.holder);
      link.issuer = moved(link.issuer);
    }
    for (std::size_t i = 0; i < parties; ++i) {
      other.cash[moved(i)] = scale * made.cash[i];
      other.network.recovery[moved(i)] = made.network.recovery[i];
    }
    const ClearingVector first = cleared(made, Equilibrium::kGreatest);
    const ClearingVector second = cleared(other, Equilibrium::kGreatest);
    for (std::size_t i = 0; i < parties; ++i) {
      RC_ASSERT(close(scale * first.paid[i], second.paid[moved(i)]));
    }
  }));
}

TEST_CASE("without rings of debt the greatest and the least equilibrium are one") {
  CHECK(rc::check([] {
    Case made = random_case({.layers = 2, .costs = true});
    std::erase_if(made.network.debts,
                  [](const Debt& debt) { return debt.creditor && *debt.creditor < debt.debtor; });
    const ClearingVector greatest = cleared(made, Equilibrium::kGreatest);
    RC_ASSERT(at_least(cleared(made, Equilibrium::kLeast).paid, greatest.paid));
  }));
}

}  // namespace
}  // namespace offtake::stress
