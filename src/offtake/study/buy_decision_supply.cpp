#include "offtake/study/buy_decision_supply.hpp"

#include <algorithm>
#include <cmath>

namespace offtake::study {

void set_supply(CaseDraft& draft, std::size_t s, int lever, const Supply& supply) {
  plan::LeverEffect& effect = draft.effect(s, lever);
  const double chips = supply.unit * supply.pool_chips / draft.chips_unit();
  const auto share = [&](int m) {
    return delivered_share(m, supply.start, supply.ramp, supply.term) *
           draft.alive(supply.supplier, s, m);
  };
  const auto fresh = [&](int m) {
    return draft.book.readings.offers_refreshed
               ? std::pow(draft.book.price_paths.price_performance_new,
                          std::max(0.0, m - supply.start) / 12.0)
               : 1.0;
  };
  const auto use = [&](int m) {
    return supply.works ? chips * share(m) * fresh(m) * draft.usable(supply.family, s, m) : 0.0;
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
}

int add_source(CaseDraft& draft, const contract::Offer& offer, const PoolShare& share,
               double price) {
  draft.problem().sources.push_back({.name = offer.name,
                                     .group = offer.group,
                                     .supplier = offer.supplier,
                                     .system = offer.system,
                                     .pool = share.pool,
                                     .price = draft.unit_price(price),
                                     .take_price = draft.unit_price(price / share.chips),
                                     .extra_take = offer.min_take < 1.0});
  return static_cast<int>(draft.problem().sources.size()) - 1;
}

}  // namespace offtake::study
