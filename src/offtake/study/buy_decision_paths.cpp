#include "offtake/study/buy_decision_paths.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <variant>

#include "offtake/base/random_stream.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::study {

using namespace literals;

namespace {

constexpr double kMonth = 1.0 / 12.0;  // Years.

/// Product of yearly factors up to `years`, geometric inside a year; the last factor goes on, and
/// before the start the first one went on.
double compounded(const std::vector<double>& per_year, double years) {
  if (per_year.empty()) return 1.0;
  if (years < 0.0) return std::pow(per_year.front(), years);
  double factor = 1.0;
  for (std::size_t year = 0;; ++year) {
    const double rate = per_year[std::min(year, per_year.size() - 1)];
    const double left = years - static_cast<double>(year);
    if (left <= 1.0) return factor * std::pow(rate, left);
    factor *= rate;
  }
}

double between_anniversaries(const std::vector<TokenPrice>& prices, double years) {
  if (prices.empty()) return 0.0;
  const double at = std::clamp(years, 0.0, static_cast<double>(prices.size() - 1));
  const auto before = static_cast<std::size_t>(at);
  const auto after = std::min(before + 1, prices.size() - 1);
  const double share = at - static_cast<double>(before);
  return (1.0 - share) * prices[before].base_units() + share * prices[after].base_units();
}

/// One number in (0, 1) for each path, one in each of `count` equal strips, in random order.
std::vector<double> stratified(const book::Book& book, const std::string& purpose, int count) {
  std::vector<double> draws;
  for (int s = 0; s < count; ++s) {
    draws.push_back(
        RandomStream(book.risk.seed, purpose, static_cast<std::uint64_t>(s)).uniform());
  }
  std::vector<std::size_t> order(draws.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, [&](auto a, auto b) { return draws[a] < draws[b]; });
  std::vector<double> strata(draws.size());
  for (std::size_t rank = 0; rank < order.size(); ++rank) {
    strata[order[rank]] = (static_cast<double>(rank) + 0.5) / static_cast<double>(count);
  }
  return strata;
}

/// The triangular distribution's quantile.
double delay_quantile(const contract::TriangularDelay& slip, double level) {
  const double width = slip.high - slip.low;
  if (width <= 0.0) return slip.low;
  const double split = (slip.mode - slip.low) / width;
  if (level < split) return slip.low + std::sqrt(level * width * (slip.mode - slip.low));
  return slip.high - std::sqrt((1.0 - level) * width * (slip.high - slip.mode));
}

class PathDrawer {
 public:
  PathDrawer(const book::Book& book, int count)
      : book_(book), count_(count), months_(book.horizon.months()) {}

  std::vector<WorldPath> draw() {
    paths_.resize(static_cast<std::size_t>(count_));
    for (int s = 0; s < count_; ++s) {
      WorldPath& path = paths_[static_cast<std::size_t>(s)];
      path.probability = 1.0 / count_;
      draw_volumes(path, static_cast<std::uint64_t>(s));
      draw_window(path, static_cast<std::uint64_t>(s));
    }
    draw_events();
    draw_revenue();
    return std::move(paths_);
  }

 private:
  void draw_volumes(WorldPath& path, std::uint64_t s) {
    const demand::DemandProcess& process = book_.demand_process;
    const double stay = std::exp(-process.mean_reversion * kMonth);
    const double step =
        process.mean_reversion > 0.0
            ? std::sqrt((1.0 - stay * stay) / (2.0 * process.mean_reversion))
            : std::sqrt(kMonth);
    const double common_part = std::sqrt(process.correlation);
    const double own_part = std::sqrt(1.0 - process.correlation);
    RandomStream common(book_.risk.seed, "demand/common", s);
    RandomStream price(book_.risk.seed, "market-price", s);
    std::vector<RandomStream> own;
    for (const demand::Workload& work : book_.demand) {
      own.emplace_back(book_.risk.seed, "demand/" + work.name, s);
    }
    std::vector<double> log_factor(book_.demand.size());
    double log_price = 0.0;
    path.volume.resize(book_.demand.size());
    for (int m = 0; m < months_; ++m) {
      const double shock = common.normal();
      for (std::size_t w = 0; w < book_.demand.size(); ++w) {
        const demand::Growth& growth = book_.demand[w].growth;
        const double sigma = growth.volatility * process.volatility_scale;
        log_factor[w] = stay * log_factor[w] +
                        sigma * step * (common_part * shock + own_part * own[w].normal());
        path.volume[w].push_back(base_volume(growth, (m + 0.5) * kMonth) *
                                 std::exp(log_factor[w]));
      }
      log_price += process.price_volatility * process.volatility_scale * std::sqrt(kMonth) *
                   price.normal();
      path.market_price.push_back(std::exp(log_price));
    }
  }

  void draw_window(WorldPath& path, std::uint64_t s) {
    const contract::FundingWindow& window = book_.capital.window;
    RandomStream stream(book_.risk.seed, "funding-window", s);
    bool open = window.open_now;
    for (int m = 0; m < months_; ++m) {
      if (m > 0 && m % 3 == 0) {
        const bool changes =
            stream.chance(open ? window.close_per_quarter : window.reopen_per_quarter);
        open = changes ? !open : open;
      }
      path.window_open.push_back(open ? 1 : 0);
    }
  }

