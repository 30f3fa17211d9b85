#include "offtake/study/layout_trial.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <tuple>
#include <vector>

namespace offtake::study {
namespace {

bool has_limits(const fleet::FleetFile& terms) {
  return std::ranges::any_of(terms.classes, [](const serve::ServiceClass& service) {
    return service.objective != serve::ServiceObjective{};
  });
}

bool is_open(const fleet::LayoutTerms& layout) {
  return !layout.tensor && !layout.pipeline && !layout.expert && !layout.attention_data;
}

/// What a layout made of the requests.
struct Trial {
  std::optional<ServingFleet> fleet;
  double kept = 0;
  Seconds ttft_p99;
};

bool is_better(const Trial& a, const Trial& b) {
  if (std::abs(a.kept - b.kept) > kKeptAlike) return a.kept > b.kept;
  return std::tuple(a.fleet->chips(), a.ttft_p99) < std::tuple(b.fleet->chips(), b.ttft_p99);
}

}  // namespace

std::expected<ServingFleet, FleetRefused> tried_fleet(const FleetQuestion& question,
                                                      const RequestsAtLoad& requests,
                                                      const serve::RunSettings& settings,
                                                      Parallelism parallelism) {
  const fleet::FleetFile& terms = question.terms;
  if (terms.pools.size() != 1 || !is_open(terms.pools.front().layout) || !has_limits(terms)) {
    return serving_fleet(question);
  }
  const std::vector<perf::ServingLayout> layouts = layouts_worth_trying(question);
  if (layouts.empty()) return serving_fleet(question);  // It says why.
  std::vector<Trial> trials(layouts.size());
  for_each_index(layouts.size(), parallelism, [&](std::size_t index) {
    FleetQuestion asked = question;
    asked.terms.pools.front().layout = terms_of(layouts[index]);
    auto ready = serving_fleet(asked);
    if (!ready) return;
    const auto source = requests(1.0);
    const serve::RunOutcome outcome = serve::simulate(ready->fleet, *source, settings);
    ready->choices.front().layout_searched = true;
    trials[index] = {.fleet = std::move(*ready),
                     .kept = outcome.counts.attainment(),
                     .ttft_p99 = Seconds::in_base_units(outcome.latency.ttft.quantile(0.99))};
  });
  std::erase_if(trials, [](const Trial& trial) { return !trial.fleet.has_value(); });
  if (trials.empty()) return serving_fleet(question);
  auto best = trials.begin();
  for (auto trial = trials.begin(); trial != trials.end(); ++trial) {
    if (is_better(*trial, *best)) best = trial;
  }
  return std::move(*best->fleet);
}

}  // namespace offtake::study
