#include "offtake/study/worlds.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include "offtake/contract/funding_window.hpp"
#include "offtake/demand/demand_path.hpp"
#include "offtake/demand/revenue_scenario.hpp"
#include "offtake/demand/stratified_levels.hpp"

namespace offtake::study {
namespace {

constexpr double kSurest = 0.999;  // A year's probability of failure, at most.

class WorldDrawer {
 public:
  WorldDrawer(const book::Book& book, int count) : book_(book), count_(count) {}

  std::vector<World> draw() {
    worlds_.resize(static_cast<std::size_t>(count_));
    for (int s = 0; s < count_; ++s) {
      World& world = worlds_[static_cast<std::size_t>(s)];
      world.probability = 1.0 / count_;
      draw_demand(world, static_cast<std::uint64_t>(s));
    }
    draw_events();
    draw_revenue();
    return std::move(worlds_);
  }

 private:
  std::vector<double> stratified(const std::string& purpose) const {
    return demand::stratified_levels(book_.risk.seed, purpose, count_);
  }

  void draw_demand(World& world, std::uint64_t s) {
    demand::DemandPath drawn = demand::draw_demand_path(book_.demand, book_.demand_process,
                                                        book_.horizon.months(), book_.risk.seed, s);
    world.volume = std::move(drawn.volume);
    world.market_price = std::move(drawn.market_price);
    draw_window(world, drawn.common, s);
  }

  /// The market's state by month; its link to demand is with the shock of the quarter.
  void draw_window(World& world, std::span<const double> common, std::uint64_t s) {
    for (const char open : contract::open_quarters(
             book_.capital.window, demand::shocks_by_quarter(common), book_.risk.seed, s)) {
      world.window_open.insert(world.window_open.end(), 3, open);
    }
  }

  void draw_chance(const std::string& purpose, const std::string& name, double probability,
                   std::map<std::string, bool> World::* field) {
    const std::vector<double> level = stratified(purpose + name);
    for (std::size_t s = 0; s < worlds_.size(); ++s) {
      (worlds_[s].*field).try_emplace(name, level[s] < probability);
    }
  }
  void draw_port(const std::string& system, const std::optional<contract::Port>& port) {
    if (port) draw_chance("port/", port_family(system, *port), port->success, &World::works);
  }
  void draw_events() {
    for (const auto& contract : book_.contracts) draw_port(contract.system, contract.port);
    for (const auto& offer : book_.offers) draw_port(offer.system, offer.port);
    for (const auto& option : book_.options_held) {
      draw_port(option.system, option.port);
      draw_chance("option/", option.name, option.success, &World::works);
    }
    for (const auto& line : book_.capital.equity) {
      draw_chance("equity/", line.name, line.probability, &World::comes);
    }
    for (const contract::Supplier& supplier : book_.suppliers) {
      if (supplier.hazard <= 0.0) continue;
      const std::vector<double> level = stratified("supplier/" + supplier.name);
      // A probability of `hazard` a year is a rate of -log(1 - hazard).
      const double rate = -std::log1p(-std::min(supplier.hazard, kSurest));
      for (std::size_t s = 0; s < worlds_.size(); ++s) {
        worlds_[s].failure[supplier.name] = -12.0 * std::log1p(-level[s]) / rate;
      }
    }
    for (const contract::Site& site : book_.sites) {
      const std::vector<double> level = stratified("site/" + site.name);
      for (std::size_t s = 0; s < worlds_.size(); ++s) {
        worlds_[s].delay[site.name] = contract::delay_quantile(book_.slip, level[s]);
      }
    }
  }

  void draw_revenue() {
    const std::vector<double> level = stratified("revenue-timing");
    for (std::size_t s = 0; s < worlds_.size(); ++s) {
      worlds_[s].revenue_scenario =
          demand::scenario_at(book_.revenue_timing.scenarios, level[s]).name;
    }
  }

  const book::Book& book_;
  int count_;
  std::vector<World> worlds_;
};

}  // namespace

std::string port_family(const std::string& system, const contract::Port& port) {
  return port.shared_with.empty() ? system : port.shared_with;
}

std::vector<World> draw_worlds(const book::Book& book, int count) {
  return WorldDrawer(book, count).draw();
}

}  // namespace offtake::study
