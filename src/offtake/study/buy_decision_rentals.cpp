#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

#include "offtake/study/buy_decision_steps.hpp"
#include "offtake/study/hourly_offer.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::study {

using namespace literals;

namespace {

double years_at(int month) { return (month + 0.5) / 12.0; }

PoolRequest pool_request(const contract::Offer& offer) {
  return {.system = offer.system,
          .port = offer.port ? &*offer.port : nullptr,
          .region = offer.region,
          .preemptible_only = offer.kind == contract::OfferKind::kSpot};
}

class RentalWriter {
 public:
  explicit RentalWriter(CaseDraft& draft) : draft_(draft) {}

  void write() {
    if (draft_.book.later_market) add_later_market(*draft_.book.later_market);
    std::vector<HourlyOffer> hourly;
    for (const contract::Offer& offer : draft_.book.offers) {
      if (contract::by_the_hour(offer)) hourly.push_back(weighed(offer));
    }
    for (const HourlyOffer& offer : undominated(hourly)) add_hourly_offer(offer);
    if (draft_.book.outside_option) add_outside_option(*draft_.book.outside_option);
  }

 private:
  struct RentalPath {
    double price = 0.0;  ///< Dollars a chip-year, of a chip of the pool.
    double max = 0.0;    ///< Chips of the pool.
  };
  void add(plan::Rental rental, const std::function<RentalPath(std::size_t, int)>& path) {
    draft_.problem().rentals.push_back(std::move(rental));
    for (std::size_t s = 0; s < draft_.count(); ++s) {
      plan::Scenario& scenario = draft_.problem().scenarios[s];
      scenario.rental_price.push_back(
          draft_.calendar.means([&](int m) { return draft_.unit_price(path(s, m).price); }));
      scenario.rental_max.push_back(
          draft_.calendar.means([&](int m) { return path(s, m).max / draft_.chips_unit(); }));
      scenario.rental_billed.emplace_back();
    }
  }

  void add_later_market(const contract::LaterMarket& market) {
    const double lead = market.lead.in(1.0_months);
    const double first =
        market.cap.base_units() * (1.0_years).base_units() / market_price(draft_.book, 0.0);
    add({.name = "later market", .supplier = "market", .pool = draft_.reference_pool},
        [&](std::size_t s, int m) {
          const double now = draft_.path(s).market_price[static_cast<std::size_t>(m)];
          return RentalPath{
              market_price(draft_.book, years_at(m)) * (1.0 + market.premium) * now,
              m + 1.0 > lead ? first * std::pow(market.cap_per_year, years_at(m)) : 0.0};
        });
  }

  bool asked_value(const contract::Offer& offer) const {
    return draft_.asked_value(offer.name) || draft_.asked_value(offer.group);
  }
  bool held_all_hours(const contract::Offer& offer) const {
    return offer.kind == contract::OfferKind::kCapacityBlock || draft_.blocks.blocks.size() == 1;
  }
  double price_a_year(const contract::Offer& offer) const {
    return per_chip_year(offer.price) * (1.0 - draft_.discount(offer.supplier));
  }
  /// Share of its time in which a chip that is taken away now and then does work that lasts: after
  /// each interruption some of it is lost, so of 1 + rate * loss hours one counts.
  double lasting_work(const contract::Offer& offer) const {
    return 1.0 / (1.0 + offer.interruption * draft_.assumptions.interruption_loss);
  }

  /// Chips that the work of a block could take at most, one chip doing `work`: all that cannot
  /// wait, and what can if all of it came in this block.
  double chips_at_most(const plan::Scenario& scenario, const std::vector<double>& work,
                       std::size_t t, std::size_t b) const {
    const plan::PlanProblem& problem = draft_.problem();
    double chips = 0.0;
    for (std::size_t w = 0; w < work.size(); ++w) {
      if (work[w] <= 0.0) continue;
      double need = scenario.need[w][t][b];
      if (problem.workloads[w].deferrable) {
        need = 0.0;
        for (std::size_t other = 0; other < problem.blocks.size(); ++other) {
          need += problem.blocks[other].share * scenario.need[w][t][other];
        }
        need /= problem.blocks[b].share;
      }
      chips += need * draft_.chips_unit() / work[w];
    }
    return chips;
  }

  /// The same for work that cannot wait: what a whole lot is billed for.
  double chips_of_load(const plan::Scenario& scenario, const std::vector<double>& work,
                       std::size_t t, std::size_t b) const {
    double chips = 0.0;
    for (std::size_t w = 0; w < work.size(); ++w) {
      if (work[w] <= 0.0 || draft_.problem().workloads[w].deferrable) continue;
      chips += scenario.need[w][t][b] * draft_.chips_unit() / work[w];
    }
    return chips;
  }

  /// Hourly chips come in whole lots, so more are billed than used: if this offer alone carried the
  /// load of the hour, half a lot more in the mean, as loads of the hours that a block holds lie
  /// anywhere between lots, and one lot at least. That spreads the last lot's idle part over all
  /// chips used, which keeps the program linear; what is left over beside reserved capacity would
  /// waste more of it.
  std::vector<double> billed(const plan::Scenario& scenario, const HourlyOffer& hourly,
                             std::size_t t) const {
    const double lot = hourly.offer->lot.base_units();
    std::vector<double> factors(draft_.blocks.blocks.size(), 1.0);
    if (lot <= 0.0) return factors;
    std::vector<double> loads;
    for (std::size_t b = 0; b < factors.size(); ++b) {
      loads.push_back(chips_of_load(scenario, hourly.work, t, b));
    }
    if (hourly.held) std::ranges::fill(loads, *std::ranges::max_element(loads));
    for (std::size_t b = 0; b < factors.size(); ++b) {
      if (loads[b] > 0.0) factors[b] = std::max(lot, loads[b] + 0.5 * lot) / loads[b];
    }
    return factors;
  }

