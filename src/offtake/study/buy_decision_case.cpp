#include "offtake/study/buy_decision_case.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>
#include <variant>

#include "offtake/study/buy_decision_blocks.hpp"
#include "offtake/study/buy_decision_calendar.hpp"
#include "offtake/study/buy_decision_pools.hpp"
#include "offtake/study/hourly_offer.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::study {

using namespace literals;

namespace {

constexpr double kYear = 365.0 * 86400.0;  // Seconds.
constexpr double kWholeLotsMax = 64.0;     // Offers of fewer lots are signed in whole lots.

double per_chip_year(ChipPrice price) { return price.base_units() * kYear; }

bool by_the_hour(const contract::Offer& offer) {
  return offer.kind == contract::OfferKind::kOnDemand || offer.kind == contract::OfferKind::kSpot ||
         offer.kind == contract::OfferKind::kCapacityBlock;
}

class CaseBuilder {
 public:
  CaseBuilder(const book::Book& book, const YieldTable& yields, int scenarios,
              const BuyDecisionAssumptions& assumptions)
      : book_(book),
        yields_(yields),
        set_(assumptions),
        calendar_(book, assumptions.months_first),
        blocks_(load_blocks(book)),
        pools_(book, yields, case_.parts, assumptions.pool_tolerance) {
    case_.paths = draw_world_paths(book, scenarios);
    problem_.periods = calendar_.plan_periods(book.discount_rate);
    problem_.blocks = blocks_.blocks;
    problem_.scenarios.resize(case_.paths.size());
  }

  BuyCase build() {
    split_work();
    choose_scale();
    fill_demand();
    reference_pool_ = pools_.share({.system = book_.reference_chip.system}).pool;
    add_ports();
    add_signed();
    add_rentals();
    add_equity_levers();
    for (const contract::Offer& offer : book_.offers) {
      if (!by_the_hour(offer)) add_offer(offer);
    }
    for (const contract::OptionHeld& option : book_.options_held) add_option_held(option);
    add_exclusive_groups();
    add_share_limits();
    fill_cash();
    problem_.pools = pools_.pools();
    finish_signed();
    return std::move(case_);
  }

 private:
  std::size_t count() const { return case_.paths.size(); }
  std::size_t periods() const { return calendar_.periods(); }
  double money(double dollars) const { return dollars / money_; }
  /// Dollars a chip-year as money of a unit of chips.
  double unit_price(double dollars) const { return dollars * chips_ / money_; }
  double mean_over_paths(const std::function<double(std::size_t)>& value) const {
    double sum = 0.0;
    for (std::size_t s = 0; s < count(); ++s) sum += case_.paths[s].probability * value(s);
    return sum;
  }

  // Work.

  void split_work() {
    for (std::size_t w = 0; w < book_.demand.size(); ++w) {
      const demand::Workload& work = book_.demand[w];
      const ChipYield* absolute = nullptr;
      const auto* serving = std::get_if<demand::Serving>(&work.work);
      // Where no `work` was calibrated against a bill, the performance model gives the level.
      if (serving == nullptr || serving->work.multiplier == 1.0) {
        absolute = yields_.find(work.name, book_.reference_chip.system);
        if (absolute != nullptr && !absolute->feasible) absolute = nullptr;
        if (std::holds_alternative<demand::ComputeWork>(work.work)) absolute = nullptr;
      }
      double flops_per_token = 0.0;
      if (const auto* runs = std::get_if<demand::TrainingRuns>(&work.work)) {
        const auto known = set_.training_flops_per_token.find(runs->model);
        if (known != set_.training_flops_per_token.end()) flops_per_token = known->second;
        if (absolute != nullptr && absolute->measure == YieldMeasure::kTokens) absolute = nullptr;
      }
      case_.work.push_back(work_in_chips(work, book_.reference_chip, absolute, flops_per_token));
      if (work.regions.empty()) {
        add_part({.workload = w}, work.name);
        continue;
      }
      for (const auto& [region, share] : work.regions) {
        const auto rule = work.residency.find(region);
        add_part({.workload = w,
                  .share = share,
                  .zone = rule == work.residency.end() ? "" : zone_of(rule->second)},
                 work.name + "/" + region);
      }
    }
  }
  void add_part(const WorkPart& part, const std::string& name) {
    case_.parts.push_back(part);
    problem_.workloads.push_back(
        {.name = name,
         .deferrable = book_.demand[part.workload].deferrable && blocks_.blocks.size() > 1,
         .in_block = blocks_.runs[part.workload]});
  }

  void choose_scale() {
    double need = 0.0;
    for (const WorkInChips& work : case_.work) need += work.chips_at_start;
    chips_ = std::pow(10.0, std::round(std::log10(std::max(need, 1.0))));
    money_ = 1e3 * chips_;
    problem_.scale = {Dollars::in_base_units(money_), Chips::in_base_units(chips_)};
  }

  double chips_needed(std::size_t w, std::size_t s, int month) const {
    const WorkInChips& work = case_.work[w];
    return work.chips_at_start * case_.paths[s].volume[w][static_cast<std::size_t>(month)] *
           std::pow(work.decay_per_year, (month + 0.5) / 12.0);
  }

