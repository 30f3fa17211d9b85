#include "offtake/perf/disaggregation.hpp"

#include <algorithm>
#include <limits>

#include "offtake/base/expects.hpp"
#include "offtake/perf/pool_service.hpp"
#include "offtake/perf/prefill.hpp"
#include "offtake/perf/queue_wait.hpp"

namespace offtake::perf {
namespace {

constexpr int kHalvings = 60;

/// How long a prompt waits for others, whatever the load.
struct WaitBounds {
  Seconds least;
  Seconds most = Seconds::in_base_units(std::numeric_limits<double>::infinity());
};

/// Of `concurrency` requests: a share of the others at least, all of them at most.
WaitBounds bounds_of_loop(const Pools& pools, const RequestShape& request, double concurrency) {
  const ShardedModel& model = pools.prefill.model;
  const Seconds others = (concurrency - 1.0) / pools.prefill.workers *
                         prefill_share(model, request.input, request.input_computed());
  return {.least = model.assumptions.prefill_bunching * others, .most = others};
}

/// Requests through both pools.
class TwoPools {
 public:
  TwoPools(const Pools& pools, const RequestShape& request, const WaitBounds& bounds)
      : pools_(pools),
        request_(request),
        prefill_(prefill_service(pools.prefill.model, request)),
        transfer_(kv_transfer_time(pools.prefill.model, pools.decode.model, request.input,
                                   pools.transfer)),
        between_prompts_(prefill_.share / pools.prefill.workers),
        bounds_(bounds) {}

  /// Requests in both pools when each worker decodes so; nothing when prefill cannot keep up.
  std::optional<double> concurrency(const DecodeService& decode) const {
    const RequestRate rate = request_rate(decode);
    const double load = rate * between_prompts_;
    if (load >= 1.0) return std::nullopt;
    return rate * (without_wait(decode) + wait_mean(load) + decode.in_decode);
  }

  DecodeService decode(double sequences) const {
    return decode_service(pools_.decode.model, request_, sequences);
  }

  /// What `concurrency` requests feel, more than the pools take in waiting before them.
  DisaggregatedState state(const DecodeService& decode, double concurrency) const {
    const RequestRate rate = request_rate(decode);
    DisaggregatedState state{.concurrency = concurrency,
                             .decoding = decode.sequences,
                             .prefill_load = rate * between_prompts_,
                             .ttft_mean = concurrency / rate - decode.in_decode,
                             .tpot_mean = decode.tpot,
                             .tpot_p50 = decode.tpot,
                             .tpot_p99 = tpot_p99(decode),
                             .decode = decode.step,
                             .prefill_alone = prefill_.alone,
                             .prefill_share = prefill_.share,
                             .transfer = transfer_,
                             .chips = pools_.chips(),
                             .bound = bound(decode, concurrency)};
    const Seconds alone = state.ttft_mean - wait_mean(state.prefill_load);
    state.ttft_p50 = alone + wait_quantile(state.prefill_load, 0.50);
    state.ttft_p99 = alone + decode.step.total() / 2.0 + wait_quantile(state.prefill_load, 0.99);
    const Tokens token = Tokens::in_base_units(1.0);
    state.output_rate = request_.output * token * rate;
    state.total_rate = (request_.input + request_.output) * token * rate;
    state.busy = busy(decode, state.prefill_load);
    return state;
  }

 private:
  RequestRate request_rate(const DecodeService& decode) const {
    return pools_.decode.workers * decode.sequences / decode.in_decode;
  }

  Seconds without_wait(const DecodeService& decode) const {
    return prefill_.request + prefill_.alone + transfer_ + decode.step.total() / 2.0;
  }

  Seconds wait_mean(double load) const {
    return std::clamp(queue_wait_mean(prefill_.of_rank, load), bounds_.least, bounds_.most);
  }

  Seconds wait_quantile(double load, double level) const {
    return std::clamp(queue_wait_quantile(prefill_.of_rank, load, level), bounds_.least,
                      bounds_.most);
  }

  Seconds tpot_p99(const DecodeService& decode) const {
    const double fullest =
        std::min(pools_.decode_capacity, sequences_p99(decode.sequences, pools_.decode.workers));
    return std::max(decode.tpot, this->decode(fullest).tpot);
  }

  double busy(const DecodeService& decode, double prefill_load) const {
    const double of_decode =
        std::min(1.0, decode.sequences) * (decode.step.busy() / decode.step.total());
    return (prefill_load * pools_.prefill.chips() + of_decode * pools_.decode.chips()) /
           pools_.chips();
  }

  PoolBound bound(const DecodeService& decode, double concurrency) const {
    if (decode.sequences >= pools_.decode_capacity) return PoolBound::kDecode;
    const RequestRate unhindered = concurrency / (without_wait(decode) + decode.in_decode);
    return unhindered * between_prompts_ >= 1.0 ? PoolBound::kPrefill : PoolBound::kConcurrency;
  }

  const Pools& pools_;
  const RequestShape& request_;
  PrefillService prefill_;
  Seconds transfer_;
  Seconds between_prompts_;  ///< That the whole pool ends.
  WaitBounds bounds_;
};

void check(const Pools& pools, const RequestShape& request) {
  expects(pools.decode_capacity >= 1.0, "a decode worker holds a request");
  expects(pools.prefill.workers >= 1 && pools.decode.workers >= 1, "a pool has a worker");
  expects(request.input_computed() > 0.0 && request.output >= 1.0, "a request has tokens");
}

}  // namespace

DisaggregatedState disaggregated_state(const Pools& pools, const RequestShape& request,
                                       double concurrency) {
  check(pools, request);
  expects(concurrency >= 1.0, "the pools hold a request");
  const TwoPools loop(pools, request, bounds_of_loop(pools, request, concurrency));
  const auto holds = [&](double sequences) {
    const std::optional<double> needed = loop.concurrency(loop.decode(sequences));
    return needed && *needed <= concurrency;
  };
  double low = 0.0;
  double high = std::min(pools.decode_capacity, concurrency / pools.decode.workers);
  if (holds(high)) return loop.state(loop.decode(high), concurrency);
  for (int i = 0; i < kHalvings; ++i) {
    const double middle = (low + high) / 2.0;
    (holds(middle) ? low : high) = middle;
  }
  return loop.state(loop.decode(low), concurrency);
}

std::optional<DisaggregatedState> disaggregated_state_of(const Pools& pools,
                                                         const RequestShape& request,
                                                         double sequences) {
  check(pools, request);
  const TwoPools loop(pools, request, WaitBounds{});
  const DecodeService decode = loop.decode(sequences);
  const std::optional<double> concurrency = loop.concurrency(decode);
  if (!concurrency) return std::nullopt;
  return loop.state(decode, *concurrency);
}

}  // namespace offtake::perf
