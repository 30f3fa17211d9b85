#include <cmath>

#include "offtake/study/buy_decision_exercise.hpp"
#include "offtake/study/buy_decision_steps.hpp"
#include "offtake/study/buy_decision_supply.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::study {

using namespace literals;

namespace {

constexpr double kWholeLotsMax = 64.0;  // Offers of fewer lots are signed in whole lots.
constexpr int kShortestUse = 6;         // Months of the horizon that a start must leave.

/// An offer with a term, as levers: one for each start.
class OfferWriter {
 public:
  OfferWriter(CaseDraft& draft, const contract::Offer& offer)
      : draft_(draft),
        offer_(offer),
        share_(draft.pools.share({.system = offer.system,
                                  .port = offer.port ? &*offer.port : nullptr,
                                  .region = offer.region})),
        family_(CaseDraft::family_of(offer.system, offer.port)) {}

  void write() {
    const double most = offer_.quantity_max ? offer_.quantity_max->base_units()
                                            : draft_.largest_need() / share_.chips;
    const double lot = offer_.lot.base_units();
    const bool whole = lot > 0.0 && most / lot <= kWholeLotsMax;
    const double unit = whole ? lot : draft_.chips_unit();
    // As many lots as an offer's size holds; without a size, as many as anybody could need.
    const double lots = offer_.quantity_max ? std::floor(most / lot) : std::ceil(most / lot);
    const double units = whole ? lots : most / unit;
    const double price = after_discount(offer_.price);
    const int source = add_source(draft_, offer_, share_, price);
    const int start = draft_.calendar.months_to(offer_.start);
    std::vector<lp::Term> all;
    for (const int delay : draft_.assumptions.start_delays) {
      if (start + delay + kShortestUse > draft_.calendar.months() || (delay > 0 && whole)) continue;
      const int lever = draft_.add_lever({.name = offer_.name,
                                          .source = source,
                                          .period = draft_.period_at(start + delay),
                                          .max = units,
                                          .whole = whole,
                                          .lot = unit},
                                         offer_.name);
      if (!offer_.group.empty()) draft_.result.levers_of[offer_.group].push_back(lever);
      all.push_back({lever, 1.0});
      for (std::size_t s = 0; s < draft_.count(); ++s) {
        const double site = offer_.site.empty() ? 0.0 : draft_.path(s).delay.at(offer_.site);
        set_supply(draft_, s, lever, supply(unit, price, start + delay + site, offer_.ramp_months));
      }
    }
    if (all.empty()) return;
    if (all.size() > 1) draft_.problem().limits.push_back({lp::at_most(units), all});
    tie(all, units);
    if (offer_.option) add_expansion(*offer_.option, all, units);
  }

 private:
  double after_discount(ChipPrice price) const {
    return per_chip_year(price) * (1.0 - draft_.discount(offer_.supplier));
  }
  Supply supply(double unit, double price, double start, int ramp_months) const {
    return {.unit = unit,
            .pool_chips = share_.chips,
            .price = price,
            .min_take = offer_.min_take,
            .start = start,
            .ramp = static_cast<double>(ramp_months),
            .term = offer_.term ? offer_.term->in(1.0_months) : 0.0,
            .supplier = offer_.supplier,
            .family = family_};
  }

  /// sum of levers <= units * (port made, equity drawn)
  void tie(const std::vector<lp::Term>& levers, double units) {
    std::vector<int> needed;
    if (!family_.empty()) needed.push_back(draft_.ports.at(family_).lever);
    if (const auto line = draft_.result.levers_of.find(offer_.equity_required);
        !offer_.equity_required.empty() && line != draft_.result.levers_of.end()) {
      needed.push_back(line->second.front());
    }
    for (const int lever : needed) {
      std::vector<lp::Term> row = levers;
      row.push_back({lever, -units});
      draft_.problem().limits.push_back({lp::at_most(0.0), row});
    }
  }

  /// The right to more later: at most in the share in which the first lot was signed.
  void add_expansion(const contract::ExpansionOption& option, const std::vector<lp::Term>& base,
                     double base_units) {
    const double price = after_discount(option.price);
    const int source = add_source(draft_, offer_, share_, price);
    draft_.problem().sources.back().name = offer_.name + ", expansion";
    draft_.problem().sources.back().kind = plan::SourceKind::kOption;
    const double max = option.quantity.base_units() / draft_.chips_unit();
    const auto levers =
        add_exercise(draft_, {.dates = {draft_.calendar.months_to(option.exercise_by)},
                              .max = max,
                              .family = family_,
                              .thing = offer_.name + ", expansion",
                              .group = offer_.group,
                              .source = source,
                              .unit = draft_.chips_unit(),
                              .seen = [](int, std::size_t) { return false; },
                              .set =
                                  [&](std::size_t s, int lever, int date) {
                                    set_supply(draft_, s, lever,
                                               supply(draft_.chips_unit(), price, date,
                                                      draft_.assumptions.option_ramp_months));
                                  }});
    for (const int lever : levers) {
      draft_.result.levers_of[offer_.name].push_back(lever);
      std::vector<lp::Term> row = {{lever, 1.0}};
      for (const lp::Term& term : base) row.push_back({term.column, -max / base_units});
      draft_.problem().limits.push_back({lp::at_most(0.0), row});
    }
  }

  CaseDraft& draft_;
  const contract::Offer& offer_;
  PoolShare share_;
  std::string family_;
};

}  // namespace

void add_offers(CaseDraft& draft) {
  for (const contract::Offer& offer : draft.book.offers) {
    if (!contract::by_the_hour(offer)) OfferWriter(draft, offer).write();
  }
}

}  // namespace offtake::study