  void fill_demand() {
    for (std::size_t s = 0; s < count(); ++s) {
      const WorldPath& path = case_.paths[s];
      plan::Scenario& scenario = problem_.scenarios[s];
      scenario.probability = path.probability;
      for (const WorkPart& part : case_.parts) {
        const std::size_t w = part.workload;
        const demand::Workload& work = book_.demand[w];
        const auto mean_need = calendar_.means([&](int m) { return chips_needed(w, s, m); });
        std::vector<std::vector<double>> need(periods());
        for (std::size_t t = 0; t < periods(); ++t) {
          for (const double load : blocks_.load[w]) {
            need[t].push_back(part.share * mean_need[t] * load / chips_);
          }
        }
        scenario.need.push_back(need);
        scenario.unmet_price.push_back(calendar_.means([&](int m) {
          return unit_price(unmet_price(book_, work, case_.work[w], path, w, m));
        }));
        scenario.lost_receipts.push_back(calendar_.means([&](int m) {
          return unit_price(lost_receipts(book_, work, case_.work[w], path, w, m));
        }));
      }
      scenario.revenue = sums_of(path.net_revenue);
      scenario.receipts = sums_of(path.receipts);
      scenario.other_costs = calendar_.sums([&](int m) { return money(opex_in_month(m)); });
    }
  }
  std::vector<double> sums_of(const std::vector<double>& dollars) const {
    return calendar_.sums([&](int m) { return money(dollars[static_cast<std::size_t>(m)]); });
  }
  double opex_in_month(int m) const {
    const auto& opex = book_.costs.opex;
    if (opex.empty()) return 0.0;
    const Month month = book_.horizon.start + m;
    auto year = opex.upper_bound(month.year());
    if (year == opex.begin()) return 0.0;
    --year;
    double dollars = year->second.base_units();
    int months = 12;
    const auto before = book_.costs.opex_before_start.find(month.year());
    if (before != book_.costs.opex_before_start.end()) {
      dollars -= before->second.base_units();
      months = 13 - book_.horizon.start.month();
    }
    return dollars / months;
  }

  // Ports.

  void add_ports() {
    for (const auto& contract : book_.contracts) add_port(contract.system, contract.port);
    for (const auto& offer : book_.offers) add_port(offer.system, offer.port);
    for (const auto& option : book_.options_held) add_port(option.system, option.port);
  }
  void add_port(const std::string& system, const std::optional<contract::Port>& port) {
    if (!port) return;
    const std::string family = port_family(system, *port);
    if (ports_.contains(family)) return;
    const double ready = port->time.in(1.0_months);
    ports_[family] = {add_lever({.name = "port to " + family,
                                 .kind = plan::LeverKind::kPort,
                                 .max = 1.0,
                                 .whole = true},
                                family),
                      ready};
    for (std::size_t s = 0; s < count(); ++s) {
      plan::LeverEffect& effect = problem_.scenarios[s].effects.back();
      effect.bill.assign(periods(), 0.0);
      effect.bill.front() = money(port->cost.base_units());
      effect.capacity = calendar_.means([&](int m) { return usable(family, s, m); });
    }
  }
  /// Share of a month in which a ported system can be used.
  double usable(const std::string& family, std::size_t s, int month) const {
    if (family.empty()) return 1.0;
    if (!case_.paths[s].works.at(family)) return 0.0;
    return std::clamp(month + 1.0 - ports_.at(family).ready, 0.0, 1.0);
  }
  std::string family_of(const std::string& system,
                        const std::optional<contract::Port>& port) const {
    return port ? port_family(system, *port) : "";
  }

  // Signed contracts.

  void add_signed() {
    for (const contract::Contract& contract : book_.contracts) {
      const auto& pay = book_.readings.bill_shape == book::BillShape::kPayAlternative &&
                                !contract.pay_alternative.empty()
                            ? contract.pay_alternative
                            : contract.pay;
      const double at =
          book_.readings.bills == book::BillsRun::kAtFirmShare ? contract.firm_share : 1.0;
      std::vector<double> bill;
      for (int m = 0; m < calendar_.months(); ++m) {
        bill.push_back(at *
                       contract::bill_in_month(pay, book_.horizon.start + m, book_.horizon.start)
                           .base_units());
      }
      PoolShare share{reference_pool_, 1.0};
      if (contract.delivery == contract::DeliveryReading::kNamedSystem || contract.port ||
          !contract.workloads.empty()) {
        share = pools_.share({.system = contract.system,
                              .port = contract.port ? &*contract.port : nullptr,
                              .workloads = contract.workloads});
      }
      SignedSupply supply{.name = contract.name,
                          .supplier = contract.supplier,
                          .system = contract.system,
                          .pool = share.pool};
      for (const auto& [year, dollars] : pay) {
        if (Month(year, 1) >= book_.horizon.end()) {
          supply.beyond_horizon += at * money(dollars.base_units());
        }
      }
      signed_paths_.push_back({bill, delivered(contract, bill, share)});
      case_.supply.push_back(supply);
    }
  }

  /// Chips of the pool in each month that a contract's bill buys, by its reading of delivery.
  std::vector<double> delivered(const contract::Contract& contract, const std::vector<double>& bill,
                                const PoolShare& share) const {
    using contract::DeliveryReading;
    std::vector<double> chips;
    double lots = 0.0, before = 0.0;
    for (std::size_t m = 0; m < bill.size(); ++m) {
      const double a_year = 12.0 * bill[m];
      const double market = market_price(book_, (static_cast<double>(m) + 0.5) / 12.0);
      switch (contract.delivery) {
        case DeliveryReading::kCurrentPricePerformance:
          lots = a_year / market;
          break;
        case DeliveryReading::kDeliveryYear:
          if (a_year >= before) {
            lots += (a_year - before) / market;
          } else {
            lots *= a_year / before;
          }
          break;
        case DeliveryReading::kNamedSystem:
          lots = a_year / named_price(contract, m);
          break;
      }
      before = a_year;
      chips.push_back(lots * share.chips);
    }
    return chips;
  }
  /// Dollars a chip-year of the named system; with a next system, of one of its chips' worth.
  double named_price(const contract::Contract& contract, std::size_t m) const {
    return contract.price ? per_chip_year(*contract.price)
                          : market_price(book_, (static_cast<double>(m) + 0.5) / 12.0);
  }

