#pragma once

#include "offtake/api/answer.hpp"
#include "offtake/api/request.hpp"
#include "offtake/api/response.hpp"
#include "offtake/catalog/catalog.hpp"

namespace offtake::api {

/// Yields, plan, stress (when the book has parties), what moves the answer, and the report.
Response answer_plan(const PlanRequest& request, const catalog::Catalog& catalog,
                     const Surroundings& surroundings);

/// Can everyone pay, for what is signed today or with a plan's commitments as well.
Response answer_stress(const StressRequest& request, const Surroundings& surroundings);

}  // namespace offtake::api
