#pragma once

#include "offtake/api/answer.hpp"
#include "offtake/api/request.hpp"
#include "offtake/api/response.hpp"
#include "offtake/catalog/catalog.hpp"

namespace offtake::api {

/// A trace served by each fleet; a true no when none of them can serve the model.
Response answer_replay(const ReplayRequest& request, const catalog::Catalog& catalog,
                       const Surroundings& surroundings);

}  // namespace offtake::api
