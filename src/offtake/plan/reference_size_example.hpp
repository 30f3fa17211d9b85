#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "offtake/base/random_stream.hpp"
#include "offtake/plan/plan_problem.hpp"

/// Problems of the size that a laboratory's plan has, drawn from a seed: for tests and benchmarks.
/// Money is counted in 10 million dollars, chips in thousands, so the reference chip at two dollars
/// an hour costs 1.75 a year. The figures are of a plausible size and stand for no company.
namespace offtake::plan::example {

struct ProblemSize {
  std::size_t months = 24;    ///< Periods of a month, then
  std::size_t quarters = 12;  ///< periods of a quarter.
  std::size_t workloads = 12;
  std::size_t pools = 8;
  std::size_t ports = 5;    ///< Pools that take a port, the last ones.
  std::size_t offers = 60;  ///< In groups of three of which one may be signed.
  std::size_t scenarios = 30;
  double compatible = 0.65;  ///< Share of work that may run on a pool but the first.
};

/// Draws the problem. A scenario's draws depend on the seed and its index, not on the number of
/// scenarios: the first 30 of 300 are the 30 of the smaller problem, but for their probability.
class ReferenceProblem {
 public:
  ReferenceProblem(const ProblemSize& size, std::uint64_t seed) : size_(size), seed_(seed) {}

  PlanProblem draw() {
    problem_.scale = {Dollars::in_base_units(1e7), Chips::in_base_units(1e3)};
    add_periods();
    problem_.blocks = {{"all hours"}};
    add_work();
    add_pools();
    for (std::size_t k = 0; k < size_.offers; ++k) add_offer(k);
    for (std::size_t g = 0; 3 * g < size_.offers; ++g) limit_group(g);
    for (std::size_t s = 0; s < size_.scenarios; ++s) add_scenario(s);
    problem_.cash = CashRules{.start = 40.0,
                              .minimum = 20.0,
                              .emergency_price = 0.25,
                              .debt = {{.name = "term loan", .rate = 0.09, .spread = 0.03}}};
    return std::move(problem_);
  }

 private:
  struct Terms {
    std::size_t pool, start, periods;
    double price, take;
  };
  struct Work {
    double need, growth, unmet_price;
  };

  static double between(RandomStream& draw, double low, double high) {
    return low + (high - low) * draw.uniform();
  }
  std::size_t periods() const { return problem_.periods.size(); }
  /// Years from the start to the middle of a period.
  double middle(std::size_t t) const { return middle_[t]; }
  /// First period that begins `years` after period `start` does, or later.
  std::size_t after(std::size_t start, double years) const {
    std::size_t t = start;
    for (double passed = 0.0; t < periods() && passed < years - 1e-9; ++t) {
      passed += problem_.periods[t].years;
    }
    return t;
  }
  /// Money a chip-year: each pool's chip is dearer than the one before by less than it is faster.
  static double list_price(std::size_t pool) {
    return 1.75 * std::pow(1.22, static_cast<double>(pool % 8));
  }

  void add_periods() {
    double begin = 0.0;
    for (std::size_t t = 0; t < size_.months + size_.quarters; ++t) {
      const double years = t < size_.months ? 1.0 / 12.0 : 0.25;
      middle_.push_back(begin + years / 2.0);
      problem_.periods.push_back({.label = "period " + std::to_string(t + 1),
                                  .year = 2026 + static_cast<int>(begin + 1e-9),
                                  .years = years,
                                  .discount = std::pow(1.1, -middle_.back())});
      begin += years;
    }
  }

  void add_work() {
    RandomStream draw(seed_, "example/work", 0);
    for (std::size_t w = 0; w < size_.workloads; ++w) {
      problem_.workloads.push_back({.name = "work " + std::to_string(w), .in_block = {1}});
      work_.push_back(
          {.need = 150.0 / static_cast<double>(size_.workloads) * std::exp(0.6 * draw.normal()),
           .growth = between(draw, 0.15, 0.55),
           .unmet_price = between(draw, 5.0, 12.0)});
    }
  }

