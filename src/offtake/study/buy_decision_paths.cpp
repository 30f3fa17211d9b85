#include "offtake/study/buy_decision_paths.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include "offtake/base/expects.hpp"
#include "offtake/demand/base_path.hpp"
#include "offtake/demand/scenario_revenue.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::study {

using namespace literals;

namespace {

/// What a world earns, and how large its work grows.
class PathWriter {
 public:
  explicit PathWriter(const book::Book& book) : book_(book), months_(book.horizon.months()) {}

  WorldPath write(World world) const {
    WorldPath path{std::move(world), {}, {}, {}, {}};
    for (std::size_t w = 0; w < book_.demand.size(); ++w) {
      path.grown.push_back(path.volume[w]);
      for (int m = 0; m < months_; ++m) {
        path.grown[w][static_cast<std::size_t>(m)] *=
            demand::base_volume(book_.demand[w].growth, demand::middle_of_month(m));
      }
    }
    const auto& timings = book_.revenue_timing.scenarios;
    const auto timing =
        std::ranges::find(timings, path.revenue_scenario, &demand::RevenueScenario::name);
    expects(timing != timings.end(), "a world's revenue scenario is one of the book's");
    add_revenue(path, *timing);
    return path;
  }

 private:
  void add_revenue(WorldPath& path, const demand::RevenueScenario& timing) const {
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
            revenue.workloads[w][at].base_units() * wander(work, path.volume[w][at]);
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
  static double wander(const demand::Workload& work, double volume) {
    if (work.revenue && std::holds_alternative<demand::FlatRevenue>(*work.revenue)) return 1.0;
    return volume;
  }
  void add_receipts(WorldPath& path, int month, double dollars, Seconds lag) const {
    const double months = lag.in(1.0_months);
    const int whole = static_cast<int>(months);
    const double late = months - whole;
    for (const auto& [at, share] :
         {std::pair{month + whole, 1.0 - late}, std::pair{month + whole + 1, late}}) {
      if (0 <= at && at < months_) path.receipts[static_cast<std::size_t>(at)] += share * dollars;
    }
  }

  const book::Book& book_;
  int months_;
};

}  // namespace

double revenue_share(const book::Book& book, Month month) {
  const auto& shares = book.costs.revenue_share;
  if (shares.empty()) return 0.0;
  const auto after = shares.upper_bound(month.year());
  return after == shares.begin() ? after->second : std::prev(after)->second;
}

std::vector<WorldPath> world_paths(const book::Book& book, std::vector<World> worlds) {
  const PathWriter writer(book);
  std::vector<WorldPath> paths;
  for (World& world : worlds) paths.push_back(writer.write(std::move(world)));
  return paths;
}

}  // namespace offtake::study
