#include "offtake/perf/step_error.hpp"

#include <algorithm>

namespace offtake::perf {

double step_error(const hardware::System& system, const model::ModelArchitecture& model) {
  const hardware::Efficiency& training = system.training;
  const auto& known = training.calibration.models;
  const bool is_known = std::ranges::find(known, model.id) != known.end();
  const hardware::StepError& error =
      is_known ? training.step_error : training.step_error_of_new_model;
  return model::has_experts(model) ? error.mixture.value : error.dense.value;
}

}  // namespace offtake::perf