  void add_pools() {
    RandomStream draw(seed_, "example/pools", 0);
    for (std::size_t c = 0; c < size_.pools; ++c) {
      Pool pool{.name = "chip " + std::to_string(c),
                .movable = std::vector<double>(size_.workloads, 1.0)};
      for (std::size_t w = 0; w < size_.workloads; ++w) {
        const bool runs = draw.chance(size_.compatible) || c == 0;
        const double speed = std::pow(1.3, static_cast<double>(c % 8)) * between(draw, 0.75, 1.25);
        pool.ratio.push_back(runs ? speed : 0.0);
      }
      Rental rental{
          .name = pool.name + " on demand", .supplier = "market", .pool = static_cast<int>(c)};
      if (c + size_.ports >= size_.pools) {
        pool.port = static_cast<int>(problem_.levers.size());
        rental.gates = {pool.port};
        problem_.levers.push_back(
            {.name = "port " + pool.name, .kind = LeverKind::kPort, .max = 1.0, .whole = true});
        port_cost_.push_back(between(draw, 10.0, 40.0));
      }
      problem_.pools.push_back(pool);
      problem_.rentals.push_back(rental);
    }
  }

  /// Two levers: how much is signed, and whether anything is.
  void add_offer(std::size_t k) {
    static constexpr std::array kTermYears = {1.0, 2.0, 3.0, 5.0};
    static constexpr std::array kDiscount = {0.95, 0.85, 0.77, 0.68};
    RandomStream draw(seed_, "example/offer", k);
    const std::size_t group = k / 3;
    const std::size_t pool = group % size_.pools;
    const std::size_t start = (5 * group) % (2 * size_.months / 3);
    const auto term = static_cast<std::size_t>(draw.below(kTermYears.size()));
    const bool flexible = k % 5 == 0;
    const double fall = std::exp(-0.12 * middle(start));
    terms_.push_back({.pool = pool,
                      .start = start,
                      .periods = after(start, kTermYears[term]) - start,
                      .price = list_price(pool) * kDiscount[term] * fall *
                               between(draw, 0.92, 1.08) * (flexible ? 1.08 : 1.0),
                      .take = flexible ? 0.7 : 1.0});
    const int source = static_cast<int>(problem_.sources.size());
    const std::string name = "offer " + std::to_string(k);
    problem_.sources.push_back({.name = name,
                                .group = "group " + std::to_string(group),
                                .supplier = "supplier " + std::to_string(group % 6),
                                .system = problem_.pools[pool].name,
                                .pool = static_cast<int>(pool),
                                .price = terms_.back().price,
                                .take_price = terms_.back().price,
                                .extra_take = flexible});
    const double most = between(draw, 8.0, 30.0);
    const auto lever = static_cast<int>(problem_.levers.size());
    problem_.levers.push_back({.name = name, .source = source, .max = most});
    problem_.levers.push_back(
        {.name = "sign " + name, .kind = LeverKind::kAllow, .max = 1.0, .whole = true});
    // Two fifths of the most at least, if anything; and nothing of a chip without its port.
    problem_.limits.push_back({lp::at_most(0.0), {{lever, 1.0}, {lever + 1, -most}}});
    problem_.limits.push_back({lp::at_least(0.0), {{lever, 1.0}, {lever + 1, -0.4 * most}}});
    if (const int port = problem_.pools[pool].port; port >= 0) {
      problem_.limits.push_back({lp::at_most(0.0), {{lever + 1, 1.0}, {port, -1.0}}});
    }
  }
  void limit_group(std::size_t group) {
    LeverLimit one{lp::at_most(1.0), {}};
    for (std::size_t k = 3 * group; k < std::min(3 * group + 3, size_.offers); ++k) {
      one.terms.push_back({static_cast<int>(size_.ports + 2 * k + 1), 1.0});
    }
    problem_.limits.push_back(one);
  }

  void add_scenario(std::size_t index) {
    Scenario s{.probability = 1.0 / static_cast<double>(size_.scenarios)};
    draw_needs(s, index);
    draw_market(s, index);
    draw_effects(s, index);
    problem_.scenarios.push_back(std::move(s));
  }

