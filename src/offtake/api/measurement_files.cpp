#include "offtake/api/measurement_files.hpp"

#include <algorithm>
#include <iterator>

namespace offtake::api {

std::vector<measurement::MeasuredRows> read_measurement_files(const std::vector<InputFile>& files) {
  std::vector<measurement::MeasuredRows> read;
  std::vector<Problem> problems;
  for (const InputFile& file : files) {
    try {
      read.push_back(measurement::read_measured_rows(measurement::CsvTable(file.text, file.name)));
    } catch (const InputError& error) {
      std::ranges::copy(error.problems(), std::back_inserter(problems));
    }
  }
  if (!problems.empty()) throw InputError(std::move(problems));
  return read;
}

}  // namespace offtake::api
