#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "offtake/api/replay_records.hpp"
#include "offtake/catalog/catalog.hpp"
#include "offtake/hardware/system.hpp"
#include "offtake/serve/run_outcome.hpp"
#include "offtake/study/serving_fleet.hpp"
#include "offtake/study/serving_load.hpp"
#include "offtake/trace/request_trace.hpp"

namespace offtake::api {

/// One fleet's answer to a trace.
struct ReplayedFleet {
  study::ServingFleet ready;
  hardware::PredictionError error;  ///< Of the first pool's stack with its chip.
  serve::RunOutcome outcome;
  trace::TraceCounts read;  ///< What of the trace was read and clipped.
  std::vector<study::LoadPoint> curve;
  bool size_asked = false;
  std::optional<study::FleetSize> size;  ///< Nothing where no number of replicas is enough.
  std::unique_ptr<ReplayRecords> records;
  double elapsed_s = 0.0;  ///< Of the simulation alone.
};

/// What all fleets have in common.
struct ReplayedTrace {
  std::string heading;
  std::string model;  ///< As people write it.
  const ReplayRequest& request;
  const catalog::Catalog& catalog;
};

/// The page of all fleets; they have the same classes.
std::string replay_page(const ReplayedTrace& trace, const std::vector<ReplayedFleet>& fleets);

/// The answer for people: a table of all fleets, and what is to be known beside it.
std::string replay_text(const std::string& heading, const std::vector<ReplayedFleet>& fleets,
                        int width);

/// One fleet's fields of the answer for machines, as a JSON object's text.
std::string replay_json(const ReplayedFleet& fleet);

}  // namespace offtake::api
