#pragma once

#include <optional>

#include "offtake/hardware/chip.hpp"
#include "offtake/perf/measured_operations.hpp"
#include "offtake/perf/operation_grids.hpp"
#include "offtake/units/quantity.hpp"

namespace offtake::perf {

/// Times of single operations between those that were measured on one chip with one stack: the
/// roofline of the data sheet over the share of it that neighbouring sizes reached. A size that no
/// measured ones surround, a head dimension, window or shape of experts that was not measured, and
/// a format without rows give nothing; the caller then falls back on its model. Weights in `mxfp8`
/// and `fp16` are looked up as `fp8` and `bf16` where they have no rows of their own.
class OperationTable {
 public:
  OperationTable(const MeasuredOperations& measured, const hardware::Chip& chip);

  std::optional<Seconds> gemm_time(hardware::NumericFormat weights, const GemmSize& size) const;
  std::optional<Seconds> decode_attention_time(hardware::NumericFormat cache,
                                               const AttentionSize& size) const;
  /// Of the last `computed` tokens of each prompt, at the share that whole prompts reach.
  std::optional<Seconds> prefill_attention_time(hardware::NumericFormat cache,
                                                const AttentionSize& size, double computed) const;
  std::optional<Seconds> latent_decode_time(hardware::NumericFormat cache,
                                            const LatentSize& size) const;
  std::optional<Seconds> latent_prefill_time(hardware::NumericFormat cache, const LatentSize& size,
                                             double computed) const;
  std::optional<Seconds> expert_time(hardware::NumericFormat weights, const ExpertSize& size) const;

 private:
  hardware::Chip chip_;
  OperationGrids<GemmSize> gemm_;
  OperationGrids<AttentionSize> decode_attention_;
  OperationGrids<AttentionSize> prefill_attention_;
  OperationGrids<LatentSize> latent_decode_;
  OperationGrids<LatentSize> latent_prefill_;
  OperationGrids<ExpertSize> experts_;
};

}  // namespace offtake::perf
