#pragma once

#include <nlohmann/json_fwd.hpp>

#include "offtake/study/access_value.hpp"
#include "offtake/study/buy_decision.hpp"
#include "offtake/study/reading_effects.hpp"
#include "offtake/study/yield_table.hpp"

namespace offtake::api {

/// The JSON of a plan, in dollars; `elapsed_s` is added by the caller.
nlohmann::ordered_json plan_json(const study::BuyDecision& decision,
                                 const study::YieldTable& yields);

/// The JSON of what access is worth by reading, in dollars; null without readings.
nlohmann::ordered_json access_json(const study::AccessValue& value);

/// The JSON of what other answers to open questions change, in dollars.
nlohmann::ordered_json readings_json(const study::ReadingEffects& readings);

}  // namespace offtake::api
