#pragma once

#include <optional>
#include <string>

#include "offtake/base/sourced.hpp"
#include "offtake/units/quantity.hpp"
#include "offtake/yaml/object_reader.hpp"

namespace offtake::catalog {

/// What 99 requests of 100 must keep to for a run to count. A benchmark limits either the first
/// token and the ones after it, or the whole request.
struct LatencyLimits {
  std::optional<Sourced<Seconds>> ttft;
  std::optional<Sourced<Seconds>> tpot;
  std::optional<Sourced<Seconds>> request;
};

/// A published serving benchmark: the model, what its dataset's requests hold, and the latency that
/// its scenarios allow. MLPerf's server scenario sends requests as a Poisson process; its
/// interactive one does so under tighter limits; its offline one sends all at once and limits none.
struct Benchmark {
  std::string id;
  std::string name;
  std::string model;                                ///< A model's id.
  Sourced<double> input_tokens;                     ///< Mean over the dataset.
  Sourced<double> output_tokens;                    ///< Mean of what the reference generates.
  std::optional<Sourced<double>> input_deviation;   ///< Standard deviation of the tokens.
  std::optional<Sourced<double>> output_deviation;  ///< Standard deviation of the tokens.
  std::optional<LatencyLimits> server;
  std::optional<LatencyLimits> interactive;
};

Benchmark read_benchmark(const yaml::ObjectReader& file, std::string id, yaml::Evidence evidence);

}  // namespace offtake::catalog
