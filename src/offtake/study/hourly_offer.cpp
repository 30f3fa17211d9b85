#include "offtake/study/hourly_offer.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>

namespace offtake::study {
namespace {

/// The smallest lot in which work comes is no larger: in the work of chips, workload by workload.
bool comes_in_no_larger_lots(const HourlyOffer& offer, const HourlyOffer& than) {
  for (std::size_t w = 0; w < than.work.size(); ++w) {
    if (offer.offer->lot * offer.work[w] > than.offer->lot * than.work[w]) return false;
  }
  return true;
}

bool needs_no_more_port(const contract::Offer& offer, const contract::Offer& than) {
  if (!offer.port) return true;
  return than.port && offer.system == than.system && offer.port->workloads == than.port->workloads;
}

/// Share of the whole need that `offer` can do in place of `other`; zero if it does not always do
/// it for less, or for the same and stands first.
double replaces(const HourlyOffer& offer, const HourlyOffer& other, bool stands_first) {
  if (offer.may_fail && offer.offer->supplier != other.offer->supplier) return 0.0;
  if (offer.kept || (offer.held && !other.held) || offer.offer->quantity_max ||
      offer.offer->start > other.offer->start || !needs_no_more_port(*offer.offer, *other.offer)) {
    return 0.0;
  }
  if (!comes_in_no_larger_lots(offer, other)) return 0.0;
  bool cheaper = stands_first;
  double least_work = std::numeric_limits<double>::infinity();
  for (std::size_t w = 0; w < other.work.size(); ++w) {
    if (other.work[w] <= 0.0) continue;
    if (offer.work[w] <= 0.0) return 0.0;
    const double here = offer.price / offer.work[w];
    const double there = other.price / other.work[w];
    if (here > there) return 0.0;
    cheaper = cheaper || here < there;
    least_work = std::min(least_work, offer.work[w]);
  }
  return cheaper ? offer.offer->availability * std::min(least_work, 1e3) : 0.0;
}

}  // namespace

std::vector<HourlyOffer> undominated(const std::vector<HourlyOffer>& offers) {
  std::vector<HourlyOffer> left;
  for (std::size_t i = 0; i < offers.size(); ++i) {
    // An hourly offer without a size can be had for `availability` of the need in reference chips.
    double replaced = 0.0;
    for (std::size_t j = 0; j < offers.size(); ++j) {
      if (i != j) replaced += replaces(offers[j], offers[i], j < i);
    }
    if (offers[i].kept || replaced < 1.0) left.push_back(offers[i]);
  }
  return left;
}

}  // namespace offtake::study
