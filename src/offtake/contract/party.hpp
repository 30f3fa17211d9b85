#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "offtake/units/month.hpp"
#include "offtake/units/quantity.hpp"

namespace offtake::contract {

enum class PartyKind { kLab, kCloud, kNeocloud, kChipmaker, kInvestor, kLenders };

/// What is left of a failed party's own assets (alpha) and of its claims on others (beta).
/// Source of the symbols: Rogers and Veraart, "Failure and rescue in an interbank network",
/// Management Science 59(4), 2013.
struct DefaultCosts {
  double alpha = 1.0;
  double beta = 1.0;
};

/// A disclosed total to hold our sums against.
struct ExposureCheck {
  Dollars backlog;
  std::optional<double> buyer_share;
};

/// What is recovered of a claim on the party after its default.
struct Recovery {
  double contract = 0.4;
  double debt = 0.4;
};

/// Money from outside on which a party can count while it is sound.
struct PartyFunding {
  /// Raised each year; absent: as much as holds its liquidity at today's level.
  std::optional<MoneyRate> committed;
  bool stops_after_buyer_default = true;
};

struct Party {
  std::string name;
  PartyKind kind = PartyKind::kCloud;
  Dollars liquidity;     ///< Cash, securities, undrawn lines.
  Dollars assets;        ///< That can be sold in a need, beside liquidity, at market value.
  double haircut = 0.0;  ///< Share of `assets` lost in a hurried sale.
  Dollars debt;
  double secured_share = 0.0;
  Dollars leases_not_commenced;
  MoneyRate free_cash_flow;  ///< After its capital expenditure and interest; without this book's
                             ///< contracts.
  MoneyRate interest;
  double hazard =
      0.0;  ///< Default intensity a year as the market prices it: to compare with, not drawn.
  std::string rating;
  Recovery recovery;
  Dollars lent;  ///< Of lenders.
  DefaultCosts default_costs;
  std::map<std::string, Dollars> owes;  ///< Disclosed obligations without an edge of their own.
  std::optional<ExposureCheck> exposure_check;
  PartyFunding funding;
};

enum class EdgeKind { kLease, kPurchase, kSecuredDebt, kDebt, kRevenueShare, kCloudUse };

/// Who pays whom beyond the book's contracts and equity lines. Exactly one of `total`, `rate` and
/// `share` is given.
struct Edge {
  std::string from;
  std::string to;
  EdgeKind kind = EdgeKind::kDebt;
  std::optional<Dollars> total;     ///< A stock.
  std::optional<MoneyRate> rate;    ///< A flow.
  std::optional<double> share;      ///< Of the payer's revenue.
  std::map<int, Dollars> schedule;  ///< Due by calendar year; the rest of `total` is refinanced
                                    ///< while `from`'s market is open.
  std::optional<Month> start;
  std::optional<Month> until;
  std::optional<Month> due;
};

/// A stake in a company: a share, or a value on the day.
struct EquityLink {
  std::string holder;
  std::string of;
  double share = 0.0;
  std::optional<Dollars> value;
};

/// `by` pays what `of` cannot, up to `cap`.
struct Guarantee {
  std::string by;
  std::string of;
  std::string kind;
  Dollars cap;
  std::optional<Month> until;
};

/// The market in which seized capacity is let again: rent = contract price * resale * exp(-impact *
/// power), not below `floor` of the contract price.
struct ResaleMarket {
  ChipPrice gpu_rent;                  ///< Today, of the chip that sources quote.
  double resale_after_seizure = 0.65;  ///< Of the contract price.
  double price_impact_per_gw = 0.08;
  double floor = 0.20;
};

/// All that stress knows of the world around the buyer.
struct Parties {
  std::vector<Party> parties;
  std::vector<Edge> edges;
  std::vector<EquityLink> equity_links;
  std::vector<Guarantee> guarantees;
  ResaleMarket market;
};

}  // namespace offtake::contract
