#include "offtake/perf/deployment.hpp"

namespace offtake::perf {

int Deployment::chips() const {
  if (!prefill) return layout.chips();
  return prefill->layout.chips() * prefill->workers + layout.chips() * prefill->decode_workers;
}

ChipTokenRate Deployment::output_rate_per_chip() const {
  return state.output_rate / Chips::in_base_units(chips());
}

ChipTokenRate Deployment::total_rate_per_chip() const {
  return state.total_rate / Chips::in_base_units(chips());
}

std::optional<SteadyState> state_on(const Deployment& deployment,
                                    const model::ModelArchitecture& model,
                                    const hardware::System& system, const RequestShape& request,
                                    const ServingAssumptions& assumptions) {
  const auto decode = shard(model, system, deployment.layout, assumptions);
  if (!decode) return std::nullopt;
  const double concurrency = deployment.state.concurrency;
  if (!deployment.prefill) return steady_state(*decode, request, concurrency, concurrency);
  const auto prefill = shard(model, system, deployment.prefill->layout, assumptions);
  if (!prefill) return std::nullopt;
  const Pools pools{.prefill = {.model = *prefill, .workers = deployment.prefill->workers},
                    .decode = {.model = *decode, .workers = deployment.prefill->decode_workers},
                    .decode_capacity = concurrency,
                    .transfer = kv_transfer(*decode, deployment.chips())};
  return steady_state(disaggregated_state(pools, request, concurrency));
}

SteadyState steady_state(const DisaggregatedState& pools) {
  return {.concurrency = pools.concurrency,
          .decoding = pools.decoding,
          .ttft_mean = pools.ttft_mean,
          .ttft_p50 = pools.ttft_p50,
          .ttft_p99 = pools.ttft_p99,
          .tpot_mean = pools.tpot_mean,
          .tpot_p50 = pools.tpot_p50,
          .tpot_p99 = pools.tpot_p99,
          .output_rate = pools.output_rate,
          .total_rate = pools.total_rate,
          .busy = pools.busy,
          .decode = pools.decode,
          .prefill_alone = pools.prefill_alone,
          .prefill_share = pools.prefill_share};
}

}  // namespace offtake::perf
