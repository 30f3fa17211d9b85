#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "offtake/api/request.hpp"
#include "word_reader.hpp"

namespace offtake::cli {

/// The options of `replay` as the user wrote them.
struct ReplayWords {
  std::string trace, model, system, requests,
      rate_scale = "1", tokens_max, arrivals = "trace", rate, cv, concurrency, think, turns, tp, pp,
      ep, attention_dp, weights, kv_cache, replicas, chips, disaggregate, batch_max, chunk,
      batching, output_reserved, watermark, kv_blocks, block_tokens, preemption, draft_tokens,
      acceptance, router, price, steps, ttft, tpot, warm_up, seed, fleet_for, window, report;
  std::vector<std::string> fleets;
  bool keep_ticks = false, no_prefix_cache = false, curve = false, per_request = false;
};

void add_replay_options(CLI::App& replay, ReplayWords& words);

/// What cannot be read is told to `read`.
api::ReplayRequest replay_request(const ReplayWords& words, WordReader& read);

}  // namespace offtake::cli
