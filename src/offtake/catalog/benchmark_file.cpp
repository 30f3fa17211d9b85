#include "offtake/catalog/benchmark_file.hpp"

#include <utility>

#include "offtake/catalog/entry_notes.hpp"
#include "offtake/catalog/sourced_figure.hpp"

namespace offtake::catalog {
namespace {

std::optional<Sourced<double>> deviation(const yaml::ObjectReader& file, std::string_view path,
                                         yaml::Evidence evidence) {
  const auto value = file.find(path);
  if (!value) return std::nullopt;
  return sourced_positive<double>(*value, "175", evidence);
}

std::optional<Sourced<Seconds>> limit(const yaml::ObjectReader& file, std::string_view path,
                                      yaml::Evidence evidence) {
  const auto value = file.find(path);
  if (!value) return std::nullopt;
  return sourced_positive<Seconds>(*value, "200 ms", evidence);
}

std::optional<LatencyLimits> limits(const yaml::ObjectReader& file, std::string_view path,
                                    yaml::Evidence evidence) {
  const auto value = file.find(path);
  if (!value) return std::nullopt;
  const yaml::ObjectReader scenario = value->object();
  const LatencyLimits limits{.ttft = limit(scenario, "/ttft", evidence),
                             .tpot = limit(scenario, "/tpot", evidence),
                             .request = limit(scenario, "/request", evidence)};
  if (!limits.ttft && !limits.tpot && !limits.request) {
    value->reject("a limit of ttft, tpot or request");
  }
  return limits;
}

}  // namespace

Benchmark read_benchmark(const yaml::ObjectReader& file, std::string id, yaml::Evidence evidence) {
  read_notes(file);
  Benchmark benchmark;
  benchmark.id = std::move(id);
  benchmark.name = file.text("/name");
  benchmark.model = file.text("/model");
  file.text("/dataset");
  benchmark.input_tokens = sourced_positive<double>(file.at("/input_tokens"), "232", evidence);
  benchmark.output_tokens = sourced_positive<double>(file.at("/output_tokens"), "294", evidence);
  benchmark.input_deviation = deviation(file, "/input_deviation", evidence);
  benchmark.output_deviation = deviation(file, "/output_deviation", evidence);
  benchmark.server = limits(file, "/server", evidence);
  benchmark.interactive = limits(file, "/interactive", evidence);
  return benchmark;
}

}  // namespace offtake::catalog