  /// A contract's monthly path in one world: its sites, each late by its own delay, shift it.
  double late(const contract::Contract& contract, const std::vector<double>& path, std::size_t s,
              int month) const {
    const auto value = [&](double at) {
      const double clamped = std::clamp(at, 0.0, static_cast<double>(path.size() - 1));
      const auto lower = static_cast<std::size_t>(clamped);
      const auto upper = std::min(lower + 1, path.size() - 1);
      const double share = clamped - static_cast<double>(lower);
      return (1.0 - share) * path[lower] + share * path[upper];
    };
    double power = 0.0, sum = 0.0;
    for (const contract::Site& site : book_.sites) {
      if (std::ranges::find(contract.sites, site.name) == contract.sites.end()) continue;
      const double weight = site.power.base_units();
      power += weight;
      const double beyond = case_.paths[s].delay.at(site.name) - contract.slip_in_pay;
      sum += weight * value(month - std::max(0.0, beyond));
    }
    return power > 0.0 ? sum / power : path[static_cast<std::size_t>(month)];
  }

  /// Once all pools are known: what signed contracts deliver and cost in each world.
  void finish_signed() {
    for (SignedSupply& supply : case_.supply) {
      supply.bill.assign(periods(), 0.0);
      supply.capacity.assign(periods(), 0.0);
    }
    for (std::size_t s = 0; s < count(); ++s) {
      plan::Scenario& scenario = problem_.scenarios[s];
      scenario.signed_bill.assign(periods(), 0.0);
      scenario.signed_capacity.assign(problem_.pools.size(), std::vector<double>(periods(), 0.0));
      for (std::size_t k = 0; k < book_.contracts.size(); ++k) {
        const contract::Contract& contract = book_.contracts[k];
        const bool deferred = contract.late_site_defers_bill;
        const auto bill = calendar_.sums([&](int m) {
          return deferred ? late(contract, signed_paths_[k].bill, s, m)
                          : signed_paths_[k].bill[static_cast<std::size_t>(m)];
        });
        const auto capacity =
            calendar_.means([&](int m) { return late(contract, signed_paths_[k].chips, s, m); });
        const bool released = book_.readings.port_failure == book::PortFailure::kReleased &&
                              contract.port &&
                              !case_.paths[s].works.at(family_of(contract.system, contract.port));
        SignedSupply& supply = case_.supply[k];
        for (std::size_t t = 0; t < periods(); ++t) {
          const double due = released ? 0.0 : money(bill[t]);
          const double chips = capacity[t] / chips_;
          scenario.signed_bill[t] += due;
          scenario.signed_capacity[static_cast<std::size_t>(supply.pool)][t] += chips;
          supply.bill[t] += scenario.probability * due;
          supply.capacity[t] += scenario.probability * chips;
        }
      }
    }
    for (std::size_t c = 0; c < problem_.pools.size(); ++c) {
      const auto port = ports_.find(pools_.family(static_cast<int>(c)));
      if (port != ports_.end()) problem_.pools[c].port = port->second.lever;
    }
  }

  // What can be had by the hour or later.

  struct RentalPath {
    double price = 0.0;  ///< Dollars a chip-year at the start, of a chip of the pool.
    double max = 0.0;    ///< Chips of the pool.
  };
  void add_rental(plan::Rental rental, const std::function<RentalPath(std::size_t, int)>& path) {
    problem_.rentals.push_back(std::move(rental));
    for (std::size_t s = 0; s < count(); ++s) {
      plan::Scenario& scenario = problem_.scenarios[s];
      scenario.rental_price.push_back(
          calendar_.means([&](int m) { return unit_price(path(s, m).price); }));
      scenario.rental_max.push_back(
          calendar_.means([&](int m) { return path(s, m).max / chips_; }));
    }
  }

  void add_rentals() {
    if (book_.later_market) {
      const contract::LaterMarket& market = *book_.later_market;
      const double lead = market.lead.in(1.0_months);
      const double first = market.cap.base_units() * kYear / market_price(book_, 0.0);
      add_rental({.name = "later market", .supplier = "market", .pool = reference_pool_},
                 [&](std::size_t s, int m) {
                   const double years = (m + 0.5) / 12.0;
                   return RentalPath{
                       market_price(book_, years) * (1.0 + market.premium) *
                           case_.paths[s].market_price[static_cast<std::size_t>(m)],
                       m + 1.0 > lead ? first * std::pow(market.cap_per_year, years) : 0.0};
                 });
    }
    std::vector<HourlyOffer> hourly;
    for (const contract::Offer& offer : book_.offers) {
      if (!by_the_hour(offer)) continue;
      hourly.push_back({.offer = &offer,
                        .work = pools_.work_per_chip(pool_request(offer)),
                        .price = per_chip_year(offer.price) * (1.0 - discount(offer.supplier)),
                        .held = held_all_hours(offer),
                        .kept = asked_value(offer.name) || asked_value(offer.group)});
    }
    for (const HourlyOffer& offer : undominated(hourly)) add_hourly_offer(*offer.offer);
    add_outside_option();
  }

  static PoolRequest pool_request(const contract::Offer& offer) {
    return {.system = offer.system,
            .port = offer.port ? &*offer.port : nullptr,
            .region = offer.region,
            .preemptible_only = offer.kind == contract::OfferKind::kSpot};
  }
  bool held_all_hours(const contract::Offer& offer) const {
    return offer.kind == contract::OfferKind::kCapacityBlock || blocks_.blocks.size() == 1;
  }
  bool asked_value(const std::string& name) const {
    return !name.empty() && std::ranges::find(book_.value_of, name) != book_.value_of.end();
  }

