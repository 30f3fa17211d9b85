#pragma once

#include <variant>
#include <vector>

#include "offtake/measurement/collective_row.hpp"
#include "offtake/measurement/csv_table.hpp"
#include "offtake/measurement/inference_row.hpp"
#include "offtake/measurement/training_row.hpp"

namespace offtake::measurement {

/// The rows of one file, of the kind that its columns tell.
using MeasuredRows =
    std::variant<std::vector<InferenceRow>, std::vector<CollectiveRow>, std::vector<TrainingRow>>;

/// A table with a column `collective` is of collectives, one with `metric` and `global_batch` of
/// training, another with `metric` of inference. Throws one InputError with every problem: a table
/// of no known kind or without rows; and those of its rows.
MeasuredRows read_measured_rows(const CsvTable& table);

}  // namespace offtake::measurement
