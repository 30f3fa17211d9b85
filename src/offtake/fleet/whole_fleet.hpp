#pragma once

#include <string_view>

namespace offtake::fleet {

/// A file in which every key stands, for tests.
inline constexpr std::string_view kWholeFleet = R"(fleet: whole
model: llama-3.3-70b
routing: slo-aware
admission: {waiting_max: 0, refuse_late: true}
link: 25 GB/s
classes:
  - name: chat
    priority: 2
    objective: {ttft: 2 s, tpot: 50 ms, e2e: 1.5 min}
  - {name: batch}
pools:
  - name: prefill
    system: hgx-h100
    role: prefill
    replicas: 3
    layout: {tensor: 4, pipeline: 2, expert: 1, attention_data: 1, weights: fp8, kv_cache: bf16}
    batch:
      batching: prompts-first
      sequences_max: 256
      chunk: 8192
      output_reserved: 35%
      watermark: 0.02
      kv_blocks: 5000
      block_tokens: 32
      prefix_cache: false
      preemption: swap
      host_bandwidth: 50 GB/s
      draft_tokens: 3
      acceptance: 70%
    price: 2.10 USD/chip/h
    scaling:
      replicas_min: 2
      replicas_max: 5
      outstanding_target: 40
      interval: 10 s
      start_up: 4 min
      hold: 6 min
    outages:
      mean_time_between_failures: 250 days
      repair: 11 min
      maintenance:
        - {start: 2 h, duration: 30 min, replicas: 5}
        - {start: 0 s, duration: 500 ms}
  - {name: decode, system: trn2-48xlarge, role: decode}
)";

}  // namespace offtake::fleet