  void add_hourly_offer(const contract::Offer& offer) {
    const PoolShare share = pools_.share(pool_request(offer));
    const double price =
        per_chip_year(offer.price) * (1.0 - discount(offer.supplier)) / share.chips;
    const double max = (offer.quantity_max ? offer.quantity_max->base_units() : largest_need()) *
                       share.chips * offer.availability;
    const int start = calendar_.months_to(offer.start);
    const std::string family = family_of(offer.system, offer.port);
    std::vector<int> gates;
    if (!family.empty()) gates.push_back(ports_.at(family).lever);
    // What the book wants priced can be shut by a lever that costs nothing.
    if (asked_value(offer.name) || asked_value(offer.group)) gates.push_back(add_allowance(offer));
    add_rental({.name = offer.name,
                .supplier = offer.supplier,
                .pool = share.pool,
                .held = held_all_hours(offer),
                .gates = gates},
               [&](std::size_t s, int m) {
                 return RentalPath{
                     price * std::pow(book_.price_paths.on_demand_same_chip, (m + 0.5) / 12.0) *
                         case_.paths[s].market_price[static_cast<std::size_t>(m)],
                     m >= start ? max : 0.0};
               });
  }

  int add_allowance(const contract::Offer& offer) {
    const int lever = add_lever(
        {.name = "use " + offer.name, .kind = plan::LeverKind::kAllow, .max = 1.0}, offer.name);
    if (!offer.group.empty()) case_.levers_of[offer.group].push_back(lever);
    for (std::size_t s = 0; s < count(); ++s) effect(s, lever).capacity.assign(periods(), 1.0);
    return lever;
  }

  void add_outside_option() {
    if (!book_.outside_option) return;
    const contract::OutsideOption& outside = *book_.outside_option;
    plan::Pool pool{.name = outside.name};
    double tokens = 0.0;  // A "chip" of this pool is what a reference chip does of the first work.
    for (const WorkPart& part : case_.parts) {
      const double each = case_.work[part.workload].tokens_per_chip_year;
      const bool sold = each > 0.0 && book_.demand[part.workload].revenue.has_value();
      if (sold && tokens == 0.0) tokens = each;
      pool.ratio.push_back(sold ? tokens / each : 0.0);
      pool.movable.push_back(outside.allowed_share);
    }
    if (tokens == 0.0) return;
    const int index = pools_.add(pool);
    add_rental({.name = outside.name,
                .supplier = outside.name,
                .pool = index,
                .held = blocks_.blocks.size() == 1},
               [&](std::size_t, int) {
                 return RentalPath{outside.price.base_units() * tokens, 1e3 * chips_};
               });
  }

  double discount(const std::string& supplier) const {
    const auto known = std::ranges::find(book_.suppliers, supplier, &contract::Supplier::name);
    return known == book_.suppliers.end() ? 0.0 : known->discount_negotiated;
  }
  /// Reference chips of the busiest block in the neediest period and world.
  double largest_need() const {
    double largest = 0.0;
    for (const plan::Scenario& scenario : problem_.scenarios) {
      for (std::size_t t = 0; t < periods(); ++t) {
        for (std::size_t b = 0; b < blocks_.blocks.size(); ++b) {
          double sum = 0.0;
          for (const auto& need : scenario.need) sum += need[t][b];
          largest = std::max(largest, sum);
        }
      }
    }
    return largest * chips_;
  }

  // Levers.

  int add_lever(plan::Lever lever, const std::string& thing) {
    const auto index = static_cast<int>(problem_.levers.size());
    problem_.levers.push_back(std::move(lever));
    for (plan::Scenario& scenario : problem_.scenarios) scenario.effects.emplace_back();
    if (!thing.empty()) case_.levers_of[thing].push_back(index);
    return index;
  }
  plan::LeverEffect& effect(std::size_t s, int lever) {
    return problem_.scenarios[s].effects[static_cast<std::size_t>(lever)];
  }

  void add_equity_levers() {
    const double mean_revenue = mean_over_paths([&](std::size_t s) { return worth(s); });
    for (const contract::EquityLine& line : book_.capital.equity) {
      if (line.received || !line.option_held.empty()) continue;
      const bool decided =
          !line.tied_to.empty() || (line.schedule.empty() && line.triggers.empty());
      const double valuation =
          (line.valuation ? *line.valuation : book_.capital.equity_value).base_units();
      const double fair = std::max(valuation, book_.capital.equity_value.base_units());
      int lever = -1;
      if (decided) {
        lever = add_lever(
            {.name = line.name, .kind = plan::LeverKind::kEquity, .max = 1.0, .whole = true},
            line.name);
      }
      for (std::size_t s = 0; s < count(); ++s) {
        const std::vector<double> inflow = line_inflow(line, s);
        if (!decided) {
          auto& fixed = problem_.scenarios[s].inflow;
          fixed.resize(periods());
          for (std::size_t t = 0; t < periods(); ++t) fixed[t] += inflow[t];
          continue;
        }
        // Shares sold at the valuation are worth what this world makes of the company.
        const double dear = valuation > 0.0 && mean_revenue > 0.0
                                ? fair / valuation * worth(s) / mean_revenue - 1.0
                                : 0.0;
        plan::LeverEffect& effect_here = effect(s, lever);
        effect_here.inflow = inflow;
        for (std::size_t t = 0; t < periods(); ++t) {
          effect_here.cost += dear * inflow[t] * problem_.periods[t].discount;
        }
      }
    }
  }
  /// Discounted net revenue of a world: what its equity is worth, but for a factor.
  double worth(std::size_t s) const {
    double sum = 0.0;
    for (std::size_t t = 0; t < periods(); ++t) {
      sum += problem_.scenarios[s].revenue[t] * problem_.periods[t].discount;
    }
    return sum;
  }
  /// What a line pays into each period of a world; nothing if it does not come.
  std::vector<double> line_inflow(const contract::EquityLine& line, std::size_t s) const {
    std::vector<double> dollars(static_cast<std::size_t>(calendar_.months()), 0.0);
    const WorldPath& path = case_.paths[s];
    if (path.comes.at(line.name)) {
      if (!line.schedule.empty()) {
        for (const auto& [month, amount] : line.schedule) {
          const int m = calendar_.months_to(month);
          if (m < calendar_.months()) dollars[static_cast<std::size_t>(m)] += amount.base_units();
        }
      } else {
        int m = line.earliest ? calendar_.months_to(*line.earliest) : 0;
        while (line.needs_open_window && m < calendar_.months() &&
               path.window_open[static_cast<std::size_t>(m)] == 0) {
          ++m;
        }
        const int last = line.lapses ? calendar_.months_to(*line.lapses) : calendar_.months() - 1;
        if (m < calendar_.months() && m <= last) {
          dollars[static_cast<std::size_t>(m)] = line.amount.base_units();
        }
      }
    }
    return sums_of(dollars);
  }

