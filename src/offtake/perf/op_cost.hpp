#pragma once

#include "offtake/hardware/chip.hpp"
#include "offtake/hardware/efficiency.hpp"
#include "offtake/hardware/numeric_format.hpp"
#include "offtake/units/quantity.hpp"

namespace offtake::perf {

/// What one operation asks of a chip in one step.
struct OpDemand {
  Flops compute;  ///< A multiply and an add count as two.
  Bytes memory;   ///< Read from and written to HBM.
};

/// What a chip sustains when measured; the data sheet's peak is higher.
struct SustainedRates {
  ComputeRate compute;
  Bandwidth memory;
  Seconds fixed;  ///< Of each operation: launch, drain, first access.
};

enum class Bound { kCompute, kMemory, kFixed };

/// How computing and moving data share the time.
enum class Overlap {
  kFull,     ///< The slower one sets the time.
  kPartial,  ///< The root of the sum of squares: near the ridge both are felt.
  kNone,     ///< One after the other.
};

struct OpCost {
  Seconds time;
  Bound bound;  ///< The greatest part.
};

/// Roofline with a fixed cost: time of the part that binds, plus `rates.fixed`.
/// Source: Williams, Waterman, Patterson, "Roofline", CACM 52(4), 2009. The partial overlap is the
/// 2-norm that fits the knee of measured kernels; it is at most sqrt(2) above the full one.
OpCost op_cost(const OpDemand& demand, const SustainedRates& rates,
               Overlap overlap = Overlap::kFull);

/// Rates of a large matrix product whose weights are stored as `stored`, multiplied in the format
/// that the chip has for it; where that is wider, the weights are converted on the way. Expects
/// that the chip and the stack have a figure for that format.
SustainedRates gemm_rates(const hardware::Chip& chip, const hardware::Efficiency& efficiency,
                          hardware::NumericFormat stored);

/// The same for an operation of this size, where the efficiency has curves by size.
SustainedRates sized(SustainedRates rates, const hardware::Efficiency& efficiency,
                     const OpDemand& demand);

}  // namespace offtake::perf