  /// Needs grow as correlated geometric Brownian motions; receipts follow the needs.
  void draw_needs(Scenario& s, std::size_t index) const {
    RandomStream common(seed_, "example/need/common", index);
    std::vector<double> shared = walk(common, 0.25);
    s.receipts.assign(periods(), 0.0);
    for (std::size_t w = 0; w < size_.workloads; ++w) {
      RandomStream own(seed_, "example/need/" + std::to_string(w), index);
      const std::vector<double> alone = walk(own, 0.25);
      s.need.emplace_back();
      for (std::size_t t = 0; t < periods(); ++t) {
        const double need =
            work_[w].need * std::exp(work_[w].growth * middle(t) + shared[t] + alone[t]);
        s.need[w].push_back({need});
        s.receipts[t] += 1.7 * need * problem_.periods[t].years;
      }
      s.unmet_price.emplace_back(periods(), work_[w].unmet_price);
      s.lost_receipts.emplace_back(periods(), 1.7);
    }
    s.other_costs.assign(periods(), 0.0);
    s.debt_max.emplace_back(periods(), 100.0);
  }

  void draw_market(Scenario& s, std::size_t index) const {
    s.signed_bill.assign(periods(), 0.0);
    for (std::size_t c = 0; c < size_.pools; ++c) {
      RandomStream draw(seed_, "example/market/" + std::to_string(c), index);
      const std::vector<double> moves = walk(draw, 0.2);
      const double depth = between(draw, 15.0, 60.0);
      s.signed_capacity.emplace_back(periods(), 0.0);
      s.rental_price.emplace_back();
      s.rental_max.emplace_back(periods(), depth);
      for (std::size_t t = 0; t < periods(); ++t) {
        s.rental_price[c].push_back(1.4 * list_price(c) * std::exp(-0.15 * middle(t) + moves[t]));
        if (c > 0) continue;
        // What runs today ends over three years.
        const double left = 90.0 * std::clamp(1.0 - middle(t) / 3.0, 0.0, 1.0);
        s.signed_capacity[c][t] = left;
        s.signed_bill[t] = left * list_price(c) * problem_.periods[t].years;
      }
    }
  }

  void draw_effects(Scenario& s, std::size_t index) const {
    RandomStream draw(seed_, "example/port", index);
    for (std::size_t p = 0; p < size_.ports; ++p) {
      const std::size_t ready = 4 + draw.below(5);
      const bool works = draw.chance(0.85);
      LeverEffect port{.capacity = std::vector<double>(periods()),
                       .bill = std::vector<double>(periods())};
      for (std::size_t t = ready; t < periods() && works; ++t) port.capacity[t] = 1.0;
      port.bill[0] = port_cost_[p];
      s.effects.push_back(port);
    }
    for (std::size_t k = 0; k < size_.offers; ++k) {
      RandomStream slip(seed_, "example/slip/" + std::to_string(k / 3), index);
      const double late = slip.uniform();
      s.effects.push_back(offer_effect(terms_[k], late < 0.7 ? 0 : late < 0.9 ? 1 : 3));
      s.effects.push_back({});
    }
  }
  /// A unit's capacity and bill, both later by as many periods as the delivery slips.
  LeverEffect offer_effect(const Terms& terms, std::size_t slip) const {
    LeverEffect effect{.capacity = std::vector<double>(periods()),
                       .bill = std::vector<double>(periods())};
    if (terms.take < 1.0) effect.extra.assign(periods(), 0.0);
    const std::size_t begin = terms.start + slip;
    for (std::size_t t = begin; t < std::min(begin + terms.periods, periods()); ++t) {
      effect.capacity[t] = terms.take;
      effect.bill[t] = terms.take * terms.price * problem_.periods[t].years;
      if (terms.take < 1.0) effect.extra[t] = 1.0 - terms.take;
    }
    return effect;
  }

  /// [period] A Brownian motion of `deviation` a year, at the middle of each period.
  std::vector<double> walk(RandomStream& draw, double deviation) const {
    std::vector<double> path;
    double at = 0.0, time = 0.0;
    for (std::size_t t = 0; t < periods(); ++t) {
      at += deviation * std::sqrt(middle(t) - time) * draw.normal();
      time = middle(t);
      path.push_back(at);
    }
    return path;
  }

  ProblemSize size_;
  std::uint64_t seed_;
  PlanProblem problem_;
  std::vector<double> middle_;  ///< [period]
  std::vector<Work> work_;      ///< [workload]
  std::vector<Terms> terms_;    ///< [offer]
  std::vector<double> port_cost_;
};

}  // namespace offtake::plan::example