  void add_offer(const contract::Offer& offer) {
    const PoolShare share = pools_.share({.system = offer.system,
                                          .port = offer.port ? &*offer.port : nullptr,
                                          .region = offer.region});
    const double price = per_chip_year(offer.price) * (1.0 - discount(offer.supplier));
    const std::string family = family_of(offer.system, offer.port);
    const double most =
        offer.quantity_max ? offer.quantity_max->base_units() : largest_need() / share.chips;
    const double lot = offer.lot.base_units();
    const bool whole = lot > 0.0 && most / lot <= kWholeLotsMax;
    const double unit = whole ? lot : chips_;
    const int source = add_source(offer, share, price);
    const double term = offer.term ? offer.term->in(1.0_months) : 0.0;
    const int start = calendar_.months_to(offer.start);
    std::vector<lp::Term> all;
    for (const int delay : set_.start_delays) {
      if (start + delay + 6 > calendar_.months() || (delay > 0 && whole)) continue;
      const int lever = add_lever({.name = offer.name,
                                   .source = source,
                                   .period = period_at(start + delay),
                                   .max = whole ? std::ceil(most / lot) : most / unit,
                                   .whole = whole,
                                   .lot = unit},
                                  offer.name);
      if (!offer.group.empty()) case_.levers_of[offer.group].push_back(lever);
      all.push_back({lever, 1.0});
      for (std::size_t s = 0; s < count(); ++s) {
        const double site = offer.site.empty() ? 0.0 : case_.paths[s].delay.at(offer.site);
        set_supply(s, lever,
                   {.unit = unit,
                    .pool_chips = share.chips,
                    .price = price,
                    .min_take = offer.min_take,
                    .start = start + delay + site,
                    .ramp = static_cast<double>(offer.ramp_months),
                    .term = term,
                    .family = family});
      }
    }
    if (all.empty()) return;
    const double units = problem_.levers[static_cast<std::size_t>(all[0].column)].max;
    if (all.size() > 1) problem_.limits.push_back({lp::at_most(units), all});
    tie(all, units, family, offer.equity_required);
    if (offer.option) add_expansion(offer, *offer.option, share, family, all, units);
  }

  int add_source(const contract::Offer& offer, const PoolShare& share, double price) {
    problem_.sources.push_back({.name = offer.name,
                                .group = offer.group,
                                .supplier = offer.supplier,
                                .system = offer.system,
                                .pool = share.pool,
                                .price = unit_price(price),
                                .take_price = unit_price(price / share.chips),
                                .extra_take = offer.min_take < 1.0});
    return static_cast<int>(problem_.sources.size()) - 1;
  }

  /// sum of levers <= units * (port made, equity drawn)
  void tie(const std::vector<lp::Term>& levers, double units, const std::string& family,
           const std::string& equity) {
    std::vector<int> needed;
    if (!family.empty()) needed.push_back(ports_.at(family).lever);
    if (const auto line = case_.levers_of.find(equity);
        !equity.empty() && line != case_.levers_of.end()) {
      needed.push_back(line->second.front());
    }
    for (const int lever : needed) {
      std::vector<lp::Term> row = levers;
      row.push_back({lever, -units});
      problem_.limits.push_back({lp::at_most(0.0), row});
    }
  }

  struct Supply {
    double unit = 1.0;        ///< Chips of one unit of the lever.
    double pool_chips = 1.0;  ///< Chips of the pool that one of them is.
    double price = 0.0;       ///< Dollars a chip-year.
    double min_take = 1.0;
    double start = 0.0, ramp = 0.0, term = 0.0;  ///< Months.
    std::string family;
    bool works = true;
  };
  void set_supply(std::size_t s, int lever, const Supply& supply) {
    plan::LeverEffect& here = effect(s, lever);
    const double chips = supply.unit * supply.pool_chips / chips_;
    const auto share = [&](int m) {
      return delivered_share(m, supply.start, supply.ramp, supply.term);
    };
    const auto fresh = [&](int m) {
      return book_.readings.offers_refreshed ? std::pow(book_.price_paths.price_performance_new,
                                                        std::max(0.0, m - supply.start) / 12.0)
                                             : 1.0;
    };
    const auto use = [&](int m) {
      return supply.works ? chips * share(m) * fresh(m) * usable(supply.family, s, m) : 0.0;
    };
    here.capacity = calendar_.means([&](int m) { return supply.min_take * use(m); });
    if (supply.min_take < 1.0) {
      here.extra = calendar_.means([&](int m) { return (1.0 - supply.min_take) * use(m); });
    }
    const bool failed =
        !supply.works || (!supply.family.empty() && !case_.paths[s].works.at(supply.family));
    if (failed && book_.readings.port_failure == book::PortFailure::kReleased) return;
    here.bill = calendar_.sums([&](int m) {
      return money(supply.unit * supply.min_take * supply.price * share(m) / 12.0);
    });
  }
  int period_at(int month) const {
    int period = 0;
    for (std::size_t t = 0; t < periods(); ++t) {
      if (calendar_.first_month(t) <= month) period = static_cast<int>(t);
    }
    return period;
  }

