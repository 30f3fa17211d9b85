#include "offtake/perf/op_cost.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "offtake/base/expects.hpp"

namespace offtake::perf {
namespace {

Seconds joined(Seconds compute, Seconds memory, Overlap overlap) {
  switch (overlap) {
    case Overlap::kFull:
      return std::max(compute, memory);
    case Overlap::kPartial: {
      const double a = compute.base_units();
      const double b = memory.base_units();
      return Seconds::in_base_units(std::sqrt(a * a + b * b));
    }
    case Overlap::kNone:
      return compute + memory;
  }
  return compute + memory;
}

}  // namespace

OpCost op_cost(const OpDemand& demand, const SustainedRates& rates, Overlap overlap) {
  const Seconds compute = demand.compute / rates.compute;
  const Seconds memory = demand.memory / rates.memory;
  const Seconds time = joined(compute, memory, overlap) + rates.fixed;
  if (rates.fixed > std::max(compute, memory)) return {time, Bound::kFixed};
  return {time, compute >= memory ? Bound::kCompute : Bound::kMemory};
}

SustainedRates gemm_rates(const hardware::Chip& chip, const hardware::Efficiency& efficiency,
                          hardware::NumericFormat stored) {
  const std::optional<hardware::NumericFormat> format = hardware::multiply_format(chip, stored);
  expects(format.has_value(), "the chip multiplies the stored format");
  const Sourced<double>* fraction = efficiency.sustained.gemm.find(*format);
  expects(fraction != nullptr, "the stack has a matrix efficiency for the format");
  const bool narrower = element_size(stored) < element_size(*format);
  const double kept = narrower ? efficiency.sustained.dequantised.value : 1.0;
  return {.compute = kept * fraction->value * chip.compute_peak.find(*format)->value,
          .memory = efficiency.sustained.hbm_weights.value * chip.hbm_bandwidth.value,
          .fixed = {}};
}

SustainedRates sized(SustainedRates rates, const hardware::Efficiency& efficiency,
                     const OpDemand& demand) {
  const hardware::SustainedFractions& sustained = efficiency.sustained;
  if (sustained.gemm_by_size) {
    rates.compute *= sustained.gemm_by_size->at(demand.compute.base_units());
  }
  if (sustained.hbm_by_size) {
    rates.memory *= sustained.hbm_by_size->at(demand.memory.base_units());
  }
  return rates;
}

}  // namespace offtake::perf
