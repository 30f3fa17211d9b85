#include "offtake/api/replay_records.hpp"

#include <fmt/format.h>

namespace offtake::api {
namespace {

double microseconds(SimTime time) { return static_cast<double>(time.ns) * 1e-3; }

}  // namespace

ReplayRecords::ReplayRecords(std::optional<TimeWindow> window, bool per_request)
    : window_(window), per_request_(per_request) {
  if (per_request_) {
    requests_ = "number,arrival_s,input_tokens,output_tokens,ttft_s,e2e_s,pool,replica,kept\n";
  }
}

bool ReplayRecords::shows(SimTime from, SimTime to) {
  if (!window_ || seconds(to) < window_->from || seconds(from) > window_->to) return false;
  if (shown_ == kTimelineEvents) {
    ++left_out_;
    return false;
  }
  ++shown_;
  return true;
}

void ReplayRecords::add(const std::string& event) {
  if (!events_.empty()) events_ += ",\n";
  events_ += event;
}

void ReplayRecords::ran(const serve::RecordedRun& run) {
  const serve::StepRun& steps = run.run;
  if (!shows(steps.start, steps.end())) return;
  const std::string name =
      run.prompt_tokens > 0
          ? fmt::format("{} prompt tokens + {} decodes", run.prompt_tokens, steps.sequences)
          : fmt::format("{} x {} decodes", steps.steps, steps.sequences);
  add(fmt::format(
      R"({{"name":"{}","cat":"{}","ph":"X","pid":{},"tid":{},"ts":{:.3f},"dur":{:.3f},)"
      R"("args":{{"steps":{},"sequences":{},"context_tokens":{},"prompt_tokens":{},"waiting":{}}}}})",
      name, run.prompt_tokens > 0 ? "mixed" : "decode", run.pool, run.replica,
      microseconds(steps.start), microseconds(steps.end() - steps.start), steps.steps,
      steps.sequences, steps.context, run.prompt_tokens, run.waiting));
}

void ReplayRecords::ended(const serve::RecordedRequest& request) {
  const SimTime arrival = request.request.arrival;
  const SimTime end = arrival + request.times.e2e;
  if (shows(arrival, end)) {
    const auto mark = [&](const char* phase, const char* name, SimTime at) {
      return fmt::format(
          R"({{"name":"{}","cat":"request","ph":"{}","id":{},"pid":{},"tid":{},"ts":{:.3f}}})",
          name, phase, request.number, request.pool, request.replica, microseconds(at));
    };
    const std::string name = fmt::format("request {}: {} in, {} out", request.number,
                                         request.request.input, request.request.output);
    add(mark("b", name.c_str(), arrival));
    add(mark("n", "first token", arrival + request.times.ttft));
    add(mark("e", name.c_str(), end));
  }
  if (!per_request_) return;
  fmt::format_to(std::back_inserter(requests_), "{},{:.9f},{},{},{:.9f},{:.9f},{},{},{}\n",
                 request.number, seconds(arrival).base_units(), request.request.input,
                 request.request.output, seconds(request.times.ttft).base_units(),
                 seconds(request.times.e2e).base_units(), request.pool, request.replica,
                 request.kept ? 1 : 0);
}

std::string ReplayRecords::timeline() const {
  return "{\"displayTimeUnit\":\"ms\",\"traceEvents\":[\n" + events_ + "\n]}\n";
}

}  // namespace offtake::api
