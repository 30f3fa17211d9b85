#include "offtake/perf/pool_service.hpp"

#include <algorithm>
#include <cmath>

#include "offtake/perf/decode.hpp"
#include "offtake/perf/prefill.hpp"
#include "offtake/perf/speculation.hpp"

namespace offtake::perf {
namespace {

constexpr double kNormal99 = 2.3263;

}  // namespace

PrefillService prefill_service(const ShardedModel& model, const RequestShape& request) {
  const Seconds share = prefill_share(model, request.input, request.input_computed());
  return {.alone = prompt_time(model, request.input, request.input_computed()),
          .share = share,
          .of_rank = share * model.layout.attention_data,
          .request = model.fixed.request.value};
}

DecodeService decode_service(const ShardedModel& model, const RequestShape& request,
                             double sequences) {
  DecodeService service{.sequences = sequences,
                        .step = decode_cost(model, sequences, request.context_mean())};
  service.tpot = service.step.total() / tokens_per_step(model.assumptions.speculation);
  service.in_decode = std::max(1.0, request.output - 1.0) * service.tpot;
  return service;
}

double sequences_p99(double sequences, int workers) {
  return sequences + kNormal99 * std::sqrt(sequences * (1.0 - 1.0 / workers));
}

}  // namespace offtake::perf
