#pragma once

#include <nlohmann/json_fwd.hpp>

#include "offtake/stress/stress_answer.hpp"

namespace offtake::api {

/// The JSON of a stress run, in dollars; `elapsed_s` is added by the caller.
nlohmann::ordered_json stress_json(const stress::StressAnswer& answer);

}  // namespace offtake::api
