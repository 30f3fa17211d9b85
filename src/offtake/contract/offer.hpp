#pragma once

#include <optional>
#include <string>
#include <vector>

#include "offtake/contract/port.hpp"
#include "offtake/units/month.hpp"
#include "offtake/units/quantity.hpp"

namespace offtake::contract {

enum class OfferKind {
  kTakeOrPay,         ///< Negotiated capacity with a minimum take.
  kReserved,          ///< A term, paid used or not.
  kSavingsPlan,       ///< Dollars an hour for a term, over one family of machines.
  kCommittedUse,      ///< The same under another name: resources for a term.
  kUniversalCredits,  ///< Dollars a year, on anything the supplier sells.
  kCapacityBlock,     ///< A block of days, prepaid.
  kOnDemand,          ///< By the hour, if there is any.
  kSpot,              ///< By the hour, taken away at any time.
};

/// The right to take more of the same later.
struct ExpansionOption {
  Chips quantity;
  Month exercise_by;
  ChipPrice price;
};

/// A contract on the table: the plan decides whether, when and how much.
struct Offer {
  std::string name;
  std::string group;  ///< Offers of one thing; see OfferGroup.
  std::string supplier;
  std::string system;
  std::string region;  ///< Empty or "all": anywhere.
  OfferKind kind = OfferKind::kTakeOrPay;
  ChipPrice price;  ///< For the whole term; its chips are not replaced by better ones.
  std::optional<Chips> quantity_max;  ///< Full size after the ramp.
  Chips lot;                          ///< Smallest unit of each purchase; zero: any amount.
  Month start;                        ///< First month of delivery.
  int ramp_months = 0;    ///< Linear from nothing; the term counts for each lot from its delivery.
  double min_take = 1.0;  ///< Share of the contracted chip-hours paid for, used or not.
  std::optional<Seconds> term;      ///< Absent: by the hour.
  std::optional<Seconds> term_max;  ///< Longest block.
  bool prepaid = false;
  double availability = 1.0;    ///< Share of asked-for chips that on-demand or spot really gives.
  Hertz interruption;           ///< Rate at which a spot chip is taken away in use.
  std::string equity_required;  ///< An EquityLine that must be drawn with it; may be empty.
  std::string site;             ///< Empty: it brings its own power.
  std::optional<Port> port;
  std::optional<ExpansionOption> option;
};

/// Paid by the hour or the block of days with nothing owed after: a rental, no commitment.
inline bool by_the_hour(const Offer& offer) {
  return offer.kind == OfferKind::kOnDemand || offer.kind == OfferKind::kSpot ||
         offer.kind == OfferKind::kCapacityBlock;
}

/// What offers of one group have in common.
struct OfferGroup {
  std::string name;
  bool exclusive = false;  ///< At most one member is signed (price tiers of one thing).
};

}  // namespace offtake::contract
