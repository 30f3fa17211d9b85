#pragma once

#include "offtake/api/answer.hpp"
#include "offtake/api/request.hpp"
#include "offtake/api/response.hpp"

namespace offtake::api {

/// The least or greatest expected objective of a two-stage program, with proven bounds, or
/// with the bounds of a sample. Throws InputError with the problems of its three files.
Response answer_solve(const SolveRequest& request, const Surroundings& surroundings);

}  // namespace offtake::api
