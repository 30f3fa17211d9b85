#pragma once

#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include "offtake/base/random_stream.hpp"
#include "offtake/demand/request_source.hpp"
#include "offtake/serve/fleet.hpp"
#include "offtake/serve/linear_step_timer.hpp"
#include "offtake/serve/run_recorder.hpp"

/// What tests and benchmarks of serving share.
namespace offtake::serve::example {

/// Requests that a test has written down.
class ListedRequests : public demand::RequestSource {
 public:
  explicit ListedRequests(std::vector<demand::Request> requests) : requests_(std::move(requests)) {}

  std::optional<demand::Request> next() override {
    if (given_ == requests_.size()) return std::nullopt;
    return requests_[given_++];
  }

 private:
  std::vector<demand::Request> requests_;
  std::size_t given_ = 0;
};

/// `count` requests at `rate` a second, with exponential waits between them and lengths that are
/// log-normal with the means of conversations: 1,155 tokens in and 211 out.
class RandomRequests : public demand::RequestSource {
 public:
  RandomRequests(std::int64_t count, double rate, std::uint64_t seed)
      : left_(count), rate_(rate), random_(seed, "example/requests", 0) {}

  std::optional<demand::Request> next() override {
    if (left_-- <= 0) return std::nullopt;
    now_ += sim_time(Seconds::in_base_units(random_.exponential() / rate_));
    return demand::Request{.arrival = now_, .input = length(1155.0), .output = length(211.0)};
  }

 private:
  /// With a standard deviation of 0.8 of the logarithm.
  std::int32_t length(double mean) {
    const double value = mean * std::exp(0.8 * random_.normal() - 0.32);
    return std::max(1, static_cast<std::int32_t>(std::min(4000.0, value)));
  }

  std::int64_t left_;
  double rate_;
  RandomStream random_;
  SimTime now_;
};

/// Keeps what it is told.
class Recording : public RunRecorder {
 public:
  void ran(const RecordedRun& run) override { runs.push_back(run); }
  void ended(const RecordedRequest& request) override { requests.push_back(request); }

  std::vector<RecordedRun> runs;
  std::vector<RecordedRequest> requests;
};

inline constexpr Picoseconds kMillisecond = 1'000'000'000;
inline constexpr Picoseconds kMicrosecond = 1'000'000;

/// Steps of a 70-billion model on four chips, in round figures.
inline const LinearStepTimer kChat({.step = 25 * kMillisecond,
                                    .per_sequence = 30 * kMicrosecond,
                                    .per_context_token = 50'000,
                                    .per_prompt_token = 120 * kMicrosecond});

inline Pool pool_of(const StepTimer& timer, int replicas) {
  return {.name = "pool",
          .replica = {.timer = &timer,
                      .sequences_max = 128,
                      .token_budget = 512,
                      .kv_blocks = 20'000,
                      .block_tokens = 16},
          .replicas = replicas,
          .scaling = {},
          .outages = {}};
}

}  // namespace offtake::serve::example
