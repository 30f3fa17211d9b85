#pragma once

#include <optional>
#include <string>

#include "offtake/api/request.hpp"
#include "offtake/serve/run_recorder.hpp"

namespace offtake::api {

/// Runs of steps and requests that a timeline shows at most; more are counted, not shown.
inline constexpr std::int64_t kTimelineEvents = 500'000;

/// Writes down what a simulation does, where it was asked to.
class ReplayRecords final : public serve::RunRecorder {
 public:
  /// A timeline of `window`, and a line for each request.
  ReplayRecords(std::optional<TimeWindow> window, bool per_request);

  void ran(const serve::RecordedRun& run) override;
  void ended(const serve::RecordedRequest& request) override;

  /// In the trace event format that Perfetto and Chrome open: replicas as threads of their pool's
  /// process, requests as asynchronous spans.
  std::string timeline() const;
  /// number, arrival_s, input_tokens, output_tokens, ttft_s, e2e_s, pool, replica, kept.
  std::string requests() const { return requests_; }
  std::int64_t events_left_out() const { return left_out_; }

 private:
  bool shows(SimTime from, SimTime to);
  void add(const std::string& event);

  std::optional<TimeWindow> window_;
  bool per_request_;
  std::string events_;
  std::string requests_;
  std::int64_t shown_ = 0;
  std::int64_t left_out_ = 0;
};

}  // namespace offtake::api
