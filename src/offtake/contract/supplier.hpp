#pragma once

#include <optional>
#include <string>

namespace offtake::contract {

/// Work that must stay with a supplier.
struct MustServe {
  std::string workload;
  double share_min = 0.0;
};

struct Supplier {
  std::string name;
  std::string party;  ///< Its name among the parties, when that differs ("AWS" is of "Amazon").
  /// Largest share that commitments to it may have in the dollars paid for compute in a calendar
  /// year. Binds new signing only: where signed contracts exceed it already, nothing is added. What
  /// is rented by the hour is no commitment.
  double share_max = 1.0;
  std::optional<MustServe> must_serve;
  double discount_negotiated = 0.0;  ///< Off every price of its offers.
  double hazard = 0.0;               ///< Probability a year that it fails and its capacity is gone.
  std::string credit;                ///< Its rating, in words; may be empty.
};

}  // namespace offtake::contract
