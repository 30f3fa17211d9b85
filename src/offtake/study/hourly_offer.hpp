#pragma once

#include <vector>

#include "offtake/contract/offer.hpp"

namespace offtake::study {

/// An offer by the hour as a plan weighs it against others, in every cell: a world, a period and a
/// block of hours.
struct HourlyOffer {
  const contract::Offer* offer = nullptr;
  std::vector<double> work;  ///< [workload] Of a chip, in reference chips.
  std::vector<double>
      cost;  ///< [cell] Of a chip used, whole lots billed; what moves all alike left out.
  std::vector<double> reach;  ///< [cell] What it can supply, over all that may be asked for there.
  bool held = false;          ///< The same amount in all hours of a period.
  bool kept = false;          ///< Somebody asked what it is worth.
};

/// The offers that a plan can have a use for: all but those for which in every cell others do each
/// work for no more money, need no port that they do not need, and together reach all that may be
/// asked for. Leaving the rest out changes no plan's cost, as no limit holds for rentals.
std::vector<HourlyOffer> undominated(const std::vector<HourlyOffer>& offers);

}  // namespace offtake::study