  // Options.

  /// Groups of worlds that cannot be told apart at `month`: by how far demand has come (thirds), by
  /// the port's result once it is known, and by whatever else `seen` tells.
  std::vector<int> groups_at(int month, const std::string& family,
                             const std::function<bool(std::size_t)>& seen) const {
    std::vector<int> group(count(), 0);
    if (book_.readings.exercise == book::ExerciseRule::kNow) return group;
    if (book_.readings.exercise == book::ExerciseRule::kPerScenario) {
      for (std::size_t s = 0; s < count(); ++s) group[s] = static_cast<int>(s);
      return group;
    }
    std::vector<double> level;
    for (std::size_t s = 0; s < count(); ++s) {
      double need = 0.0;
      for (std::size_t w = 0; w < book_.demand.size(); ++w) {
        need += chips_needed(w, s, std::max(0, month - 1));
      }
      level.push_back(need);
    }
    std::vector<double> sorted = level;
    std::ranges::sort(sorted);
    const bool port_known = !family.empty() && ports_.at(family).ready <= month;
    std::map<std::tuple<int, bool, bool>, int> known;
    for (std::size_t s = 0; s < count(); ++s) {
      const auto rank = std::ranges::lower_bound(sorted, level[s]) - sorted.begin();
      const std::tuple key{month == 0 ? 0 : static_cast<int>(3 * rank / std::ssize(sorted)),
                           port_known && case_.paths[s].works.at(family), seen(s)};
      group[s] = known.try_emplace(key, static_cast<int>(known.size())).first->second;
    }
    return group;
  }

  struct Exercise {
    std::vector<int> dates;  ///< Months.
    double max = 0.0;        ///< Units over all dates, in any world.
    std::string family;
    std::string thing;
    std::string group;
    int source = 0;
    double unit = 1.0;
    std::function<bool(int date, std::size_t s)> seen;
    std::function<void(std::size_t s, int lever, int date)> set;
  };
  /// Levers for every date and group of worlds, and the limit of units in each world's sequence.
  std::vector<int> add_exercise(const Exercise& exercise) {
    std::vector<int> levers;
    std::set<std::vector<int>> sequences;
    std::vector<std::vector<int>> of_world(count());
    for (const int date : exercise.dates) {
      const auto group =
          groups_at(date, exercise.family, [&](std::size_t s) { return exercise.seen(date, s); });
      const int groups = 1 + *std::ranges::max_element(group);
      for (int g = 0; g < groups; ++g) {
        const int lever = add_lever({.name = exercise.thing,
                                     .kind = plan::LeverKind::kExercise,
                                     .source = exercise.source,
                                     .period = period_at(date),
                                     .max = exercise.max,
                                     .lot = exercise.unit},
                                    exercise.thing);
        if (!exercise.group.empty()) case_.levers_of[exercise.group].push_back(lever);
        levers.push_back(lever);
        if (!exercise.family.empty()) {
          problem_.limits.push_back(
              {lp::at_most(0.0),
               {{lever, 1.0}, {ports_.at(exercise.family).lever, -exercise.max}}});
        }
        for (std::size_t s = 0; s < count(); ++s) {
          if (group[s] != g) {
            effect(s, lever).acts = false;
            continue;
          }
          exercise.set(s, lever, date);
          of_world[s].push_back(lever);
        }
      }
    }
    if (exercise.dates.size() > 1) {
      for (const auto& sequence : of_world) sequences.insert(sequence);
    }
    for (const auto& sequence : sequences) {
      std::vector<lp::Term> row;
      for (const int lever : sequence) row.push_back({lever, 1.0});
      problem_.limits.push_back({lp::at_most(exercise.max), row});
    }
    return levers;
  }

  void add_expansion(const contract::Offer& offer, const contract::ExpansionOption& option,
                     const PoolShare& share, const std::string& family,
                     const std::vector<lp::Term>& base, double base_units) {
    const double price = per_chip_year(option.price) * (1.0 - discount(offer.supplier));
    const int source = add_source(offer, share, price);
    problem_.sources.back().name = offer.name + ", expansion";
    problem_.sources.back().kind = plan::SourceKind::kOption;
    const int date = calendar_.months_to(option.exercise_by);
    const double max = option.quantity.base_units() / chips_;
    const auto levers =
        add_exercise({.dates = {date},
                      .max = max,
                      .family = family,
                      .thing = offer.name + ", expansion",
                      .group = offer.group,
                      .source = source,
                      .unit = chips_,
                      .seen = [](int, std::size_t) { return false; },
                      .set =
                          [&](std::size_t s, int lever, int at) {
                            set_supply(s, lever,
                                       {.unit = chips_,
                                        .pool_chips = share.chips,
                                        .price = price,
                                        .min_take = offer.min_take,
                                        .start = static_cast<double>(at),
                                        .ramp = static_cast<double>(set_.option_ramp_months),
                                        .term = offer.term ? offer.term->in(1.0_months) : 0.0,
                                        .family = family});
                          }});
    for (const int lever : levers) {
      case_.levers_of[offer.name].push_back(lever);
      std::vector<lp::Term> row = {{lever, 1.0}};
      for (const lp::Term& term : base) row.push_back({term.column, -max / base_units});
      problem_.limits.push_back({lp::at_most(0.0), row});
    }
  }

