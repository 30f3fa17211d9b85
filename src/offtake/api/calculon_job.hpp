#pragma once

#include <optional>

#include "offtake/api/calculon_layout.hpp"
#include "offtake/api/request.hpp"
#include "offtake/calculon/execution_space.hpp"
#include "offtake/calculon/machine.hpp"
#include "offtake/calculon/transformer.hpp"
#include "offtake/catalog/catalog.hpp"
#include "offtake/hardware/system.hpp"
#include "offtake/model/model_architecture.hpp"

namespace offtake::api {

/// What is asked of the profile `calculon`, once its words are read.
struct CalculonJob {
  model::ModelArchitecture model;
  hardware::System system;
  calculon::Transformer transformer;
  calculon::Machine machine;
  calculon::ExecutionSpace space;
  std::optional<CalculonLayout> layout;
};

/// Throws an InputError with all that is wrong.
CalculonJob read_calculon_job(const TrainRequest& request, const catalog::Catalog& catalog);

}  // namespace offtake::api
