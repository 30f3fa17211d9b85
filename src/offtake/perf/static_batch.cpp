#include "offtake/perf/static_batch.hpp"

#include <algorithm>
#include <cmath>

#include "offtake/base/expects.hpp"
#include "offtake/perf/decode.hpp"
#include "offtake/perf/prefill.hpp"
#include "offtake/perf/speculation.hpp"

namespace offtake::perf {
namespace {

/// Steps of prefill one after another, on one stage at a time.
struct PrefillWork {
  Seconds time;
  double steps = 0;
};

/// Whole prompts, as many at a time as the budget holds.
PrefillWork packed_prompts(const ShardedModel& model, double prompts, double computed,
                           double cached) {
  const double together =
      std::clamp(std::floor(model.assumptions.chunk_tokens / computed), 1.0, prompts);
  const double full = std::floor(prompts / together);
  PrefillWork work{
      .time = full * prefill_cost_of_prompts(model, together, computed, cached).total(),
      .steps = full};
  const double rest = prompts - full * together;
  if (rest > 0.0) {
    work.time += prefill_cost_of_prompts(model, std::max(1.0, rest), computed, cached).total();
    work.steps += 1.0;
  }
  return work;
}

/// Prompts longer than the budget: chunks of one after another.
PrefillWork chunked_prompts(const ShardedModel& model, double prompts, double computed,
                            double cached) {
  const double chunk = model.assumptions.chunk_tokens;
  PrefillWork work;
  for (double done = 0.0; done < computed; done += chunk) {
    const double tokens = std::min(chunk, computed - done);
    work.time += prompts * prefill_cost_of_prompts(model, 1.0, tokens, cached + done).total();
    work.steps += prompts;
  }
  return work;
}

Seconds prefill_time(const ShardedModel& model, const RequestShape& request, double batch) {
  const double prompts = std::ceil(batch / model.layout.attention_data);
  const double computed = request.input_computed();
  const double cached = request.input - computed;
  const PrefillWork work = computed <= model.assumptions.chunk_tokens
                               ? packed_prompts(model, prompts, computed, cached)
                               : chunked_prompts(model, prompts, computed, cached);
  const double stages = model.layout.pipeline;
  return work.time * ((work.steps + stages - 1.0) / (work.steps * stages));
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
