#include "offtake/study/buy_decision_blocks.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <tuple>
#include <variant>

namespace offtake::study {
namespace {

/// Bounds between classes of hours, over the daily mean.
constexpr std::array kLevels = {0.65, 1.3};

const demand::Serving* serving_of(const demand::Workload& work) {
  return std::get_if<demand::Serving>(&work.work);
}

bool in_window(const demand::Workload& work, int hour) {
  const demand::Serving* serving = serving_of(work);
  if (serving == nullptr || !serving->window) return true;
  return (hour - serving->window->start_hour + 24) % 24 < serving->window->hours;
}

/// Load of an hour over the weekly mean, which weekends leave as it is.
double hourly_load(const demand::Workload& work, bool weekend, int hour) {
  const demand::Serving* serving = serving_of(work);
  if (serving == nullptr) return 1.0;
  const demand::DailyShape& shape = serving->shape;
  const double weekday = 7.0 / (5.0 + 2.0 * shape.weekend_factor);
  const double day = weekend ? weekday * shape.weekend_factor : weekday;
  return shape.profile.empty() ? day : day * shape.profile[static_cast<std::size_t>(hour)];
}

}  // namespace

LoadBlocks load_blocks(const book::Book& book) {
  LoadBlocks result;
  const demand::Workload* shaped = nullptr;
  for (const demand::Workload& work : book.demand) {
    const demand::Serving* serving = serving_of(work);
    if (shaped == nullptr && serving != nullptr && !serving->shape.profile.empty()) shaped = &work;
  }
  if (shaped == nullptr) {
    result.blocks = {{"all hours", 1.0}};
    result.load.assign(book.demand.size(), {1.0});
    result.runs.assign(book.demand.size(), {1});
    return result;
  }

  const std::vector<double>& profile = serving_of(*shaped)->shape.profile;
  // Hours are alike if both the class of load and the windows that cover them are.
  std::map<std::tuple<bool, std::ptrdiff_t, std::vector<bool>>, std::vector<int>> alike;
  for (const bool weekend : {false, true}) {
    for (int hour = 0; hour < 24; ++hour) {
      std::vector<bool> windows;
      for (const demand::Workload& work : book.demand) windows.push_back(in_window(work, hour));
      const auto level =
          std::ranges::upper_bound(kLevels, profile[static_cast<std::size_t>(hour)]) -
          kLevels.begin();
      alike[{weekend, weekend ? level / 2 : level, windows}].push_back(hour);
    }
  }
  result.load.resize(book.demand.size());
  result.runs.resize(book.demand.size());
  for (const auto& [key, hours] : alike) {
    const bool weekend = std::get<0>(key);
    const double days = weekend ? 2.0 : 5.0;
    result.blocks.push_back({std::string(weekend ? "weekend" : "weekday") + ", hours like " +
                                 std::to_string(hours.front()) + ":00",
                             days * static_cast<double>(hours.size()) / 168.0});
    for (std::size_t w = 0; w < book.demand.size(); ++w) {
      double load = 0.0;
      for (const int hour : hours) load += hourly_load(book.demand[w], weekend, hour);
      result.load[w].push_back(load / static_cast<double>(hours.size()));
      result.runs[w].push_back(in_window(book.demand[w], hours.front()) ? 1 : 0);
    }
  }
  for (std::size_t w = 0; w < book.demand.size(); ++w) {
    if (const demand::Serving* serving = serving_of(book.demand[w])) {
      if (book.demand[w].deferrable) continue;
      *std::ranges::max_element(result.load[w]) *= serving->shape.burst_p99_over_hourly;
    }
  }
  return result;
}

}  // namespace offtake::study
