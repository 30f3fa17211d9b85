#pragma once

#include "offtake/hardware/system.hpp"
#include "offtake/model/model_architecture.hpp"

namespace offtake::perf {

/// Standard deviation of ln(measured / predicted) of a training step of `model` on `system`: by
/// whether its fit had runs of the model, and by whether the model has experts.
double step_error(const hardware::System& system, const model::ModelArchitecture& model);

}  // namespace offtake::perf