  void draw_chance(const std::string& purpose, const std::string& name, double probability,
                   std::map<std::string, bool> WorldPath::*field) {
    const std::vector<double> level = stratified(book_, purpose + name, count_);
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
    for (const contract::Site& site : book_.sites) {
      const std::vector<double> level = stratified(book_, "site/" + site.name, count_);
      for (std::size_t s = 0; s < paths_.size(); ++s) {
        paths_[s].delay[site.name] = delay_quantile(book_.slip, level[s]);
      }
    }
  }

  void draw_revenue() {
    const std::vector<double> level = stratified(book_, "revenue-timing", count_);
    for (std::size_t s = 0; s < paths_.size(); ++s) {
      demand::RevenueScenario timing{.name = "as the demand gives", .probability = 1.0};
      double below = 0.0;
      for (const demand::RevenueScenario& candidate : book_.revenue_timing.scenarios) {
        timing = candidate;
        below += candidate.probability;
        if (level[s] < below) break;
      }
      paths_[s].revenue_scenario = timing.name;
      add_revenue(paths_[s], timing);
    }
  }

  double total_base(double years) const {
    double sum = 0.0;
    for (const demand::Workload& work : book_.demand) sum += base_revenue_per_year(work, years);
    return sum;
  }

  void add_revenue(WorldPath& path, const demand::RevenueScenario& timing) {
    path.revenue.assign(book_.demand.size(), {});
    path.receipts.assign(static_cast<std::size_t>(months_), 0.0);
    const double now = total_base(0.0);
    for (int m = 0; m < months_; ++m) {
      const Month month = book_.horizon.start + m;
      const double years = (m + 0.5) * kMonth;
      double when = years - timing.shift_months * kMonth;
      if (timing.shift_months > 0) when = std::max(0.0, when);
      const double growth = now > 0.0 ? total_base(when) / now : 1.0;
      const double factor = timing.level * std::pow(growth, timing.growth_scale - 1.0);
      double net = book_.revenue_timing.other.start.base_units() * (1.0_years).base_units() *
                   compounded(book_.revenue_timing.other.per_year, when) * factor * kMonth;
      add_receipts(path, m, net, book_.revenue_timing.other_receipts_lag);
      for (std::size_t w = 0; w < book_.demand.size(); ++w) {
        const demand::Workload& work = book_.demand[w];
        const double noise =
            path.volume[w][static_cast<std::size_t>(m)] / base_volume(work.growth, years);
        const double earned = base_revenue_per_year(work, when) * kMonth * factor * noise;
        path.revenue[w].push_back(earned);
        const double kept = earned * (1.0 - revenue_share(book_, month));
        net += kept;
        add_receipts(path, m, kept, work.receipts_lag);
      }
      path.net_revenue.push_back(net);
    }
    // What was earned before the start and is paid in after it, at the first month's rate.
    for (std::size_t w = 0; w < book_.demand.size(); ++w) {
      const double first = path.revenue[w].front() *
                           (1.0 - revenue_share(book_, book_.horizon.start));
      for (int m = -6; m < 0; ++m) add_receipts(path, m, first, book_.demand[w].receipts_lag);
    }
  }
  void add_receipts(WorldPath& path, int month, double dollars, Seconds lag) {
    const double months = lag.in(1.0_months);
    const int whole = static_cast<int>(months);
    const double late = months - whole;
    for (const auto& [at, share] : {std::pair{month + whole, 1.0 - late},
                                    std::pair{month + whole + 1, late}}) {
      if (0 <= at && at < months_) path.receipts[static_cast<std::size_t>(at)] += share * dollars;
    }
  }

  const book::Book& book_;
  int count_;
  int months_;
  std::vector<WorldPath> paths_;
};

}  // namespace

double base_volume(const demand::Growth& growth, double years) {
  return std::pow(compounded(growth.per_year, years), growth.log_scale);
}

double revenue_per_token(const demand::Workload& workload, double years) {
  if (!workload.revenue) return 0.0;
  if (const auto* priced = std::get_if<demand::TokenRevenue>(&*workload.revenue)) {
    return priced->start.base_units() * compounded(priced->per_year, years);
  }
  if (const auto* path = std::get_if<demand::TokenRevenuePath>(&*workload.revenue)) {
    return between_anniversaries(path->anniversaries, years);
  }
  return 0.0;
}

double base_revenue_per_year(const demand::Workload& workload, double years) {
  if (!workload.revenue) return 0.0;
  const double year = (1.0_years).base_units();
  if (const auto* flat = std::get_if<demand::FlatRevenue>(&*workload.revenue)) {
    return flat->start.base_units() * year * compounded(flat->per_year, years);
  }
  const auto* serving = std::get_if<demand::Serving>(&workload.work);
  if (serving == nullptr) return 0.0;
  return serving->tokens.base_units() * year * base_volume(workload.growth, years) *
         revenue_per_token(workload, years);
}

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
