#include "offtake/contract/take_or_pay.hpp"

#include <algorithm>

#include "offtake/base/expects.hpp"

namespace offtake::contract {

Settlement settle(const TakeOrPay& terms, ChipHours use, ChipHours make_up_balance) {
  expects(use >= ChipHours{}, "use is not negative");
  expects(make_up_balance >= ChipHours{}, "a make-up balance is not negative");
  const ChipHours drawn = std::min(use, terms.commitment);
  const ChipHours unused = terms.commitment - drawn;
  const ChipHours beyond = use - drawn;
  const ChipHours made_up = std::min(beyond, make_up_balance);
  return {.payment = {.drawdown = drawn * terms.price,
                      .shortfall = unused * terms.price,
                      .overage = (beyond - made_up) * terms.price_overage},
          .made_up = made_up,
          .make_up_balance = std::min(make_up_balance - made_up + unused, terms.make_up_max)};
}

Payment payment_due(const TakeOrPay& terms, ChipHours use) {
  return settle(terms, use, ChipHours{}).payment;
}

}  // namespace offtake::contract