  double site_power(const std::string& system) const {
    const auto known =
        std::ranges::find(book_.chip_equivalents, system, &contract::ChipEquivalent::system);
    if (known != book_.chip_equivalents.end() && known->site_power > Watts{}) {
      return known->site_power.base_units();
    }
    for (const ChipYield& yield : yields_.yields) {
      if (yield.system == system && yield.site_power > Watts{}) {
        return yield.site_power.base_units();
      }
    }
    return 0.0;
  }

  void add_option_held(const contract::OptionHeld& option) {
    // A unit is a tranche.
    const double watts = option.tranche.base_units();
    PoolShare share{reference_pool_, 1.0};
    double chips = 0.0, price = 0.0;  // Of a tranche; dollars a chip-year.
    if (const auto* power_price = std::get_if<EnergyPrice>(&option.price)) {
      chips =
          option.relative_throughput_per_power * watts / site_power(book_.reference_chip.system);
      price = power_price->base_units() * watts * kYear / chips;
    } else {
      share =
          pools_.share({.system = option.system, .port = option.port ? &*option.port : nullptr});
      chips = watts / site_power(option.system);
      price = per_chip_year(std::get<ChipPrice>(option.price));
    }
    problem_.sources.push_back({.name = option.name,
                                .supplier = option.supplier,
                                .system = option.system,
                                .kind = plan::SourceKind::kOption,
                                .pool = share.pool,
                                .price = unit_price(price),
                                .take_price = unit_price(price / share.chips)});
    const int source = static_cast<int>(problem_.sources.size()) - 1;
    const int earliest = calendar_.months_to(option.earliest);
    const int latest =
        std::min(option.latest ? calendar_.months_to(*option.latest) : calendar_.months(),
                 calendar_.months() - 12);
    std::vector<int> dates;
    for (int date = earliest;
         date <= latest && static_cast<int>(dates.size()) < set_.exercise_dates_max; date += 12) {
      dates.push_back(date);
    }
    if (dates.empty()) return;
    const std::string family = family_of(option.system, option.port);
    const contract::EquityLine* equity = equity_of(option);
    const double warrant = warrant_per_tranche(option);
    add_exercise({.dates = dates,
                  .max = static_cast<double>(option.tranches),
                  .family = family,
                  .thing = option.name,
                  .group = "",
                  .source = source,
                  .unit = chips,
                  // Whether the chip works shows between the first date and the second.
                  .seen =
                      [&](int date, std::size_t s) {
                        return date > earliest && case_.paths[s].works.at(option.name);
                      },
                  .set =
                      [&](std::size_t s, int lever, int date) {
                        set_supply(s, lever,
                                   {.unit = chips,
                                    .pool_chips = share.chips,
                                    .price = price,
                                    .start = static_cast<double>(date),
                                    .ramp = static_cast<double>(set_.option_ramp_months),
                                    .term = option.term ? option.term->in(1.0_months) : 0.0,
                                    .family = family,
                                    .works = case_.paths[s].works.at(option.name)});
                        plan::LeverEffect& here = effect(s, lever);
                        const auto t = static_cast<std::size_t>(period_at(date));
                        here.cost -= money(warrant) * problem_.periods[t].discount;
                        if (equity != nullptr && case_.paths[s].comes.at(equity->name)) {
                          here.inflow.assign(periods(), 0.0);
                          here.inflow[t] = money(equity->tranche_amount->base_units());
                        }
                      }});
    if (equity != nullptr) {
      for (const int lever : case_.levers_of[option.name]) {
        case_.levers_of[equity->name].push_back(lever);
      }
    }
  }
  const contract::EquityLine* equity_of(const contract::OptionHeld& option) const {
    for (const contract::EquityLine& line : book_.capital.equity) {
      if (line.name == option.equity && line.tranche_amount) return &line;
    }
    return nullptr;
  }
  /// Dollars of another company's shares that vest with a tranche, at today's price.
  double warrant_per_tranche(const contract::OptionHeld& option) const {
    for (const contract::Warrant& warrant : book_.capital.warrants) {
      if (warrant.name != option.warrant || !warrant.price_now || !warrant.shares_per_gw) continue;
      return *warrant.shares_per_gw * option.tranche.in(1.0_GW) *
             (*warrant.price_now - warrant.strike).base_units();
    }
    return 0.0;
  }

  // Limits over levers.

