#include "offtake/perf/deployment_search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <expected>
#include <utility>

#include "offtake/base/expects.hpp"
#include "offtake/perf/kv_cache.hpp"
#include "offtake/perf/pool_search.hpp"
#include "offtake/perf/serving_layouts.hpp"
#include "offtake/perf/sharded_model.hpp"

namespace offtake::perf {
namespace {

constexpr double kLadder = 1.4142135623730951;  ///< Ratio of neighbouring concurrencies.
constexpr int kRefinements =
    5;  ///< Halvings between the last that meets and the first that does not.

/// Collects what was tried.
class Search {
 public:
  Search(const model::ModelArchitecture& model, const hardware::System& system,
         const RequestShape& request, const ServiceObjective& objective, const SearchSpace& space,
         const ServingAssumptions& assumptions)
      : model_(model),
        system_(system),
        request_(request),
        objective_(objective),
        assumptions_(assumptions),
        mode_(space.mode),
        pools_chips_max_(space.pools_chips_max),
        pools_(request, objective, space, assumptions) {}

  void try_layout(const ServingLayout& layout) {
    const std::expected<ShardedModel, LayoutRefused> sharded =
        shard(model_, system_, layout, assumptions_);
    if (!sharded) {
      refusal_ = sharded.error().reason;
      return;
    }
    const double context = context_held(*sharded, request_);
    const auto empty = serving_memory(*sharded, system_, 1.0, context);
    if (!empty) {
      if (!nearest_ || empty.error().needed < nearest_->needed) nearest_ = empty.error();
      return;
    }
    const Bytes free = memory_available(system_) - empty->total() + empty->kv_cache;
    const double capacity = std::min(kv_cache_capacity(*sharded, context, free),
                                     assumptions_.sequences_max * layout.attention_data);
    const double whole = std::floor(std::max(1.0, capacity));
    if (mode_ != ServingMode::kDisaggregated) climb(*sharded, whole);
    if (mode_ != ServingMode::kAggregated) pools_.offer(*sharded, whole, *empty);
  }

  void pair_pools() {
    const std::vector<Deployment> found = pools_.deployments();
    for (const Deployment& deployment : found) consider(deployment);
    evaluated_ += pools_.evaluated();
    if (found.empty() && pools_.evaluated() > 0) {
      unpaired_ = fmt::format("too few chips for a prefill and a decode worker that fit: {}",
                              pools_chips_max_);
    }
  }

  SearchResult result() && {
    SearchResult result{.best = std::move(best_), .evaluated = evaluated_};
    result.frontier = frontier();
    if (!result.best) result.reason = reason();
    return result;
  }

 private:
  /// From one request up to the capacity; then closer to where the objective breaks.
  void climb(const ShardedModel& model, double capacity) {
    double met = 0.0;
    double broken = 0.0;
    for (double concurrency = 1.0; broken == 0.0;
         concurrency = std::min(capacity, std::ceil(concurrency * kLadder))) {
      if (evaluate(model, concurrency, capacity)) {
        met = concurrency;
      } else {
        broken = concurrency;
      }
      if (concurrency >= capacity) break;
    }
    if (met == 0.0 || broken == 0.0) return;
    for (int i = 0; i < kRefinements && broken - met > 1.0; ++i) {
      const double middle = std::floor((met + broken) / 2.0);
      (evaluate(model, middle, capacity) ? met : broken) = middle;
    }
  }

  /// Whether the objective is met.
  bool evaluate(const ShardedModel& model, double concurrency, double capacity) {
    ++evaluated_;
    const SteadyState state = steady_state(model, request_, concurrency, capacity);
    return consider({.layout = model.layout, .state = state, .memory = memory(model, concurrency)});
  }

  /// Whether the objective is met.
  bool consider(const Deployment& deployment) {
    tried_.push_back(deployment);
    const SteadyState& state = deployment.state;
    const bool met = objective_.met(state.ttft_p99, state.tpot_p99);
    if (met && (!best_ || deployment.output_rate_per_chip() > best_->output_rate_per_chip())) {
      best_ = deployment;
    }
    if (!fastest_ || state.tpot_p99 < fastest_->state.tpot_p99) fastest_ = deployment;
    if (!soonest_ || state.ttft_p99 < soonest_->state.ttft_p99) soonest_ = deployment;
    return met;
  }

  MemoryUse memory(const ShardedModel& model, double sequences) const {
    const double context = context_held(model, request_);
    const auto use = serving_memory(model, system_, sequences, context);
    expects(use.has_value(), "concurrency within the capacity fits");
    return *use;
  }

  std::vector<Deployment> frontier() {
    std::ranges::stable_sort(tried_, [](const Deployment& a, const Deployment& b) {
      if (a.state.tpot_p50 != b.state.tpot_p50) return a.state.tpot_p50 < b.state.tpot_p50;
      return a.output_rate_per_chip() > b.output_rate_per_chip();
    });
    std::vector<Deployment> kept;
    for (const Deployment& deployment : tried_) {
      if (kept.empty() || deployment.output_rate_per_chip() > kept.back().output_rate_per_chip()) {
        kept.push_back(deployment);
      }
    }
    return kept;
  }

  std::string reason() const {
    if (fastest_) {
      const auto milliseconds = [](Seconds time) { return time.base_units() * 1e3; };
      return fmt::format(
          "no layout meets the objective: the least TPOT p99 is {:.1f} ms, the least TTFT p99 "
          "{:.0f} ms",
          milliseconds(fastest_->state.tpot_p99), milliseconds(soonest_->state.ttft_p99));
    }
    if (!unpaired_.empty()) return unpaired_;
    if (nearest_) {
      return fmt::format("does not fit: the smallest share of a chip needs {:.1f} GB of {:.1f} GB",
                         nearest_->needed.base_units() / 1e9,
                         nearest_->available.base_units() / 1e9);
    }
    return refusal_;
  }

  const model::ModelArchitecture& model_;
  const hardware::System& system_;
  const RequestShape& request_;
  const ServiceObjective& objective_;
  const ServingAssumptions& assumptions_;
  ServingMode mode_;
  int pools_chips_max_;
  PoolSearch pools_;
  std::vector<Deployment> tried_;
  std::optional<Deployment> best_;
  std::optional<Deployment> fastest_;
  std::optional<Deployment> soonest_;
  std::optional<DoesNotFit> nearest_;
  std::string refusal_;
  std::string unpaired_;
  int evaluated_ = 0;
};

}  // namespace

SearchResult search_deployments(const model::ModelArchitecture& model,
                                const hardware::System& system, const RequestShape& request,
                                const ServiceObjective& objective, const SearchSpace& space,
                                const ServingAssumptions& assumptions) {
  expects(!space.weights.empty() && !space.kv_cache.empty(), "a search has formats to choose from");
  Search search(model, system, request, objective, space, assumptions);
  for (const ServingLayout& layout : serving_layouts(model, system, space)) {
    search.try_layout(layout);
  }
  if (space.mode != ServingMode::kAggregated) search.pair_pools();
  return std::move(search).result();
}

}  // namespace offtake::perf
