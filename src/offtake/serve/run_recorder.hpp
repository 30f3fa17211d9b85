#pragma once

#include <cstdint>

#include "offtake/serve/latency_tally.hpp"
#include "offtake/serve/step_run.hpp"

namespace offtake::serve {

/// What a replica did in one run of steps.
struct RecordedRun {
  int pool = 0;
  int replica = 0;
  StepRun run;
  std::int64_t prompt_tokens = 0;
  std::int64_t waiting = 0;  ///< Requests behind it, at the end.
};

/// A request that has ended.
struct RecordedRequest {
  std::int64_t number = 0;  ///< In order of arrival.
  int pool = 0;             ///< That ended it.
  int replica = 0;
  demand::Request request;
  RequestTimes times;
  bool kept = false;
  std::int32_t preemptions = 0;
};

/// Is told what happens in a simulation, in order of time.
class RunRecorder {
 public:
  RunRecorder() = default;
  RunRecorder(const RunRecorder&) = delete;
  RunRecorder& operator=(const RunRecorder&) = delete;
  virtual ~RunRecorder() = default;

  virtual void ran(const RecordedRun& run) = 0;
  virtual void ended(const RecordedRequest& request) = 0;
};

}  // namespace offtake::serve
