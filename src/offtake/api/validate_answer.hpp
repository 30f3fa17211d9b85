#pragma once

#include "offtake/api/answer.hpp"
#include "offtake/api/request.hpp"
#include "offtake/api/response.hpp"
#include "offtake/catalog/catalog.hpp"

namespace offtake::api {

/// Every row of the measurement files beside its prediction, and the error by segment. Without
/// files those of the catalog's folder `measurements`. Throws InputError with the problems of all
/// files together.
Response answer_validate(const ValidateRequest& request, const catalog::Catalog& catalog,
                         const Surroundings& surroundings);

}  // namespace offtake::api