  /// At most one member of an exclusive group; a tied line of equity needs a real contract.
  void add_exclusive_groups() {
    for (const contract::OfferGroup& group : book_.groups) {
      if (!group.exclusive) continue;
      std::vector<lp::Term> one;
      for (const contract::Offer& offer : book_.offers) {
        const auto levers = case_.levers_of.find(offer.name);
        if (offer.group != group.name || levers == case_.levers_of.end()) continue;
        const std::vector<int> members = levers->second;
        const int chosen =
            add_lever({.name = "choose " + offer.name, .max = 1.0, .whole = true}, "");
        one.push_back({chosen, 1.0});
        std::vector<lp::Term> row = {
            {chosen, -problem_.levers[static_cast<std::size_t>(members[0])].max}};
        for (const int lever : members) {
          if (problem_.levers[static_cast<std::size_t>(lever)].kind == plan::LeverKind::kSign) {
            row.push_back({lever, 1.0});
          }
        }
        problem_.limits.push_back({lp::at_most(0.0), row});
      }
      if (one.size() > 1) problem_.limits.push_back({lp::at_most(1.0), one});
    }
    for (const contract::EquityLine& line : book_.capital.equity) {
      const auto lever = case_.levers_of.find(line.name);
      if (line.tied_to.empty() || lever == case_.levers_of.end()) continue;
      std::set<int> members;
      for (const std::string& name : line.tied_to) {
        const auto tied = case_.levers_of.find(name);
        if (tied == case_.levers_of.end()) continue;
        members.insert(tied->second.begin(), tied->second.end());
      }
      std::vector<lp::Term> row = {{lever->second.front(), 1.0}};
      for (const int member : members) {
        const plan::Lever& sign = problem_.levers[static_cast<std::size_t>(member)];
        if (sign.kind != plan::LeverKind::kSign) continue;
        row.push_back({member, -1.0 / (set_.tied_quantity_share * sign.max)});
      }
      if (row.size() > 1) problem_.limits.push_back({lp::at_most(0.0), row});
    }
  }

  /// A supplier's share of the dollars of a calendar year, on mean bills: new ones may not lift it
  /// above the larger of its limit and what is signed.
  void add_share_limits() {
    std::map<int, std::map<std::string, double>> signed_by_year;
    for (std::size_t k = 0; k < book_.contracts.size(); ++k) {
      for (int m = 0; m < calendar_.months(); ++m) {
        const int year = (book_.horizon.start + m).year();
        signed_by_year[year][book_.contracts[k].supplier] +=
            money(signed_paths_[k].bill[static_cast<std::size_t>(m)]);
      }
    }
    for (const contract::Supplier& supplier : book_.suppliers) {
      if (supplier.share_max >= 1.0) continue;
      for (const auto& [year, bills] : signed_by_year) {
        double total = 0.0, own = 0.0;
        for (const auto& [name, bill] : bills) {
          total += bill;
          if (name == supplier.name) own += bill;
        }
        if (total <= 0.0) continue;
        const double limit = std::max(supplier.share_max, own / total);
        add_share_limit(supplier.name, year, limit, limit * total - own);
      }
    }
  }
  void add_share_limit(const std::string& supplier, int year, double limit, double room) {
    std::vector<lp::Term> row;
    bool binds = false;
    for (std::size_t l = 0; l < problem_.levers.size(); ++l) {
      const int source = problem_.levers[l].source;
      if (source < 0) continue;
      double bill = 0.0;
      for (std::size_t s = 0; s < count(); ++s) {
        const plan::LeverEffect& here = problem_.scenarios[s].effects[l];
        if (!here.acts || here.bill.empty()) continue;
        for (std::size_t t = 0; t < periods(); ++t) {
          if (problem_.periods[t].year == year) {
            bill += case_.paths[s].probability * here.bill[t];
          }
        }
      }
      if (bill <= 1e-9) continue;
      const bool own = problem_.sources[static_cast<std::size_t>(source)].supplier == supplier;
      binds = binds || own;
      row.push_back({static_cast<int>(l), own ? (1.0 - limit) * bill : -limit * bill});
    }
    if (binds) problem_.limits.push_back({lp::at_most(std::max(0.0, room)), row});
  }

  // Cash.

  void fill_cash() {
    const contract::Capital& capital = book_.capital;
    if (capital.equity.empty() && capital.debt.empty()) return;
    problem_.cash = plan::CashRules{.start = money(capital.cash.base_units()),
                                    .minimum = money(capital.cash_min.base_units()),
                                    .emergency_price = capital.emergency.price};
    for (const contract::DebtLine& line : capital.debt) {
      problem_.cash->debt.push_back(
          {.name = line.name, .rate = line.rate, .spread = set_.debt_spread});
      for (std::size_t s = 0; s < count(); ++s) {
        problem_.scenarios[s].debt_max.push_back(
            calendar_.means([&](int m) { return money(debt_room(line, s, m)); }));
      }
    }
  }
  double debt_room(const contract::DebtLine& line, std::size_t s, int m) const {
    const Month month = book_.horizon.start + m;
    if ((line.earliest && month < *line.earliest) || (line.until && month >= *line.until)) {
      return 0.0;
    }
    double room = line.limit.base_units();
    if (line.covenant) {
      double trailing = 0.0;
      const std::vector<double>& revenue = case_.paths[s].net_revenue;
      for (int back = 0; back < 12; ++back) {
        trailing += revenue[static_cast<std::size_t>(std::max(0, m - back))];
      }
      room = std::min(room, line.covenant->debt_to_trailing_revenue_max * trailing);
    }
    return std::max(0.0, room);
  }

  struct PortLever {
    int lever = 0;
    double ready = 0.0;  ///< Months after the start.
  };
  struct SignedPath {
    std::vector<double> bill;   ///< [month] Dollars.
    std::vector<double> chips;  ///< [month] Of the pool.
  };

  const book::Book& book_;
  const YieldTable& yields_;
  const BuyDecisionAssumptions& set_;
  PlanCalendar calendar_;
  LoadBlocks blocks_;
  BuyCase case_;
  plan::PlanProblem& problem_ = case_.problem;
  PoolTable pools_;
  double chips_ = 1.0;
  double money_ = 1.0;
  int reference_pool_ = 0;
  std::map<std::string, PortLever> ports_;
  std::vector<SignedPath> signed_paths_;
};

}  // namespace

BuyCase buy_case(const book::Book& book, const YieldTable& yields, int scenarios,
                 const BuyDecisionAssumptions& assumptions) {
  return CaseBuilder(book, yields, scenarios, assumptions).build();
}

}  // namespace offtake::study
