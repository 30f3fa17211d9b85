#include "offtake/fidelity/source_fault.hpp"

#include <doctest/doctest.h>

namespace offtake::fidelity {
namespace {

using measurement::InferenceConditions;
using measurement::InferenceRow;
using measurement::Metric;
using measurement::Scenario;
using measurement::Statistic;

InferenceRow row(Metric metric, double value, Statistic statistic = Statistic::kMean) {
  InferenceConditions conditions;
  conditions.concurrency = 10.0;
  conditions.output = 101.0;
  return {.conditions = conditions, .metric = metric, .statistic = statistic, .value = value};
}

/// The fault of a single row under these conditions.
std::string known_fault(const InferenceConditions& conditions, Metric metric = Metric::kTpot) {
  return source_faults({{.conditions = conditions, .metric = metric, .value = 1.0}}).front();
}

}  // namespace

TEST_CASE("a fault is of its source and conditions, and of no other") {
  InferenceConditions sweep{.source = "Vultr-inference-cookbook", .concurrency = 512.0};
  CHECK(known_fault(sweep).find("400 prompts") != std::string::npos);
  sweep.concurrency = 256.0;
  CHECK(known_fault(sweep).empty());

  InferenceConditions sample{.source = "aiconfigurator-silicon-sample",
                             .date = "2026-02-05",
                             .model = "DeepSeek-R1",
                             .framework = "trtllm",
                             .scenario = Scenario::kServer};
  CHECK_FALSE(known_fault(sample).empty());
  sample.date = "2026-02-07";
  CHECK(known_fault(sample).empty());

  InferenceConditions added{.source = "aiconfigurator-silicon-sample",
                            .chip = "GB200",
                            .tensor = 16,
                            .expert = 1,
                            .scenario = Scenario::kServer};
  CHECK_FALSE(known_fault(added).empty());
  added.expert = 16;
  CHECK(known_fault(added).empty());
}

TEST_CASE("a fault may be of some metrics alone") {
  const InferenceConditions all_at_once{.source = "optimum-neuron-benchmark",
                                        .scenario = Scenario::kMaxThroughput};
  CHECK_FALSE(known_fault(all_at_once, Metric::kTtft).empty());
  CHECK_FALSE(known_fault(all_at_once, Metric::kEndToEnd).empty());
  CHECK(known_fault(all_at_once, Metric::kOutputRate).empty());
  const auto sound = sound_rows(
      {{.id = "wait", .conditions = all_at_once, .metric = Metric::kTtft, .value = 1.0},
       {.id = "rate", .conditions = all_at_once, .metric = Metric::kOutputRate, .value = 1.0}});
  REQUIRE(sound.size() == 1);
  CHECK(sound[0].id == "rate");

  const InferenceConditions benchmark{.source = "MLPerf-Inference-v5.1", .model = "Llama-3.1-8B"};
  CHECK_FALSE(known_fault(benchmark, Metric::kRequestRate).empty());
  CHECK(known_fault(benchmark, Metric::kOutputRate).empty());
}

TEST_CASE("by hand: a rate more than a quarter under what its times make is a contradiction") {
  // A request lasts 0.5 s + 100 x 5 ms = 1 s; ten at a time make 10 x 101 / 1 s = 1,010 tok/s, and
  // three quarters of that are 757.5.
  const auto told = [](double rate) {
    return source_faults(
        {row(Metric::kTtft, 500.0), row(Metric::kTpot, 5.0), row(Metric::kOutputRate, rate)});
  };
  CHECK(told(760.0) == std::vector<std::string>(3));
  for (const std::string& fault : told(755.0)) CHECK(fault.find("1.01e+03") != std::string::npos);
}

TEST_CASE("tails and rows that are missing contradict nothing") {
  const auto is_sound = [](const std::vector<InferenceRow>& run) {
    return sound_rows(run).size() == run.size();
  };
  CHECK(is_sound({row(Metric::kTtft, 500.0), row(Metric::kTpot, 5.0)}));
  CHECK(is_sound({row(Metric::kTtft, 500.0), row(Metric::kTpot, 5.0, Statistic::kP99),
                  row(Metric::kOutputRate, 1.0)}));
  std::vector<InferenceRow> unstated{row(Metric::kTtft, 500.0), row(Metric::kTpot, 5.0),
                                     row(Metric::kOutputRate, 1.0)};
  for (InferenceRow& of : unstated) of.conditions.concurrency.reset();
  CHECK(is_sound(unstated));
}

}  // namespace offtake::fidelity
