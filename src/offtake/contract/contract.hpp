#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "offtake/contract/port.hpp"
#include "offtake/units/month.hpp"
#include "offtake/units/quantity.hpp"

namespace offtake::contract {

enum class ContractKind {
  kTakeOrPay,        ///< Capacity of a system, paid used or not.
  kSpendCommitment,  ///< Dollars a year on whatever the supplier sells then.
  kFirstTranche,     ///< The binding first part of a larger frame; the rest is an OptionHeld.
};

/// How much work a contracted dollar delivers; the choice that moves a plan most.
enum class DeliveryReading {
  kCurrentPricePerformance,  ///< What the market's best chip gives a dollar in the year of payment.
  kDeliveryYear,  ///< The same, fixed for each lot in the year in which it was delivered.
  kNamedSystem,   ///< Chips of `system` at `price`, whatever the year.
};

/// A second generation that takes over a part of the same contract.
struct NextSystem {
  std::string system;
  Month from;
  double share = 0.0;  ///< Of the dollars paid from then on.
  std::optional<ChipPrice> price;
};

/// A signed contract for compute: it binds.
struct Contract {
  std::string name;
  std::string supplier;
  std::string system;
  ContractKind kind = ContractKind::kTakeOrPay;
  DeliveryReading delivery = DeliveryReading::kNamedSystem;
  Dollars commitment;  ///< All that is owed, at face.
  std::optional<ChipPrice> price;
  std::optional<Watts> power;  ///< Site power at full size.
  std::optional<Seconds> term;
  /// Bills by calendar year, even over the months that lie inside the book's time. Years before the
  /// start and after the horizon belong to the commitment and are reported, not dropped.
  std::map<int, Dollars> pay;
  std::map<int, Dollars>
      pay_alternative;  ///< Another reading of the same commitment; may be empty.
  double firm_share =
      1.0;                 ///< The part that a court would enforce; bills run at face all the same.
  double step_down = 0.4;  ///< Share of a released amount that stays due, along the schedule.
  Seconds cure;            ///< How long a bill may be late before it is a default.
  std::optional<Port> port;
  std::optional<NextSystem> next_system;
  std::vector<std::string> workloads;  ///< Only these may use it; empty: all.
  std::vector<std::string> sites;      ///< Sites whose power it needs; empty: it has its own.
  /// Months of delay that `pay` already holds against the sites' planned dates: only what a site is
  /// late beyond them moves capacity and bill.
  double slip_in_pay = 0.0;
  bool late_site_defers_bill = true;  ///< A late site moves capacity and bill together.
  std::string group_deal;             ///< Legs of one deal share it; may be empty.
};

/// The bill of one calendar month: a calendar year's `pay`, even over the months of that year that
/// are not before `start`.
Dollars bill_in_month(const std::map<int, Dollars>& pay, Month month, Month start);

}  // namespace offtake::contract
