#pragma once

#include <span>
#include <string_view>

#include "offtake/hardware/chip.hpp"
#include "offtake/hardware/efficiency.hpp"
#include "offtake/yaml/object_reader.hpp"

namespace offtake::catalog {

enum class Purpose { kServing, kTraining };

/// Reads what a software stack gets out of `chip` from layers of the same shape, the first of which
/// wins for each figure: what a system says of itself, then what its stack says of all chips.
///
///     sustained:
///       gemm: {any: {value: 60%, ...}, fp8: {...}}   # any: formats that are not named
///       expert_gemm, attention_prefill, hbm_weights, hbm_kv, collective_scale_up,
///       collective_scale_out                          # each a figure
///       hbm_activations                               # a figure, for serving only
///       gemm_by_size: [{from: 0 GFLOP, fraction: 10%}, ...]   # optional
///       hbm_by_size: [{from: 0 MB, fraction: 30%}, ...]       # optional
///     fixed: {op, layer, moe_layer, step, collective, sequence, launch, request}
///     prefill_overlap, error: {throughput, tpot, ttft}        # serving
///     error: {training_step}, reliability: {failure_rate, restart, checkpoint_bandwidth,
///       checkpoint_stall, evaluation, maintenance}            # training
///     exposed: {tensor, context, expert, pipeline, data, sharded}, elementwise_share,
///     selective_recompute, scale_loss, product_tokens_half, product_width_half, expert_traffic,
///     scan_passes, expert_launch, scan_launch, quantisation_traffic, fused_attention
///                                      # training, optional: hardware::StepTraits has the defaults
///
/// `collective`, `sequence`, `launch` and `request` are for serving only.
hardware::Efficiency read_efficiency(std::span<const yaml::ObjectReader> layers,
                                     std::string_view stack, const hardware::Chip& chip,
                                     Purpose purpose, yaml::Evidence evidence);

}  // namespace offtake::catalog
