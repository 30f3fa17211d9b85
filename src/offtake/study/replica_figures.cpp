#include "offtake/study/replica_figures.hpp"

#include <algorithm>
#include <cmath>

#include "offtake/perf/kv_cache.hpp"
#include "offtake/perf/kv_transfer.hpp"
#include "offtake/perf/mixed_step.hpp"
#include "offtake/perf/site_power.hpp"
#include "offtake/perf/speculation.hpp"

namespace offtake::study {

std::expected<ReplicaFigures, perf::DoesNotFit> replica_figures(const perf::ShardedModel& model,
                                                                const hardware::System& system,
                                                                const perf::RequestShape& typical) {
  const double context = typical.context_mean();
  const auto one = perf::serving_memory(model, system, 1.0, context);
  if (!one) return std::unexpected(one.error());
  const Bytes free = perf::memory_available(system) - one->total() + one->kv_cache;
  const perf::ServingAssumptions& assumptions = model.assumptions;
  const double chips = model.layout.chips();
  return ReplicaFigures{
      .cache_tokens = static_cast<std::int64_t>(
          std::floor(perf::kv_cache_capacity(model, context, free) * context)),
      .output_reserved = assumptions.kv_output_held.value_or(1.0),
      .sequences_max = static_cast<int>(assumptions.sequences_max * model.layout.attention_data),
      .prompt_tokens = static_cast<std::int64_t>(perf::prompt_tokens_per_step(model)),
      .tokens_per_step = perf::tokens_per_step(assumptions.speculation),
      .request = model.fixed.request.value,
      .power_idle = chips * perf::site_power(system.power, 0.0),
      .power_busy = chips * perf::site_power(system.power, 1.0)};
}

CacheLink cache_link(const perf::ShardedModel& prefill, const perf::ShardedModel& decode,
                     double input, int chips) {
  const perf::KvTransfer transfer = perf::kv_transfer(prefill, chips);
  const Bytes moved = std::max(perf::kv_cache_per_sequence(prefill, input),
                               perf::kv_cache_per_sequence(decode, input));
  return {
      .per_token = moved / input, .bandwidth = transfer.bandwidth, .handshake = transfer.handshake};
}

}  // namespace offtake::study
