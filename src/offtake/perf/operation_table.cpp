#include "offtake/perf/operation_table.hpp"

#include <algorithm>

#include "offtake/perf/op_cost.hpp"
#include "offtake/perf/operation_demand.hpp"

namespace offtake::perf {
namespace {

using hardware::NumericFormat;

/// The slower of computing and moving at the data sheet's rates; nothing when the chip multiplies
/// neither `format` nor a wider one.
std::optional<Seconds> roofline(const hardware::Chip& chip, NumericFormat format,
                                const OpDemand& demand) {
  const auto multiplied = hardware::multiply_format(chip, format);
  if (!multiplied) return std::nullopt;
  return std::max(demand.compute / chip.compute_peak.find(*multiplied)->value,
                  demand.memory / chip.hbm_bandwidth.value);
}

/// Attention multiplies in 16 bits whatever its cache is stored in.
std::optional<Seconds> attention_roofline(const hardware::Chip& chip, const OpDemand& demand) {
  return roofline(chip, NumericFormat::kBf16, demand);
}

/// `roofline(size, format)` of products whose demand is `demand_of(size, format)`.
auto of_products(const hardware::Chip& chip, auto demand_of) {
  return [&chip, demand_of](const auto& size, NumericFormat format) {
    return roofline(chip, format, demand_of(size, format));
  };
}

auto of_attention(const hardware::Chip& chip, auto demand_of) {
  return [&chip, demand_of](const auto& size, NumericFormat format) {
    return attention_roofline(chip, demand_of(size, format));
  };
}

/// Whole prompts, nothing cached: how prefill was measured.
OpDemand whole_prompt(const AttentionSize& size, NumericFormat format) {
  return prefill_attention_demand(size, format, size.tokens);
}
OpDemand whole_latent_prompt(const LatentSize& size, NumericFormat format) {
  return latent_prefill_demand(size, format, size.tokens);
}

/// The format whose rows stand for `format`.
template <class Size>
NumericFormat row_format(const OperationGrids<Size>& grids, NumericFormat format) {
  if (grids.has_format(format)) return format;
  if (format == NumericFormat::kMxfp8) return NumericFormat::kFp8;
  if (format == NumericFormat::kFp16) return NumericFormat::kBf16;
  return format;
}

std::optional<Seconds> over(std::optional<Seconds> least, std::optional<double> share) {
  if (!least || !share) return std::nullopt;
  return *least / *share;
}

}  // namespace

OperationTable::OperationTable(const MeasuredOperations& measured, const hardware::Chip& chip)
    : chip_(chip),
      gemm_(measured.gemm, of_products(chip, gemm_demand)),
      decode_attention_(measured.decode_attention, of_attention(chip, decode_attention_demand)),
      prefill_attention_(measured.prefill_attention, of_attention(chip, whole_prompt)),
      latent_decode_(measured.latent_decode, of_attention(chip, latent_decode_demand)),
      latent_prefill_(measured.latent_prefill, of_attention(chip, whole_latent_prompt)),
      experts_(measured.experts, of_products(chip, expert_demand)) {}

std::optional<Seconds> OperationTable::gemm_time(NumericFormat weights,
                                                 const GemmSize& size) const {
  const NumericFormat format = row_format(gemm_, weights);
  return over(roofline(chip_, format, gemm_demand(size, format)), gemm_.share(format, size));
}

std::optional<Seconds> OperationTable::decode_attention_time(NumericFormat cache,
                                                             const AttentionSize& size) const {
  const NumericFormat format = row_format(decode_attention_, cache);
  return over(attention_roofline(chip_, decode_attention_demand(size, format)),
              decode_attention_.share(format, size));
}

std::optional<Seconds> OperationTable::prefill_attention_time(NumericFormat cache,
                                                              const AttentionSize& size,
                                                              double computed) const {
  const NumericFormat format = row_format(prefill_attention_, cache);
  return over(attention_roofline(chip_, prefill_attention_demand(size, format, computed)),
              prefill_attention_.share(format, size));
}

std::optional<Seconds> OperationTable::latent_decode_time(NumericFormat cache,
                                                          const LatentSize& size) const {
  const NumericFormat format = row_format(latent_decode_, cache);
  return over(attention_roofline(chip_, latent_decode_demand(size, format)),
              latent_decode_.share(format, size));
}

std::optional<Seconds> OperationTable::latent_prefill_time(NumericFormat cache,
                                                           const LatentSize& size,
                                                           double computed) const {
  const NumericFormat format = row_format(latent_prefill_, cache);
  return over(attention_roofline(chip_, latent_prefill_demand(size, format, computed)),
              latent_prefill_.share(format, size));
}

std::optional<Seconds> OperationTable::expert_time(NumericFormat weights,
                                                   const ExpertSize& size) const {
  const NumericFormat format = row_format(experts_, weights);
  return over(roofline(chip_, format, expert_demand(size, format)), experts_.share(format, size));
}

}  // namespace offtake::perf
