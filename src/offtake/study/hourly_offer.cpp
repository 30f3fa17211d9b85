#include "offtake/study/hourly_offer.hpp"

#include <cstddef>

namespace offtake::study {
namespace {

bool needs_no_more_port(const contract::Offer& offer, const contract::Offer& than) {
  if (!offer.port) return true;
  return than.port && offer.system == than.system && offer.port->workloads == than.port->workloads;
}

/// `offer` could stand in for `other` wherever it costs no more.
bool may_replace(const HourlyOffer& offer, const HourlyOffer& other) {
  if (offer.kept || (offer.held && !other.held)) return false;
  for (std::size_t w = 0; w < other.work.size(); ++w) {
    if (other.work[w] > 0.0 && offer.work[w] <= 0.0) return false;
  }
  return needs_no_more_port(*offer.offer, *other.offer);
}

/// `offer` does each work of `other` for less in a cell, or for the same and stands first.
bool is_cheaper(const HourlyOffer& offer, const HourlyOffer& other, std::size_t cell,
                bool stands_first) {
  bool less = stands_first;
  for (std::size_t w = 0; w < other.work.size(); ++w) {
    if (other.work[w] <= 0.0) continue;
    const double here = offer.cost[cell] / offer.work[w];
    const double there = other.cost[cell] / other.work[w];
    if (here > there) return false;
    less = less || here < there;
  }
  return less;
}

bool is_dominated(const std::vector<HourlyOffer>& offers, std::size_t index) {
  const HourlyOffer& offer = offers[index];
  if (offer.kept) return false;
  std::vector<std::size_t> rivals;
  for (std::size_t j = 0; j < offers.size(); ++j) {
    if (j != index && may_replace(offers[j], offer)) rivals.push_back(j);
  }
  for (std::size_t cell = 0; cell < offer.reach.size(); ++cell) {
    if (offer.reach[cell] <= 0.0) continue;
    double replaced = 0.0;
    for (const std::size_t j : rivals) {
      if (is_cheaper(offers[j], offer, cell, j < index)) replaced += offers[j].reach[cell];
    }
    if (replaced < 1.0) return false;
  }
  return true;
}

}  // namespace

std::vector<HourlyOffer> undominated(const std::vector<HourlyOffer>& offers) {
  std::vector<HourlyOffer> left;
  for (std::size_t i = 0; i < offers.size(); ++i) {
    if (!is_dominated(offers, i)) left.push_back(offers[i]);
  }
  return left;
}

}  // namespace offtake::study
