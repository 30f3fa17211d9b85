#pragma once

#include "offtake/api/answer.hpp"
#include "offtake/api/request.hpp"
#include "offtake/api/response.hpp"
#include "offtake/catalog/catalog.hpp"

namespace offtake::api {

/// The serving figures and collective libraries fitted anew to the measurement files, as a file
/// that Surroundings::fit takes. Throws InputError with the problems of all files together, and
/// when they hold nothing that a fit may use.
Response answer_calibrate(const CalibrateRequest& request, const catalog::Catalog& catalog,
                          const Surroundings& surroundings);

}  // namespace offtake::api
