#pragma once

#include <nlohmann/json_fwd.hpp>

#include "offtake/study/buy_decision.hpp"
#include "offtake/study/yield_table.hpp"

namespace offtake::api {

/// The JSON of a plan, in dollars; `elapsed_s` is added by the caller.
nlohmann::ordered_json plan_json(const study::BuyDecision& decision,
                                 const study::YieldTable& yields);

}  // namespace offtake::api
