#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "offtake/report/report_document.hpp"
#include "offtake/serve/run_outcome.hpp"
#include "offtake/serve/service_class.hpp"

namespace offtake::findings {

/// A fleet and what became of the requests on it.
struct ReplayedFleet {
  std::string name;             ///< Short, without commas, no two alike: it names lines.
  std::string words;            ///< What it is: "4 replicas of 8 H100, tensor 8, fp8".
  std::string family;           ///< Of its chips, as maker_of says; empty where they are mixed.
  std::vector<int> pool_chips;  ///< Of one replica, by pool, in the order of the outcome's pools.
  serve::RunOutcome outcome;
  std::vector<report::LoadPoint> load = {};  ///< The same fleet at other loads, by rate, if tried.
};

/// What all fleets have in common.
struct ReplayContext {
  std::string trace;          ///< Its name.
  std::string model;          ///< As people write it.
  std::int64_t requests = 0;  ///< Given to each fleet, those of the warm-up too.
  std::int64_t clipped = 0;   ///< Of them, cut to the longest allowed.
  std::uint64_t seed = 1;
  std::vector<serve::ServiceClass> classes;  ///< In the order of the outcomes' classes.
  std::vector<report::Fact> facts = {};      ///< More of them over the page.
  report::RunSection run = {};
};

/// The page of one or several fleets that served the same requests under the same objectives.
/// Every title and sentence is made from the outcomes here. Expects at least one fleet, and that
/// each has the classes of the context and as many pools as `pool_chips`.
report::ReportDocument replay_report(const ReplayContext& context,
                                     const std::vector<ReplayedFleet>& fleets);

}  // namespace offtake::findings
