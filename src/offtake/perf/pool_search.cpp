#include "offtake/perf/pool_search.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "offtake/base/expects.hpp"
#include "offtake/perf/kv_cache.hpp"
#include "offtake/perf/kv_transfer.hpp"
#include "offtake/perf/queue_wait.hpp"

namespace offtake::perf {
namespace {

constexpr double kLadder = 1.4142135623730951;  ///< Ratio of neighbouring numbers of sequences.
constexpr int kEdgeHalvings = 12;
constexpr int kPrefillWorkersMore = 2;  ///< Tried beyond those that match the rate, for the wait.
constexpr double kDeviations99 = 2.3263;
constexpr std::array kDecodeWorkers{1, 2, 3, 4, 6, 8, 12, 16, 24, 32};

/// Keeps those of `tried` that no other equals or beats by all of `costs`; of equal ones the first.
template <class Option, class Costs>
std::vector<Option> unbeaten(const std::vector<Option>& tried, const Costs& costs) {
  std::vector<Option> kept;
  for (const Option& option : tried) {
    const auto own = costs(option);
    const auto beats = [&](const auto& other) {
      for (std::size_t i = 0; i < own.size(); ++i) {
        if (other[i] > own[i]) return false;
      }
      return true;
    };
    if (std::ranges::any_of(kept, [&](const Option& other) { return beats(costs(other)); })) {
      continue;
    }
    std::erase_if(kept, [&](const Option& other) {
      const auto costs_other = costs(other);
      for (std::size_t i = 0; i < own.size(); ++i) {
        if (own[i] > costs_other[i]) return false;
      }
      return true;
    });
    kept.push_back(option);
  }
  return kept;
}

}  // namespace

PoolSearch::PoolSearch(const RequestShape& request, const ServiceObjective& objective,
                       const SearchSpace& space, const ServingAssumptions& assumptions)
    : request_(request), objective_(objective), space_(space), assumptions_(assumptions) {}

void PoolSearch::offer(const ShardedModel& model, double capacity, const MemoryUse& memory) {
  const std::size_t index = models_.size();
  models_.push_back(model);
  capacities_.push_back(capacity);
  memories_.push_back(memory);
  prefills_.push_back({.model = index,
                       .service = prefill_service(model, request_),
                       .cache = kv_cache_per_sequence(model, request_.input),
                       .chips = model.layout.chips()});
  climb(index, capacity);
}

void PoolSearch::offer_decode(std::size_t model, double sequences) {
  ++evaluated_;
  decodes_.push_back({.model = model,
                      .service = decode_service(models_[model], request_, sequences),
                      .cache = kv_cache_per_sequence(models_[model], request_.input),
                      .chips = models_[model].layout.chips()});
}

/// From one sequence up to the capacity; then to where the objective breaks, for one worker and for
/// the fullest of many.
void PoolSearch::climb(std::size_t model, double capacity) {
  for (double sequences = 1.0;; sequences = std::min(capacity, std::ceil(sequences * kLadder))) {
    offer_decode(model, sequences);
    if (sequences >= capacity) break;
  }
  if (!objective_.tpot_p99) return;
  offer_edge(model, capacity, 0.0);
  offer_edge(model, capacity, kDeviations99);
}

void PoolSearch::offer_edge(std::size_t model, double capacity, double deviations) {
  const auto meets = [&](double sequences) {
    const double fullest = std::min(capacity, sequences + deviations * std::sqrt(sequences));
    return decode_service(models_[model], request_, fullest).tpot <= *objective_.tpot_p99;
  };
  if (!meets(1.0) || meets(capacity)) return;
  double met = 1.0;
  double broken = capacity;
  for (int i = 0; i < kEdgeHalvings && broken - met > 1.0; ++i) {
    const double middle = std::floor((met + broken) / 2.0);
    (meets(middle) ? met : broken) = middle;
  }
  offer_decode(model, met);
}

/// By work, time and chips of a worker, of which few make the numbers match better.
std::vector<PoolSearch::Prefill> PoolSearch::prefills_kept() const {
  return unbeaten(prefills_, [](const Prefill& option) {
    return std::array{(option.service.share * option.chips).base_units(),
                      option.service.alone.base_units(), option.service.of_rank.base_units(),
                      static_cast<double>(option.chips)};
  });
}

std::vector<PoolSearch::Decode> PoolSearch::decodes_kept() const {
  return unbeaten(decodes_, [](const Decode& option) {
    const DecodeService& service = option.service;
    return std::array{service.tpot.base_units(),
                      (service.in_decode * (option.chips / service.sequences)).base_units(),
                      static_cast<double>(option.chips)};
  });
}

bool PoolSearch::ttft_meets(const Pair& pair, RequestRate rate) const {
  if (!objective_.ttft_p99) return true;
  const PrefillService& service = pair.prefill->service;
  const int chips =
      pair.prefill_workers * pair.prefill->chips + pair.decode_workers * pair.decode->chips;
  const KvTransfer transfer = kv_transfer(models_[pair.decode->model], chips);
  const double load = rate * service.share / pair.prefill_workers;
  const Seconds ttft = service.request + service.alone + transfer.handshake +
                       std::max(pair.prefill->cache, pair.decode->cache) / transfer.bandwidth +
                       pair.decode->service.step.total() +
                       queue_wait_quantile(service.of_rank, load, 0.99);
  return ttft <= *objective_.ttft_p99;
}

void PoolSearch::pair(const Prefill& prefill, const Decode& decode, int decode_workers,
                      bool steps_meet, Bests& bests) const {
  const DecodeService& service = decode.service;
  const RequestRate rate = decode_workers * service.sequences / service.in_decode;
  const double fewest = std::ceil(rate * prefill.service.share / assumptions_.prefill_load_max);
  for (int more = 0; more <= kPrefillWorkersMore; ++more) {
    const double workers = std::max(1.0, fewest) + more;
    const double chips = workers * prefill.chips + decode_workers * decode.chips;
    if (chips > space_.pools_chips_max) return;
    const Pair pair{.prefill = &prefill,
                    .decode = &decode,
                    .prefill_workers = static_cast<int>(workers),
                    .decode_workers = decode_workers,
                    .rate_per_chip = rate.base_units() / chips};
    if (pair.rate_per_chip > bests.any.rate_per_chip) bests.any = pair;
    if (!steps_meet || pair.rate_per_chip <= bests.meeting.rate_per_chip) return;
    if (ttft_meets(pair, rate)) {
      bests.meeting = pair;
      return;
    }
  }
}

std::vector<Deployment> PoolSearch::deployments() const {
  const std::vector<Prefill> prefills = prefills_kept();
  const std::vector<Decode> decodes = decodes_kept();
  std::vector<Deployment> found;
  for (const Decode& decode : decodes) {
    Bests bests;
    for (const int workers : kDecodeWorkers) {
      if (workers * decode.chips >= space_.pools_chips_max) break;
      const double fullest =
          std::min(worker_capacity(decode.model), sequences_p99(decode.service.sequences, workers));
      const bool steps_meet =
          !objective_.tpot_p99 ||
          decode_service(models_[decode.model], request_, fullest).tpot <= *objective_.tpot_p99;
      for (const Prefill& prefill : prefills) pair(prefill, decode, workers, steps_meet, bests);
    }
    if (bests.any.prefill != nullptr) found.push_back(deployment(bests.any));
    if (bests.meeting.prefill != nullptr) found.push_back(deployment(bests.meeting));
  }
  return found;
}

Deployment PoolSearch::deployment(const Pair& pair) const {
  const ShardedModel& prefill = models_[pair.prefill->model];
  const ShardedModel& decode = models_[pair.decode->model];
  Pools pools{.prefill = {.model = prefill, .workers = pair.prefill_workers},
              .decode = {.model = decode, .workers = pair.decode_workers},
              .decode_capacity = worker_capacity(pair.decode->model)};
  pools.transfer = kv_transfer(decode, pools.chips());
  const auto state = disaggregated_state_of(pools, request_, pair.decode->service.sequences);
  expects(state.has_value(), "the numbers of workers match the rates");
  MemoryUse memory = memories_[pair.decode->model];
  memory.kv_cache *= std::max(1.0, state->decoding / decode.layout.attention_data);
  return {.layout = decode.layout,
          .state = steady_state(*state),
          .memory = memory,
          .prefill = PrefillPool{.layout = prefill.layout,
                                 .workers = pair.prefill_workers,
                                 .decode_workers = pair.decode_workers,
                                 .load = state->prefill_load,
                                 .transfer = state->transfer}};
}

}  // namespace offtake::perf
