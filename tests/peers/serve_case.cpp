// Serves a case of cases.py by the simulation, on one replica.
//
//     serve_case CASE.json
//
// writes a table with the columns id, first_token_s, completion_s and preemptions to standard
// output, as run_vidur.py does.
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "offtake/demand/request.hpp"
#include "offtake/serve/fleet.hpp"
#include "offtake/serve/linear_step_timer.hpp"
#include "offtake/serve/run_recorder.hpp"
#include "offtake/serve/serving_example.hpp"
#include "offtake/serve/simulate.hpp"
#include "offtake/units/sim_time.hpp"

namespace {

using namespace offtake;
using nlohmann::json;

serve::Picoseconds time_of(const json& step, const char* key) {
  return 1000 * step.at(key).get<std::int64_t>();
}

serve::LinearStepTimer timer_of(const json& step) {
  return serve::LinearStepTimer({.step = time_of(step, "fixed_ns"),
                                 .per_sequence = time_of(step, "per_sequence_ns"),
                                 .per_context_token = time_of(step, "per_context_token_ns"),
                                 .per_prompt_token = time_of(step, "per_prompt_token_ns")});
}

/// One replica under the case's limits. A prompt needs room for itself alone to be let in.
serve::Fleet fleet_of(const json& limits, const serve::StepTimer& timer) {
  serve::Fleet fleet;
  fleet.pools.push_back({.name = "replica",
                         .replica = {.timer = &timer,
                                     .sequences_max = limits.at("sequences_max"),
                                     .token_budget = limits.at("token_budget"),
                                     .kv_blocks = limits.at("kv_blocks"),
                                     .block_tokens = limits.at("block_tokens"),
                                     .output_reserved = 0.0,
                                     .watermark = limits.at("watermark")},
                         .scaling = {},
                         .outages = {}});
  return fleet;
}

std::vector<demand::Request> requests_of(const json& rows) {
  std::vector<demand::Request> requests;
  for (const json& row : rows) {
    requests.push_back({.arrival = SimTime{row.at("arrival_ns").get<std::int64_t>()},
                        .input = row.at("input"),
                        .output = row.at("output"),
                        .prefix_blocks = {}});
  }
  return requests;
}

std::string in_seconds(SimTime time) {
  return fmt::format("{}.{:09}", time.ns / 1'000'000'000, time.ns % 1'000'000'000);
}

void serve_case(const char* path) {
  const json given = json::parse(std::ifstream(path));
  const serve::LinearStepTimer timer = timer_of(given.at("step"));
  serve::example::ListedRequests source(requests_of(given.at("requests")));
  serve::example::Recording recording;
  serve::RunSettings settings;
  settings.recorder = &recording;
  serve::simulate(fleet_of(given.at("limits"), timer), source, settings);
  std::ranges::sort(recording.requests, {}, &serve::RecordedRequest::number);
  fmt::print("id,first_token_s,completion_s,preemptions\n");
  for (const serve::RecordedRequest& served : recording.requests) {
    const SimTime arrival = served.request.arrival;
    fmt::print("{},{},{},{}\n", served.number, in_seconds(arrival + served.times.ttft),
               in_seconds(arrival + served.times.e2e), served.preemptions);
  }
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc != 2) throw std::invalid_argument("one argument is needed: a case as JSON");
    serve_case(argv[1]);
    return 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "serve_case: {}\n", error.what());
    return 2;
  }
}
