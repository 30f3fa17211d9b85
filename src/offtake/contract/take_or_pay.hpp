#pragma once

#include "offtake/units/quantity.hpp"

namespace offtake::contract {

/// The buyer pays for the commitment, used or not, and a second price for use beyond it.
struct TakeOrPay {
  ChipHours commitment;  ///< For each period.
  ChipPrice price;
  ChipPrice price_overage;
  /// Largest balance of paid but unused hours that may be used free of charge in later periods;
  /// zero: unused hours are lost.
  ChipHours make_up_max;
};

struct Payment {
  Dollars drawdown;   ///< Commitment that was used.
  Dollars shortfall;  ///< Commitment that was not.
  Dollars overage;    ///< Use beyond the commitment and the hours made up.
  constexpr Dollars total() const { return drawdown + shortfall + overage; }
};

/// A period's payment and the make-up balance after it.
struct Settlement {
  Payment payment;
  ChipHours made_up;  ///< Use covered by hours paid for earlier.
  ChipHours make_up_balance;
};

/// Settles one period. Use beyond the commitment draws first on `make_up_balance`, then pays the
/// overage price; hours paid and not used join the balance up to its limit. `use` and the balance
/// are not negative.
Settlement settle(const TakeOrPay& terms, ChipHours use, ChipHours make_up_balance);

/// The payment of a period when nothing is carried over.
Payment payment_due(const TakeOrPay& terms, ChipHours use);

}  // namespace offtake::contract
