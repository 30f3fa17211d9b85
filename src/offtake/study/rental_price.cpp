#include "offtake/study/rental_price.hpp"

#include <tuple>

namespace offtake::study {
namespace {

int rank_of_term(const std::string& term) {
  if (term == "on-demand") return 0;
  if (term == "capacity-block") return 1;
  return term == "spot" ? 3 : 2;
}

/// Smaller is nearer to what a new customer pays today.
auto order(const catalog::Price& price) {
  return std::tuple(price.status == catalog::PriceStatus::kList ? 0 : 1, rank_of_term(price.term),
                    -(price.date.month - Month(0, 1)), -price.date.day, *price.price);
}

}  // namespace

const catalog::Price* rental_price(const catalog::Catalog& catalog,
                                   const hardware::System& system) {
  const catalog::Price* best = nullptr;
  for (const catalog::Price& price : catalog.prices()) {
    const bool fits =
        price.kind == catalog::PriceKind::kRental && price.price &&
        (price.system == system.id || (price.system.empty() && price.chip == system.chip.id));
    if (fits && (best == nullptr || order(price) < order(*best))) best = &price;
  }
  return best;
}

}  // namespace offtake::study
