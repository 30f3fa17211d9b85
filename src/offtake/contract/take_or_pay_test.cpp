#include "offtake/contract/take_or_pay.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>

#include "offtake/units/literals.hpp"

namespace offtake::contract {

using namespace literals;

constexpr TakeOrPay kTerms{.commitment = 100.0_chip_h,
                           .price = 2.0_USD_per_chip_h,
                           .price_overage = 3.0_USD_per_chip_h,
                           .make_up_max = 50.0_chip_h};

TEST_CASE("unused commitment is paid, use beyond it costs the overage price") {
  const Payment under = payment_due(kTerms, 60.0_chip_h);
  CHECK(under.drawdown.in(1.0_USD) == doctest::Approx(120));  // 60 * 2
  CHECK(under.shortfall.in(1.0_USD) == doctest::Approx(80));  // 40 * 2
  CHECK(under.overage == 0.0_USD);
  const Payment over = payment_due(kTerms, 130.0_chip_h);
  CHECK(over.total().in(1.0_USD) == doctest::Approx(290));  // 100 * 2 + 30 * 3
}

TEST_CASE("hours paid for and not used serve later use beyond the commitment") {
  // 40 unused hours join the balance; then 130 used: 100 drawn, 30 of the balance, no overage.
  const Settlement first = settle(kTerms, 60.0_chip_h, 0.0_chip_h);
  CHECK(first.make_up_balance.in(1.0_chip_h) == doctest::Approx(40));
  const Settlement second = settle(kTerms, 130.0_chip_h, first.make_up_balance);
  CHECK(second.payment.overage == 0.0_USD);
  CHECK(second.make_up_balance.in(1.0_chip_h) == doctest::Approx(10));
}

TEST_CASE("a take-or-pay bill is never below the commitment, and every hour is accounted for") {
  CHECK(rc::check([] {
    const ChipHours use = *rc::gen::inRange(0, 300) * 1.0_chip_h;
    const ChipHours balance = *rc::gen::inRange(0, 50) * 1.0_chip_h;
    const Settlement done = settle(kTerms, use, balance);
    RC_ASSERT(done.payment.total() >= kTerms.commitment * kTerms.price);
    const ChipHours paid_beyond = done.payment.overage / kTerms.price_overage;
    const ChipHours served = std::min(use, kTerms.commitment) + done.made_up + paid_beyond;
    RC_ASSERT(abs(served - use) <= 1e-9 * 1.0_chip_h);
    RC_ASSERT(done.make_up_balance <= kTerms.make_up_max);
  }));
}

}  // namespace offtake::contract
