#pragma once

#include <cstddef>
#include <vector>

#include "offtake/hardware/numeric_format.hpp"
#include "offtake/hardware/system.hpp"
#include "offtake/measurement/operation_file.hpp"
#include "offtake/perf/measured_operations.hpp"

namespace offtake::fidelity {

/// Relative errors |predicted / measured - 1| of times over a number of rows.
struct RatioSummary {
  std::size_t rows = 0;
  double median = 0;
  double p90 = 0;
  double bias = 0;  ///< Median of predicted / measured - 1.
};

/// How far the model of single operations is from the measured ones, and how far interpolation in
/// the measured ones is from those it has not seen.
struct OperationError {
  measurement::OperationKind kind = measurement::OperationKind::kGemm;
  hardware::NumericFormat format = hardware::NumericFormat::kBf16;  ///< Of weights or cache.
  RatioSummary model;  ///< Every row that the model has an answer for.
  RatioSummary table;  ///< A tenth of the rows, held out, where the others surround them.
};

/// The errors by operation and format on `system`, whose serving stack is the measured one. The
/// model's time of an operation is that of a layer, or of a part of one, that consists of it, with
/// the fixed costs that its kernels have; rows that no such layer holds are left out.
std::vector<OperationError> operation_errors(const perf::MeasuredOperations& measured,
                                             const hardware::System& system);

}  // namespace offtake::fidelity
