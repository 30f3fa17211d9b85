#include "offtake/perf/open_loop.hpp"

#include <algorithm>

#include "offtake/base/expects.hpp"
#include "offtake/perf/queue_wait.hpp"

namespace offtake::perf {
namespace {

constexpr int kHalvings = 40;

RequestRate request_rate(const SteadyState& state, const RequestShape& request) {
  return state.output_rate / (request.output * Tokens::in_base_units(1.0));
}

/// The least concurrency whose rate is at least `rate`, which `capacity` reaches.
SteadyState closed_loop(const ShardedModel& model, const RequestShape& request, RequestRate rate,
                        double capacity) {
  double low = 1.0;
  double high = capacity;
  SteadyState state = steady_state(model, request, low, capacity);
  if (request_rate(state, request) >= rate) return state;
  for (int i = 0; i < kHalvings; ++i) {
    const double middle = (low + high) / 2.0;
    state = steady_state(model, request, middle, capacity);
    (request_rate(state, request) < rate ? low : high) = middle;
  }
  return state;
}

}  // namespace

std::expected<OpenLoop, Saturated> open_loop(const ShardedModel& model, const RequestShape& request,
                                             RequestRate rate, double capacity) {
  expects(rate > RequestRate{}, "requests arrive");
  const SteadyState fullest = steady_state(model, request, capacity, capacity);
  const RequestRate rate_max = request_rate(fullest, request);
  if (rate >= rate_max) return std::unexpected(Saturated{.rate_max = rate_max});
  const SteadyState closed = closed_loop(model, request, rate, capacity);

  const Seconds service = closed.prefill_share * model.layout.attention_data;
  const double prefill_load = rate * closed.prefill_share;
  const Seconds step = closed.decode.total();
  const Seconds alone = closed.prefill_alone + step / 2.0 + model.fixed.request.value;
  const Seconds in_replica = alone + (request.output - 1.0) * closed.tpot_mean;
  const double slots_load = std::min(rate / rate_max, rate * in_replica / capacity);
  const Seconds at_entry = queue_wait_mean(in_replica, slots_load, capacity);

  OpenLoop open{.rate = rate,
                .load = rate / rate_max,
                .tpot_mean = closed.tpot_mean,
                .tpot_p50 = closed.tpot_p50,
                .tpot_p99 = closed.tpot_p99,
                .closed = closed};
  open.ttft_mean = alone + at_entry + queue_wait_mean(service, prefill_load);
  open.ttft_p50 = alone + at_entry + queue_wait_quantile(service, prefill_load, 0.50);
  open.ttft_p99 = alone + at_entry + step / 2.0 + queue_wait_quantile(service, prefill_load, 0.99);
  open.concurrency = rate * (open.ttft_mean + (request.output - 1.0) * open.tpot_mean);
  return open;
}

}  // namespace offtake::perf
