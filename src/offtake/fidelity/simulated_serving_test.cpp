#include "offtake/fidelity/simulated_serving.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <variant>
#include <vector>

#include "offtake/catalog/catalog.hpp"
#include "offtake/perf/decode.hpp"
#include "offtake/perf/prefill.hpp"
#include "offtake/perf/sharded_model.hpp"
#include "offtake/serve/linear_step_timer.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::fidelity {
namespace {

using namespace offtake::literals;
using measurement::InferenceConditions;
using measurement::Scenario;

constexpr serve::Picoseconds kMillisecond = 1'000'000'000;

const catalog::Catalog& own() {
  static const catalog::Catalog catalog = catalog::load_catalog(OFFTAKE_SOURCE_DIR "/catalog");
  return catalog;
}

ServingRun run_of(const InferenceConditions& conditions) {
  auto run = read_run(conditions, own());
  if (!run) FAIL(run.error().reason);
  return *run;
}

hardware::System system_of(const ServingRun& run) {
  return own().on_stack(**own().system(run.system), run.stack);
}

/// A closed loop that every test may change.
InferenceConditions plain() {
  return {.model = "Llama-3.1-70B",
          .chip = "H100-SXM",
          .weights = "fp8",
          .framework = "vllm",
          .tensor = 4,
          .input = 1024.0,
          .output = 500.0,
          .concurrency = 8.0};
}

constexpr const char* kDrawn = "InferenceX; lengths drawn from 0.8-1.0 of nominal isl/osl; ";
constexpr const char* kGap = "dp=attention DP; moe_tp=1; NVIDIA gap-analysis run";

serve::ReplicaSettings replica_of(const InferenceConditions& conditions) {
  const ServingRun run = run_of(conditions);
  const auto deployment = simulated_deployment(run, system_of(run));
  REQUIRE(deployment.has_value());
  REQUIRE(deployment->fleet.pools.size() == 1);
  return deployment->fleet.pools.front().replica;
}

serve::Fleet fleet_of(const serve::StepTimer& timer, serve::Batching batching,
                      std::int64_t token_budget) {
  serve::Fleet fleet;
  fleet.pools.push_back({.name = "pool",
                         .replica = {.timer = &timer,
                                     .batching = batching,
                                     .token_budget = token_budget,
                                     .kv_blocks = 10'000},
                         .replicas = 1,
                         .scaling = {},
                         .outages = {},
                         .price = {},
                         .power_idle = {},
                         .power_busy = {}});
  return fleet;
}

LoopBenchmark fixed(std::int32_t input, std::int32_t output, int users, std::int64_t requests) {
  return {.lengths = demand::IndependentLengths{.input = demand::FixedLength{input},
                                                .output = demand::FixedLength{output}},
          .users = users,
          .requests = requests};
}

/// Times of requests in the order in which they end.
class RequestTimes : public serve::RunRecorder {
 public:
  void ran(const serve::RecordedRun& /*run*/) override {}
  void ended(const serve::RecordedRequest& request) override { requests.push_back(request); }

  std::vector<double> ttft_ms() const {
    std::vector<double> times;
    for (const auto& request : requests) {
      times.push_back(static_cast<double>(request.times.ttft.ns) * 1e-6);
    }
    return times;
  }
  /// The most that were under way at once.
  int most() const {
    std::vector<std::pair<SimTime, int>> changes;  // At one instant an end comes first.
    for (const auto& request : requests) {
      changes.emplace_back(request.request.arrival, 1);
      changes.emplace_back(request.request.arrival + request.times.e2e, -1);
    }
    std::ranges::sort(changes);
    int now = 0;
    int most = 0;
    for (const auto& change : changes) most = std::max(most, now += change.second);
    return most;
  }

  std::vector<serve::RecordedRequest> requests;
};

}  // namespace

TEST_CASE("by hand: two users of a replica whose steps all take 10 ms") {
  // Both prompts are in the first step: first tokens at 10 ms, the third and last at 30 ms. The
  // next two requests do the same from 30 to 60 ms. 4 x 3 tokens in 60 ms are 200 a second.
  const serve::LinearStepTimer timer({.step = 10 * kMillisecond});
  const serve::RunOutcome outcome =
      run_benchmark(fleet_of(timer, serve::Batching::kChunked, 100), fixed(10, 3, 2, 4));
  CHECK(outcome.counts.completed == 4);
  CHECK(outcome.duration().in(1.0_ms) == doctest::Approx(60.0));
  CHECK(outcome.output_rate().base_units() == doctest::Approx(200.0));
  CHECK(outcome.latency.ttft.mean() == doctest::Approx(10e-3));
  CHECK(outcome.latency.tpot.mean() == doctest::Approx(10e-3));
  CHECK(outcome.latency.e2e.mean() == doctest::Approx(30e-3));
}

TEST_CASE("by hand: mixed steps part a first wave, steps of prompts alone keep it together") {
  // A step takes 1 ms and 0.1 ms a prompt token, and has 100 tokens. Two users, 100 in, 5 out.
  // Mixed: A's prompt to 11.0; A and 99 of B to 21.9; A and the last of B to 23.0; A ends at 25.0.
  // A' comes when a step of B has begun: that to 26.0, B and 99 of A' to 36.9, when B ends, the
  // last of A' to 38.0. B' comes at 36.9: A' and 99 of B' to 48.9, A' and the last of B' to 50.0.
  // So only B, of the first wave, waits for another's prompt.
  const serve::LinearStepTimer timer({.step = kMillisecond, .per_prompt_token = kMillisecond / 10});
  RequestTimes mixed;
  run_benchmark(fleet_of(timer, serve::Batching::kChunked, 100), fixed(100, 5, 2, 4), &mixed);
  const std::vector<double> parted{11.0, 23.0, 13.0, 13.1};
  REQUIRE(mixed.requests.size() == 4);
  for (std::size_t i = 0; i < 4; ++i) CHECK(mixed.ttft_ms()[i] == doctest::Approx(parted[i]));
  // Prompts first: A to 11, B to 22, four decode steps of both to 26, and the same again.
  RequestTimes stopped;
  run_benchmark(fleet_of(timer, serve::Batching::kPromptsFirst, 100), fixed(100, 5, 2, 4),
                &stopped);
  const std::vector<double> together{11.0, 22.0, 11.0, 22.0};
  REQUIRE(stopped.requests.size() == 4);
  for (std::size_t i = 0; i < 4; ++i) CHECK(stopped.ttft_ms()[i] == doctest::Approx(together[i]));
}

TEST_CASE("by hand: lengths and requests of a benchmark") {
  InferenceConditions conditions = plain();
  const LoopBenchmark exact = loop_benchmark(run_of(conditions));
  const auto& lengths = std::get<demand::IndependentLengths>(exact.lengths);
  CHECK(std::get<demand::FixedLength>(lengths.input).tokens == 1024);
  CHECK(std::get<demand::FixedLength>(lengths.output).tokens == 500);
  CHECK(exact.users == 8);
  CHECK(exact.requests == 80);
  conditions.notes = kDrawn;
  conditions.concurrency = 2.0;
  // 0.8 x 1024 = 819.2: whole numbers from 819 to 1024. Two users send forty requests, not twenty.
  const LoopBenchmark drawn = loop_benchmark(run_of(conditions));
  const auto& input =
      std::get<demand::EmpiricalLength>(std::get<demand::IndependentLengths>(drawn.lengths).input);
  REQUIRE(input.entries.size() == 2);
  CHECK(input.entries[0].tokens == 818);
  CHECK(input.entries[0].share == 0.0);
  CHECK(input.entries[1].tokens == 1024);
  CHECK(drawn.requests == 40);
  conditions.notes = "vllm bench serve, random, 3000 prompts, max-num-seqs 256";
  CHECK(loop_benchmark(run_of(conditions)).requests == 3000);
}

TEST_CASE("by hand: tokens of a step") {
  InferenceConditions conditions = plain();
  CHECK(replica_of(conditions).token_budget == 8192 + 8);
  CHECK(replica_of(conditions).batching == serve::Batching::kChunked);
  CHECK(replica_of(conditions).sequences_max == 8);
  conditions.notes = kGap;
  CHECK(replica_of(conditions).token_budget == 1024 + 1500 + 8);
  conditions.notes = "max-num-seqs 4, max-num-batched-tokens 512";
  CHECK(replica_of(conditions).token_budget == 512);
  CHECK(replica_of(conditions).sequences_max == 4);
  conditions.notes = kGap;
  conditions.framework = "sglang";
  CHECK(replica_of(conditions).token_budget == 1024 + 1500);
  CHECK(replica_of(conditions).batching == serve::Batching::kPromptsFirst);
  // InferenceX and TensorRT-LLM: the nominal prompt, 64 and the batch, of DeepSeek-R1 alone.
  conditions.framework = "trt";
  conditions.notes = kDrawn;
  CHECK(replica_of(conditions).token_budget == 8192 + 8);
  conditions.model = "DeepSeek-R1";
  conditions.chip = "H200-SXM";
  conditions.tensor = 8;
  CHECK(replica_of(conditions).token_budget == 1024 + 64 + 8);
}

TEST_CASE("two pools: workers of each, and a link at a chip's bandwidth for each transfer") {
  const ServingRun run = run_of({.model = "gpt-oss-120b",
                                 .chip = "H200-SXM",
                                 .weights = "mxfp4",
                                 .framework = "SGLang",
                                 .input = 128.0,
                                 .output = 682.0,
                                 .concurrency = 16.0,
                                 .scenario = Scenario::kDisaggregated,
                                 .notes = "1 prefill + 3 decode workers of TP2"});
  const auto deployment = simulated_deployment(run, system_of(run));
  REQUIRE(deployment.has_value());
  const serve::Fleet& fleet = deployment->fleet;
  REQUIRE(fleet.pools.size() == 2);
  CHECK(fleet.pools[0].replica.role == serve::Role::kPrefill);
  CHECK(fleet.pools[0].replicas == 1);
  CHECK(fleet.pools[1].replica.role == serve::Role::kDecode);
  CHECK(fleet.pools[1].replicas == 3);
  REQUIRE(fleet.link.has_value());
  CHECK(fleet.link->shared / fleet.link->of_one == doctest::Approx(16.0));
  const auto prediction = predict_by_simulation(run, system_of(run));
  REQUIRE(prediction.has_value());
  CHECK(prediction->chips == 8);
  // The handshake and a decode step are at least in it.
  CHECK(prediction->ttft.p50 > 10.0_ms);
}

TEST_CASE("what is not a closed loop is not simulated, and says so") {
  InferenceConditions conditions = plain();
  conditions.scenario = Scenario::kFixedBatch;
  const ServingRun run = run_of(conditions);
  const auto prediction = predict_by_simulation(run, system_of(run));
  REQUIRE_FALSE(prediction.has_value());
  CHECK(prediction.error().reason == "runs are simulated in closed loop only");
  CHECK_FALSE(prediction.error().does_not_fit);
}

TEST_CASE("weights beyond the memory are told as in the closed form") {
  InferenceConditions conditions = plain();
  conditions.weights = "bf16";
  conditions.tensor = 1;
  const ServingRun run = run_of(conditions);
  const auto closed_form = predict(run, system_of(run));
  const auto simulated = predict_by_simulation(run, system_of(run));
  REQUIRE_FALSE(closed_form.has_value());
  REQUIRE_FALSE(simulated.has_value());
  CHECK(simulated.error().does_not_fit);
  CHECK(closed_form.error().does_not_fit);
  CHECK(simulated.error().reason.starts_with("needs "));
}

TEST_CASE("law: no more requests are under way than there are users, and all are served") {
  rc::check([] {
    const int users = *rc::gen::inRange(1, 12);
    const std::int64_t requests = *rc::gen::inRange(1, 80);
    const serve::LinearStepTimer timer(
        {.step = *rc::gen::inRange<serve::Picoseconds>(1, 20) * kMillisecond,
         .per_sequence = *rc::gen::inRange<serve::Picoseconds>(0, 3) * kMillisecond,
         .per_prompt_token = *rc::gen::inRange<serve::Picoseconds>(0, 2) * kMillisecond / 10});
    const auto batching =
        *rc::gen::element(serve::Batching::kChunked, serve::Batching::kPromptsFirst);
    const LoopBenchmark benchmark{
        .lengths = demand::IndependentLengths{.input = demand::EmpiricalLength{{{50, 1.0}}},
                                              .output = demand::EmpiricalLength{{{20, 1.0}}}},
        .users = users,
        .requests = requests};
    RequestTimes seen;
    const auto outcome = run_benchmark(fleet_of(timer, batching, *rc::gen::inRange(1, 200) + users),
                                       benchmark, &seen);
    RC_ASSERT(outcome.counts.completed == requests);
    RC_ASSERT(seen.most() <= users);
    RC_ASSERT(seen.most() == std::min<std::int64_t>(users, requests));
  });
}

TEST_CASE(
    "law: tokens come no faster than decode steps of all users, the first no sooner than "
    "the prompt alone") {
  rc::check([] {
    InferenceConditions conditions = plain();
    conditions.concurrency = *rc::gen::inRange(1, 40);
    conditions.input = *rc::gen::inRange(1, 6000);
    conditions.output = *rc::gen::inRange(2, 400);
    conditions.framework = *rc::gen::element<std::string>("vllm", "trtllm", "sglang");
    const ServingRun run = run_of(conditions);
    const hardware::System system = system_of(run);
    const auto model = perf::shard(*run.model, system, run.layout, assumptions_of(run));
    RC_ASSERT(model.has_value());
    const auto prediction = predict_by_simulation(run, system);
    RC_ASSERT(prediction.has_value());
    constexpr double kTables = 1.002;  // Of steps; and quantiles are within 0.5%.
    double fastest = 0.0;              // Tokens a second of decode steps, at the shortest context.
    for (int sequences = 1; sequences <= static_cast<int>(*conditions.concurrency); ++sequences) {
      const Seconds step = perf::decode_cost(*model, sequences, *conditions.input).total();
      fastest = std::max(fastest, sequences / step.base_units());
    }
    // The first token of each request is its prompt's.
    const double decoded = (*conditions.output - 1.0) / *conditions.output;
    RC_ASSERT(prediction->output_rate.base_units() * decoded <= kTables * fastest);
    const Seconds alone = model->fixed.request.value +
                          perf::prompt_time(*model, *conditions.input, *conditions.input);
    RC_ASSERT(1.006 * kTables * prediction->ttft.p50 >= alone);
    RC_ASSERT(prediction->total_rate / prediction->output_rate ==
              doctest::Approx((*conditions.input + *conditions.output) / *conditions.output));
  });
}

TEST_CASE("law: one user is served as the closed form says, but for half a step") {
  rc::check([] {
    InferenceConditions conditions = plain();
    conditions.concurrency = 1.0;
    conditions.input = *rc::gen::inRange(1, 20'000);
    conditions.output = *rc::gen::inRange(2, 2000);
    conditions.framework = *rc::gen::element<std::string>("vllm", "trtllm", "sglang");
    const ServingRun run = run_of(conditions);
    const hardware::System system = system_of(run);
    const auto closed_form = predict(run, system);
    const auto simulated = predict_by_simulation(run, system);
    RC_ASSERT(closed_form.has_value() && simulated.has_value());
    // Tables, and a prompt's last chunk that rides with nobody.
    RC_ASSERT(simulated->tpot.mean / closed_form->tpot.mean == doctest::Approx(1.0).epsilon(0.005));
    const Seconds half_step = closed_form->tpot.mean / 2.0;
    RC_ASSERT((simulated->ttft.mean + half_step) / closed_form->ttft.mean ==
              doctest::Approx(1.0).epsilon(0.005));
  });
}

}  // namespace offtake::fidelity
