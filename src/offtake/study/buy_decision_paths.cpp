#include "offtake/study/buy_decision_paths.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>
#include <variant>

#include "offtake/contract/funding_window.hpp"
#include "offtake/demand/base_path.hpp"
#include "offtake/demand/demand_path.hpp"
#include "offtake/demand/revenue_scenario.hpp"
#include "offtake/demand/scenario_revenue.hpp"
#include "offtake/demand/stratified_levels.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::study {

using namespace literals;

namespace {

constexpr double kSurest = 0.999;  // A year's probability of failure, at most.

class PathDrawer {
 public:
  PathDrawer(const book::Book& book, int count)
      : book_(book), count_(count), months_(book.horizon.months()) {}

  std::vector<WorldPath> draw() {
    paths_.resize(static_cast<std::size_t>(count_));
    for (int s = 0; s < count_; ++s) {
      WorldPath& path = paths_[static_cast<std::size_t>(s)];
      path.probability = 1.0 / count_;
      draw_demand(path, static_cast<std::uint64_t>(s));
    }
    draw_events();
    draw_revenue();
    return std::move(paths_);
  }

 private:
  std::vector<double> stratified(const std::string& purpose) const {
    return demand::stratified_levels(book_.risk.seed, purpose, count_);
  }

  void draw_demand(WorldPath& path, std::uint64_t s) {
    demand::DemandPath drawn =
        demand::draw_demand_path(book_.demand, book_.demand_process, months_, book_.risk.seed, s);
    path.volume = std::move(drawn.volume);
    for (std::size_t w = 0; w < book_.demand.size(); ++w) {
      for (int m = 0; m < months_; ++m) {
        path.volume[w][static_cast<std::size_t>(m)] *=
            demand::base_volume(book_.demand[w].growth, demand::middle_of_month(m));
      }
    }
    path.market_price = std::move(drawn.market_price);
    draw_window(path, drawn.common, s);
  }

  /// The market's state by month; its link to demand is with the shock of the quarter.
  void draw_window(WorldPath& path, std::span<const double> common, std::uint64_t s) {
    for (const char open : contract::open_quarters(
             book_.capital.window, demand::shocks_by_quarter(common), book_.risk.seed, s)) {
      path.window_open.insert(path.window_open.end(), 3, open);
    }
  }

  void draw_chance(const std::string& purpose, const std::string& name, double probability,
                   std::map<std::string, bool> WorldPath::* field) {
    const std::vector<double> level = stratified(purpose + name);
    for (std::size_t s = 0; s < paths_.size(); ++s) {
      (paths_[s].*field).try_emplace(name, level[s] < probability);
    }
  }
  void draw_port(const std::string& system, const std::optional<contract::Port>& port) {
    if (port) draw_chance("port/", port_family(system, *port), port->success, &WorldPath::works);
  }
  void draw_events() {
    for (const auto& contract : book_.contracts) draw_port(contract.system, contract.port);
    for (const auto& offer : book_.offers) draw_port(offer.system, offer.port);
    for (const auto& option : book_.options_held) {
      draw_port(option.system, option.port);
      draw_chance("option/", option.name, option.success, &WorldPath::works);
    }
    for (const auto& line : book_.capital.equity) {
      draw_chance("equity/", line.name, line.probability, &WorldPath::comes);
    }
    for (const contract::Supplier& supplier : book_.suppliers) {
      if (supplier.hazard <= 0.0) continue;
      const std::vector<double> level = stratified("supplier/" + supplier.name);
      // A probability of `hazard` a year is a rate of -log(1 - hazard).
      const double rate = -std::log1p(-std::min(supplier.hazard, kSurest));
      for (std::size_t s = 0; s < paths_.size(); ++s) {
        paths_[s].failure[supplier.name] = -12.0 * std::log1p(-level[s]) / rate;
      }
    }
    for (const contract::Site& site : book_.sites) {
      const std::vector<double> level = stratified("site/" + site.name);
      for (std::size_t s = 0; s < paths_.size(); ++s) {
        paths_[s].delay[site.name] = contract::delay_quantile(book_.slip, level[s]);
      }
    }
  }

  void draw_revenue() {
    const std::vector<double> level = stratified("revenue-timing");
    for (std::size_t s = 0; s < paths_.size(); ++s) {
      const demand::RevenueScenario& timing =
          demand::scenario_at(book_.revenue_timing.scenarios, level[s]);
      paths_[s].revenue_scenario = timing.name;
      add_revenue(paths_[s], timing);
    }
  }

  void add_revenue(WorldPath& path, const demand::RevenueScenario& timing) {
    const demand::ScenarioRevenue revenue =
        demand::scenario_revenue(book_.demand, book_.revenue_timing.other, timing, months_);
    path.revenue.assign(book_.demand.size(), {});
    path.receipts.assign(static_cast<std::size_t>(months_), 0.0);
    for (int m = 0; m < months_; ++m) {
      const auto at = static_cast<std::size_t>(m);
      const Month month = book_.horizon.start + m;
      double net = revenue.other[at].base_units();
      add_receipts(path, m, net, book_.revenue_timing.other_receipts_lag);
      for (std::size_t w = 0; w < book_.demand.size(); ++w) {
        const demand::Workload& work = book_.demand[w];
        const double earned =
            revenue.workloads[w][at].base_units() * wander(work, path.volume[w][at], m);
        path.revenue[w].push_back(earned);
        const double kept = earned * (1.0 - revenue_share(book_, month));
        net += kept;
        add_receipts(path, m, kept, work.receipts_lag);
      }
      path.net_revenue.push_back(net);
    }
    // What was earned before the start and is paid in after it, at the first month's rate.
    for (std::size_t w = 0; w < book_.demand.size(); ++w) {
      const double first =
          path.revenue[w].front() * (1.0 - revenue_share(book_, book_.horizon.start));
      for (int m = -6; m < 0; ++m) add_receipts(path, m, first, book_.demand[w].receipts_lag);
    }
  }
  /// Revenue over that of the base volume: it wanders with the volume, unless it is flat.
  static double wander(const demand::Workload& work, double volume, int month) {
    if (work.revenue && std::holds_alternative<demand::FlatRevenue>(*work.revenue)) return 1.0;
    return volume / demand::base_volume(work.growth, demand::middle_of_month(month));
  }
  void add_receipts(WorldPath& path, int month, double dollars, Seconds lag) {
    const double months = lag.in(1.0_months);
    const int whole = static_cast<int>(months);
    const double late = months - whole;
    for (const auto& [at, share] :
         {std::pair{month + whole, 1.0 - late}, std::pair{month + whole + 1, late}}) {
      if (0 <= at && at < months_) path.receipts[static_cast<std::size_t>(at)] += share * dollars;
    }
  }

  const book::Book& book_;
  int count_;
  int months_;
  std::vector<WorldPath> paths_;
};

}  // namespace

std::string port_family(const std::string& system, const contract::Port& port) {
  return port.shared_with.empty() ? system : port.shared_with;
}

double revenue_share(const book::Book& book, Month month) {
  const auto& shares = book.costs.revenue_share;
  if (shares.empty()) return 0.0;
  const auto after = shares.upper_bound(month.year());
  return after == shares.begin() ? after->second : std::prev(after)->second;
}

std::vector<WorldPath> draw_world_paths(const book::Book& book, int count) {
  return PathDrawer(book, count).draw();
}

}  // namespace offtake::study
