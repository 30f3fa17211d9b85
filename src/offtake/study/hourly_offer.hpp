#pragma once

#include <string>
#include <vector>

#include "offtake/contract/offer.hpp"

namespace offtake::study {

/// An offer by the hour as a plan weighs it against others.
struct HourlyOffer {
  const contract::Offer* offer = nullptr;
  std::vector<double> work;  ///< [workload] Of a chip, in reference chips.
  double price = 0.0;        ///< A chip, after discounts; all hourly prices move alike.
  bool held = false;         ///< The same amount in all hours of a period.
  bool kept = false;         ///< Somebody asked what it is worth.
  bool may_fail = false;     ///< Its supplier may, and takes its other offers with it.
};

/// The offers that a plan can have a use for: all but those for which others do the same work for
/// no more money, need no port that they do not need, and can together be had for the whole need.
/// An offer whose supplier may fail replaces that supplier's own only, and one in large lots none in
/// smaller ones. Leaving the rest out changes no plan's cost, as long as no supplier's largest share
/// holds for rentals and a lot's idle part is spread over the load of the hour.
std::vector<HourlyOffer> undominated(const std::vector<HourlyOffer>& offers);

}  // namespace offtake::study