  /// [period] Chips of an offer that can be had in a world: of as many as the busiest block could
  /// take, the share that is given.
  std::vector<double> given(const plan::Scenario& scenario, const HourlyOffer& hourly,
                            std::size_t s) const {
    const contract::Offer& offer = *hourly.offer;
    const int start = draft_.calendar.months_to(offer.start);
    std::vector<double> chips = draft_.calendar.means(
        [&](int m) { return m >= start ? draft_.alive(offer.supplier, s, m) : 0.0; });
    for (std::size_t t = 0; t < draft_.periods(); ++t) {
      double asked = 0.0;
      for (std::size_t b = 0; b < draft_.blocks.blocks.size(); ++b) {
        asked = std::max(asked, chips_at_most(scenario, hourly.work, t, b));
      }
      if (offer.quantity_max) asked = offer.quantity_max->base_units();
      chips[t] *= asked * offer.availability;
    }
    return chips;
  }

  HourlyOffer weighed(const contract::Offer& offer) const {
    HourlyOffer hourly{.offer = &offer,
                       .work = draft_.pools.work_per_chip(pool_request(offer)),
                       .held = held_all_hours(offer),
                       .kept = asked_value(offer)};
    for (double& work : hourly.work) work *= lasting_work(offer);
    const double price = price_a_year(offer);
    for (std::size_t s = 0; s < draft_.count(); ++s) {
      const plan::Scenario& scenario = draft_.problem().scenarios[s];
      const std::vector<double> had = given(scenario, hourly, s);
      for (std::size_t t = 0; t < draft_.periods(); ++t) {
        const std::vector<double> factors = billed(scenario, hourly, t);
        for (std::size_t b = 0; b < factors.size(); ++b) {
          const double asked = chips_at_most(scenario, hourly.work, t, b);
          hourly.cost.push_back(price * factors[b]);
          hourly.reach.push_back(asked > 0.0 ? had[t] / asked : 0.0);
        }
      }
    }
    return hourly;
  }

  void add_hourly_offer(const HourlyOffer& hourly) {
    const contract::Offer& offer = *hourly.offer;
    PoolShare share = draft_.pools.share(pool_request(offer));
    share.chips *= lasting_work(offer);
    const double price = price_a_year(offer) / share.chips;
    std::vector<int> gates;
    if (const std::string family = CaseDraft::family_of(offer.system, offer.port);
        !family.empty()) {
      gates.push_back(draft_.ports.at(family).lever);
    }
    // What the book wants priced can be shut by a lever that costs nothing.
    if (asked_value(offer)) gates.push_back(add_allowance(offer));
    draft_.problem().rentals.push_back({.name = offer.name,
                                        .supplier = offer.supplier,
                                        .pool = share.pool,
                                        .held = hourly.held,
                                        .gates = gates});
    for (std::size_t s = 0; s < draft_.count(); ++s) {
      plan::Scenario& scenario = draft_.problem().scenarios[s];
      scenario.rental_price.push_back(draft_.calendar.means([&](int m) {
        return draft_.unit_price(
            price * std::pow(draft_.book.price_paths.on_demand_same_chip, years_at(m)) *
            draft_.path(s).market_price[static_cast<std::size_t>(m)]);
      }));
      scenario.rental_max.emplace_back();
      scenario.rental_billed.emplace_back();
      const std::vector<double> had = given(scenario, hourly, s);
      for (std::size_t t = 0; t < draft_.periods(); ++t) {
        scenario.rental_max.back().push_back(had[t] * share.chips / draft_.chips_unit());
        scenario.rental_billed.back().push_back(billed(scenario, hourly, t));
      }
    }
  }

  int add_allowance(const contract::Offer& offer) {
    const int lever = draft_.add_lever(
        {.name = "use " + offer.name, .kind = plan::LeverKind::kAllow, .max = 1.0}, offer.name);
    if (!offer.group.empty()) draft_.result.levers_of[offer.group].push_back(lever);
    for (std::size_t s = 0; s < draft_.count(); ++s) {
      draft_.effect(s, lever).capacity.assign(draft_.periods(), 1.0);
    }
    return lever;
  }

  void add_outside_option(const contract::OutsideOption& outside) {
    plan::Pool pool{.name = outside.name};
    double tokens = 0.0;  // A "chip" of this pool is what a reference chip does of the first work.
    for (const WorkPart& part : draft_.result.parts) {
      const double each = draft_.result.work[part.workload].tokens_per_chip_year;
      const bool sold = each > 0.0 && draft_.book.demand[part.workload].revenue.has_value();
      if (sold && tokens == 0.0) tokens = each;
      pool.ratio.push_back(sold ? tokens / each : 0.0);
      pool.movable.push_back(outside.allowed_share);
    }
    if (tokens == 0.0) return;
    add({.name = outside.name,
         .supplier = outside.name,
         .pool = draft_.pools.add(pool),
         .held = draft_.blocks.blocks.size() == 1},
        [&](std::size_t, int) {
          return RentalPath{outside.price.base_units() * tokens, 1e3 * draft_.chips_unit()};
        });
  }

  CaseDraft& draft_;
};

}  // namespace

void add_rentals(CaseDraft& draft) { RentalWriter(draft).write(); }

}  // namespace offtake::study
