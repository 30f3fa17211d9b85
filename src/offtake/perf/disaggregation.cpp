#include "offtake/perf/disaggregation.hpp"

#include <algorithm>

#include "offtake/base/expects.hpp"
#include "offtake/perf/pool_service.hpp"
#include "offtake/perf/queue_wait.hpp"

namespace offtake::perf {
namespace {

constexpr int kHalvings = 60;

/// A closed loop of `concurrency` requests through both pools.
class ClosedLoop {
 public:
  ClosedLoop(const Pools& pools, const RequestShape& request, double concurrency)
      : pools_(pools),
        request_(request),
        concurrency_(concurrency),
        prefill_(prefill_service(pools.prefill.model, request)),
        transfer_(kv_transfer_time(pools.prefill.model, pools.decode.model, request.input,
                                   pools.transfer)),
        between_prompts_(prefill_.share / pools.prefill.workers),
        wait_most_((concurrency - 1.0) * between_prompts_) {}

  DisaggregatedState solve() const {
    double low = 0.0;
    double high = std::min(pools_.decode_capacity, concurrency_ / pools_.decode.workers);
    if (holds_at_most(high)) return state(high, true);
    for (int i = 0; i < kHalvings; ++i) {
      const double middle = (low + high) / 2.0;
      (holds_at_most(middle) ? low : high) = middle;
    }
    return state(low, false);
  }

 private:
  /// Requests a second when each worker decodes so.
  auto request_rate(const DecodeService& decode) const {
    return pools_.decode.workers * decode.sequences / decode.in_decode;
  }

  Seconds without_wait(const DecodeService& decode) const {
    return prefill_.request + prefill_.alone + transfer_ + decode.step.total() / 2.0;
  }

  Seconds wait_mean(double load) const {
    return std::min(wait_most_, queue_wait_mean(prefill_.of_rank, load));
  }

  Seconds wait_quantile(double load, double level) const {
    return std::min(wait_most_, queue_wait_quantile(prefill_.of_rank, load, level));
  }

  /// Whether the pools hold at most the requests that there are when each worker decodes
  /// `sequences`.
  bool holds_at_most(double sequences) const {
    const DecodeService decode = decode_service(pools_.decode.model, request_, sequences);
    const auto rate = request_rate(decode);
    const double load = rate * between_prompts_;
    if (load >= 1.0) return false;
    return rate * (without_wait(decode) + wait_mean(load) + decode.in_decode) <= concurrency_;
  }

  DisaggregatedState state(double sequences, bool decode_full) const {
    const DecodeService decode = decode_service(pools_.decode.model, request_, sequences);
    const auto rate = request_rate(decode);
    const double load = rate * between_prompts_;
    const Seconds step = decode.step.total();
    DisaggregatedState state{.concurrency = concurrency_,
                             .decoding = sequences,
                             .prefill_load = load,
                             .ttft_mean = concurrency_ / rate - decode.in_decode,
                             .tpot_mean = decode.tpot,
                             .tpot_p50 = decode.tpot,
                             .decode = decode.step,
                             .prefill_alone = prefill_.alone,
                             .prefill_share = prefill_.share,
                             .transfer = transfer_,
                             .chips = pools_.chips()};
    const Seconds alone = state.ttft_mean - wait_mean(load);
    state.ttft_p50 = alone + wait_quantile(load, 0.50);
    state.ttft_p99 = alone + step / 2.0 + wait_quantile(load, 0.99);
    const double fullest =
        std::min(pools_.decode_capacity, sequences_p99(sequences, pools_.decode.workers));
    state.tpot_p99 =
        std::max(decode.tpot, decode_service(pools_.decode.model, request_, fullest).tpot);
    const Tokens token = Tokens::in_base_units(1.0);
    state.output_rate = request_.output * token * rate;
    state.total_rate = (request_.input + request_.output) * token * rate;
    const double decode_busy = std::min(1.0, sequences) * (decode.step.busy() / step);
    state.busy =
        (load * pools_.prefill.chips() + decode_busy * pools_.decode.chips()) / pools_.chips();
    const Seconds unhindered = without_wait(decode) + decode.in_decode;
    if (decode_full && sequences >= pools_.decode_capacity) {
      state.bound = PoolBound::kDecode;
    } else if (concurrency_ / unhindered * between_prompts_ >= 1.0) {
      state.bound = PoolBound::kPrefill;
    }
    return state;
  }

  const Pools& pools_;
  const RequestShape& request_;
  double concurrency_;
  PrefillService prefill_;
  Seconds transfer_;
  Seconds between_prompts_;  ///< That the whole pool ends.
  Seconds wait_most_;
};

}  // namespace

DisaggregatedState disaggregated_state(const Pools& pools, const RequestShape& request,
                                       double concurrency) {
  expects(concurrency >= 1.0 && pools.decode_capacity >= 1.0, "the pools hold a request");
  expects(pools.prefill.workers >= 1 && pools.decode.workers >= 1, "a pool has a worker");
  expects(request.input_computed() > 0.0 && request.output >= 1.0, "a request has tokens");
  return ClosedLoop(pools, request, concurrency).solve();
}

}  // namespace offtake::perf
