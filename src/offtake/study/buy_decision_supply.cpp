#include "offtake/study/buy_decision_supply.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace offtake::study {

namespace {

/// Work of a chip delivered in `month` over that of one delivered at `start`, where the seller
/// replaces its chips by new ones.
double refreshed(const CaseDraft& draft, double start, int month) {
  if (!draft.book.readings.offers_refreshed) return 1.0;
  return std::pow(draft.book.price_paths.price_performance_new,
                  std::max(0.0, month - start) / 12.0);
}

}  // namespace

void set_supply(CaseDraft& draft, std::size_t s, int lever, const Supply& supply) {
  plan::LeverEffect& effect = draft.effect(s, lever);
  const double chips = supply.unit * supply.pool_chips / draft.chips_unit();
  const auto share = [&](int m) {
    return delivered_share(m, supply.start, supply.ramp, supply.term) *
           draft.alive(supply.supplier, s, m);
  };
  const auto use = [&](int m) {
    return supply.works ? chips * share(m) * refreshed(draft, supply.start, m) *
                              draft.usable(supply.family, s, m)
                        : 0.0;
  };
  effect.capacity = draft.calendar.means([&](int m) { return supply.min_take * use(m); });
  if (supply.min_take < 1.0) {
    effect.extra = draft.calendar.means([&](int m) { return (1.0 - supply.min_take) * use(m); });
  }
  const bool failed =
      !supply.works || (!supply.family.empty() && !draft.path(s).works.at(supply.family));
  if (failed && draft.book.readings.port_failure == book::PortFailure::kReleased) return;
  effect.bill = draft.calendar.sums([&](int m) {
    return draft.money(supply.unit * supply.min_take * supply.price * share(m) / 12.0);
  });
  const int ends = static_cast<int>(std::ceil(supply.start + supply.ramp + supply.term));
  for (int m = draft.calendar.months(); supply.term > 0.0 && m < ends; ++m) {
    effect.beyond_horizon +=
        draft.money(supply.unit * supply.min_take * supply.price * share(m) / 12.0);
  }
}

int add_source(CaseDraft& draft, const contract::Offer& offer, const PoolShare& share,
               double price) {
  // Of a lot that starts with the offer; one put off is refreshed from its own start.
  std::vector<double> take_factor;
  if (draft.book.readings.offers_refreshed) {
    const int start = draft.calendar.months_to(offer.start);
    take_factor = draft.calendar.means([&](int m) { return 1.0 / refreshed(draft, start, m); });
  }
  draft.problem().sources.push_back({.name = offer.name,
                                     .group = offer.group,
                                     .supplier = offer.supplier,
                                     .system = offer.system,
                                     .pool = share.pool,
                                     .price = draft.unit_price(price),
                                     .take_price = draft.unit_price(price / share.chips),
                                     .take_factor = std::move(take_factor),
                                     .extra_take = offer.min_take < 1.0});
  return static_cast<int>(draft.problem().sources.size()) - 1;
}

}  // namespace offtake::study
