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
  return {.metric = metric, .statistic = statistic, .value = value};
}

constexpr InferenceConditions closed_loop() {
  InferenceConditions conditions;
  conditions.concurrency = 10.0;
  conditions.output = 101.0;
  return conditions;
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

TEST_CASE("by hand: a rate more than a quarter under what its times make is a contradiction") {
  // A request lasts 0.5 s + 100 x 5 ms = 1 s; ten at a time make 10 x 101 / 1 s = 1,010 tok/s, and
  // three quarters of that are 757.5.
  const auto told = [](double rate) {
    return contradiction(closed_loop(), {row(Metric::kTtft, 500.0), row(Metric::kTpot, 5.0),
                                         row(Metric::kOutputRate, rate)});
  };
  CHECK(told(760.0).empty());
  CHECK_FALSE(told(755.0).empty());
  CHECK(told(755.0).find("1.01e+03") != std::string::npos);
}

TEST_CASE("tails and rows that are missing contradict nothing") {
  CHECK(contradiction(closed_loop(), {row(Metric::kTtft, 500.0), row(Metric::kTpot, 5.0)}).empty());
  CHECK(contradiction(closed_loop(),
                      {row(Metric::kTtft, 500.0), row(Metric::kTpot, 5.0, Statistic::kP99),
                       row(Metric::kOutputRate, 1.0)})
            .empty());
  CHECK(contradiction(
            {}, {row(Metric::kTtft, 500.0), row(Metric::kTpot, 5.0), row(Metric::kOutputRate, 1.0)})
            .empty());
}

}  // namespace offtake::fidelity
