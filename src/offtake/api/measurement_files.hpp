#pragma once

#include <vector>

#include "offtake/api/request.hpp"
#include "offtake/measurement/measured_rows.hpp"

namespace offtake::api {

/// The rows of each file. Throws one InputError with the problems of all.
std::vector<measurement::MeasuredRows> read_measurement_files(const std::vector<InputFile>& files);

}  // namespace offtake::api
