#include "offtake/perf/steady_state.hpp"

#include <algorithm>
#include <cmath>

#include "offtake/base/expects.hpp"
#include "offtake/perf/decode.hpp"
#include "offtake/perf/prefill.hpp"
#include "offtake/perf/queue_wait.hpp"

namespace offtake::perf {
namespace {

constexpr int kRounds = 12;        ///< The fixed point contracts by more than two a round.
constexpr double kSettled = 1e-4;  ///< Relative change at which it is taken as found.
constexpr double kNormal99 = 2.3263;

}  // namespace

SteadyState steady_state(const ShardedModel& model, const RequestShape& request, double concurrency,
                         double capacity) {
  expects(concurrency >= 1.0 && capacity >= 1.0, "a replica holds a request");
  expects(request.input_computed() > 0.0 && request.output >= 1.0, "a request has tokens");
  const double admitted = std::min(concurrency, capacity);
  const double others = admitted - 1.0;
  // The prefill's last step samples the first token.
  const double steps = std::max(1.0, request.output - 1.0);
  const double tokens = tokens_per_step(model.assumptions.speculation);
  SteadyState state{.concurrency = concurrency,
                    .prefill_alone = prompt_time(model, request.input, request.input_computed()),
                    .prefill_share = prefill_share(model, request.input, request.input_computed())};
  const double overlap = request.in_waves ? model.wave_overlap : model.prefill_overlap;
  const Seconds queue_at_start = overlap * others * state.prefill_share;
  const double prompts_most =
      std::max(1.0, model.layout.attention_data * model.assumptions.chunk_tokens /
                        model.assumptions.padded(request.input_computed()));
  const Seconds not_shared = std::max(Seconds{}, state.prefill_alone - state.prefill_share);

  const double bunched = std::min(1.0, model.prompt_queue * model.layout.attention_data);

  double decoding = admitted;
  Seconds own_step = not_shared;  // Beyond its share, with those that come while it is computed.
  Seconds queue_of_prompts;
  Seconds prefill_between;
  for (int round = 0; round < kRounds; ++round) {
    state.decode = decode_cost(model, decoding, request.context_mean());
    const Seconds step = state.decode.total();
    queue_of_prompts = bunched * others * (state.prefill_share + own_step);
    prefill_between =
        (1.0 - overlap) * (state.prefill_share + (1.0 - model.prefill_fused) * own_step) / steps;
    state.tpot_mean = step / tokens + others * prefill_between;
    state.ttft_mean = state.prefill_alone + step / 2.0 + queue_of_prompts + queue_at_start +
                      model.fixed.request.value + model.fixed.first_wave.value;
    const Seconds in_decode = steps * state.tpot_mean;
    const Seconds residence = in_decode + state.ttft_mean;
    const double next = std::max(1.0, admitted * (in_decode / residence));
    const double arriving = admitted * (state.prefill_alone / residence);
    own_step = not_shared / std::clamp(arriving, 1.0, prompts_most);
    const bool settled = std::abs(next - decoding) <= kSettled * decoding;
    decoding = next;
    if (settled) break;
  }
  state.decoding = decoding;
  state.prefill_share += (1.0 - model.prefill_fused) * own_step;
  const Seconds residence = std::max(state.ttft_mean + (request.output - 1.0) * state.tpot_mean,
                                     admitted * state.prefill_share);
  const auto requests_rate = admitted / residence;
  const Seconds queue_at_entry = (concurrency - admitted) / requests_rate;
  const Seconds steady =
      state.ttft_mean - queue_at_start - model.fixed.first_wave.value + queue_at_entry;
  const double load = requests_rate * state.prefill_share;
  const Seconds service = state.prefill_share * model.layout.attention_data;
  const Seconds wait_most = others * state.prefill_share;
  const auto wait = [&](double level) {
    return std::min(wait_most, queue_wait_quantile(service, load, level));
  };
  state.ttft_p50 = steady;
  state.ttft_p99 =
      steady + state.decode.total() / 2.0 + std::max(Seconds{}, wait(0.99) - queue_of_prompts);
  state.ttft_mean += queue_at_entry;
  state.tpot_p50 = state.tpot_mean;
  state.tpot_p99 = state.tpot_mean + kNormal99 * std::sqrt(others) * prefill_between;
  const Tokens token = Tokens::in_base_units(1.0);
  state.output_rate = request.output * token * requests_rate;
  state.total_rate = (request.input + request.output) * token * requests_rate;
  const Seconds decode_busy = steps / (tokens * decoding) * state.decode.busy();
  const double busy = (decode_busy + state.prefill_share) * requests_rate;
  state.busy = std::min(1.0, busy);
  return state;
}

}  // namespace offtake::perf
