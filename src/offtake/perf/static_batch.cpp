#include "offtake/perf/static_batch.hpp"

#include <algorithm>
#include <cmath>

#include "offtake/base/expects.hpp"
#include "offtake/perf/decode.hpp"
#include "offtake/perf/prefill.hpp"
#include "offtake/perf/speculation.hpp"

namespace offtake::perf {
namespace {

/// Steps of prefill, each through all stages.
struct PrefillWork {
  Seconds total;
  Seconds longest;

  void add(double steps, Seconds step) {
    total += steps * step;
    longest = std::max(longest, step);
  }
};

/// Whole prompts, as many at a time as the budget holds.
PrefillWork packed_prompts(const ShardedModel& model, double prompts, double computed,
                           double cached) {
  const double together =
      std::clamp(std::floor(model.assumptions.chunk_tokens / computed), 1.0, prompts);
  const double full = std::floor(prompts / together);
  const double rest = prompts - full * together;
  const auto step = [&](double count) {
    return prefill_cost_of_prompts(model, count, computed, cached).total();
  };
  PrefillWork work;
  work.add(full, step(together));
  if (rest > 0.0) work.add(1.0, step(rest));
  return work;
}

/// Prompts longer than the budget: chunks of one after another.
PrefillWork chunked_prompts(const ShardedModel& model, double prompts, double computed,
                            double cached) {
  const double chunk = model.assumptions.chunk_tokens;
  PrefillWork work;
  for (double done = 0.0; done < computed; done += chunk) {
    const double tokens = std::min(chunk, computed - done);
    work.add(prompts, prefill_cost_of_prompts(model, 1.0, tokens, cached + done).total());
  }
  return work;
}

Seconds prefill_time(const ShardedModel& model, const RequestShape& request, double batch) {
  const double prompts = std::ceil(batch / model.layout.attention_data);
  const double cached = request.input - request.input_computed();
  const double computed = model.assumptions.padded(request.input_computed());
  const PrefillWork work = computed <= model.assumptions.chunk_tokens
                               ? packed_prompts(model, prompts, computed, cached)
                               : chunked_prompts(model, prompts, computed, cached);
  const int stages = model.layout.pipeline;
  return (work.total + (stages - 1) * work.longest) / stages;
}

}  // namespace

StaticBatch static_batch(const ShardedModel& model, const RequestShape& request, double batch) {
  expects(batch >= 1.0, "a batch has a request");
  expects(request.input_computed() > 0.0 && request.output >= 1.0, "a request has tokens");
  StaticBatch result{.batch = batch,
                     .ttft = model.fixed.request.value + prefill_time(model, request, batch),
                     .decode = decode_cost(model, batch, request.context_mean())};
  result.tpot = result.decode.total() / tokens_per_step(model.assumptions.speculation);
  result.e2e = result.ttft + (request.output - 1.0) * result.tpot;
  const Tokens token = Tokens::in_base_units(1.0);
  result.output_rate = batch * request.output * token / result.e2e;
  result.total_rate = batch * (request.input + request.output) * token / result.e2e;
  return result;
}

}  // namespace offtake::perf
