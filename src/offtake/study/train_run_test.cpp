#include "offtake/study/train_run.hpp"

#include <doctest/doctest.h>

#include "offtake/base/input_error.hpp"
#include "offtake/perf/training_example.hpp"
#include "offtake/study/training_rate.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::study {

using namespace literals;
using perf::example::dgx_a100;
using perf::example::gpt3_175b;
using perf::example::hgx_h100;
using perf::example::llama_405b;

namespace {

TrainRequest gpt3_request() {
  return {.job = {.sequence = 2048, .global_batch = 1536},
          .chips = 1024,
          .layout = perf::TrainingLayout{.parallel = {.tensor = 8, .pipeline = 8, .data = 16},
                                         .recompute = perf::Recompute::kSelective}};
}

}  // namespace

TEST_CASE("a given layout is answered by its own figures") {
  const auto answer = train_run(dgx_a100(), gpt3_175b(), gpt3_request(), {.threads = 1});
  REQUIRE(answer.has_value());
  CHECK(answer->evaluated == 1);
  CHECK(answer->breakdown.total() == answer->step_time.value);
  // 1,536 x 2,048 tokens a step on 1,024 chips: 3,072 tokens a chip.
  CHECK((answer->tokens_per_chip.value * answer->step_time.value).base_units() ==
        doctest::Approx(3072));
  CHECK(answer->mfu.value ==
        doctest::Approx(answer->model_flops_per_chip.value / 312.0_TFLOP_per_s));
  CHECK(answer->tokens_per_chip.low < answer->tokens_per_chip.value);
  CHECK(answer->tokens_per_chip.value < answer->tokens_per_chip.high);
  // exp(1.2816 x 0.16) = 1.2276.
  CHECK(answer->step_time.high / answer->step_time.value == doctest::Approx(1.2276).epsilon(1e-4));
}

TEST_CASE("a run's length, energy and cost follow from its steps and its goodput") {
  TrainRequest request = gpt3_request();
  // 300e9 tokens in steps of 3,145,728: 95,367.4 steps.
  request.amount = Tokens::in_base_units(300e9);
  request.price = 2.0_USD_per_chip_h;
  const auto answer = train_run(dgx_a100(), gpt3_175b(), request, {.threads = 1});
  REQUIRE(answer.has_value());
  REQUIRE(answer->run.has_value());
  const TrainingRun& run = *answer->run;
  CHECK(run.duration_of_steps.value / answer->step_time.value == doctest::Approx(95367.43));
  const perf::Goodput& goodput = answer->goodput.shares;
  CHECK(run.duration_of_steps.value / run.duration.value == doctest::Approx(goodput.training));
  // (55 + (400 - 55) x busy + 350) W x 1.15 a chip: idle while the job is down.
  const double busy = 1.0 - goodput.restart - goodput.maintenance;
  CHECK((run.energy.value / run.duration.value).in(1.0_W) ==
        doctest::Approx(1024 * 1.15 * (405 + 345 * busy)));
  CHECK(run.cost->value.in(1.0_USD) == doctest::Approx(1024 * 2.0 * run.duration.value.in(1.0_h)));
  // 0.17 failures a chip and year in the 99% of the time that is not maintenance.
  CHECK(run.failures_expected ==
        doctest::Approx(0.17 * 1024 * run.duration.value.in(365.0_days) * 0.99));
}

TEST_CASE("a checkpoint holds weights and optimizer") {
  TrainRequest request = gpt3_request();
  const auto answer = train_run(dgx_a100(), gpt3_175b(), request, {.threads = 1});
  // 96 x 12 x 12,288^2 + 51,200 x 12,288 = 174.57e9 weights of 2 + 12 bytes, over 1,024 x 0.12
  // GB/s.
  CHECK(answer->conditions.state.in(1.0_GB) == doctest::Approx(2444).epsilon(1e-3));
  CHECK(answer->goodput.job.checkpoint.write().in(1.0_s) == doctest::Approx(19.89).epsilon(1e-3));
  // 600 s and then the load.
  CHECK(answer->goodput.job.restart.in(1.0_s) == doctest::Approx(619.89).epsilon(1e-3));
}

TEST_CASE("an interval shorter than a checkpoint's write is the user's error") {
  TrainRequest request = gpt3_request();
  request.run.checkpoint_interval = 10.0_s;
  CHECK_THROWS_AS((void)train_run(dgx_a100(), gpt3_175b(), request, {.threads = 1}), InputError);
  request.run.checkpoint_interval = 3600.0_s;
  const auto answer = train_run(dgx_a100(), gpt3_175b(), request, {.threads = 1});
  CHECK(*answer->goodput.checkpoint_interval == 3600.0_s);
}

TEST_CASE("an amount in FLOP is the tokens that take them") {
  TrainRequest request = gpt3_request();
  request.amount = Tokens::in_base_units(300e9);
  const auto by_tokens = train_run(dgx_a100(), gpt3_175b(), request, {.threads = 1});
  // 1,047.4e9 + 14.5e9 FLOP a token.
  const double flops_per_token =
      6.0 * (96 * 12.0 * 12288 * 12288 + 51200.0 * 12288) + 3.0 * 96 * 4 * 12288 * 1024;
  request.amount = Flops::in_base_units(300e9 * flops_per_token);
  const auto by_flops = train_run(dgx_a100(), gpt3_175b(), request, {.threads = 1});
  CHECK(by_flops->run->duration.value / by_tokens->run->duration.value == doctest::Approx(1.0));
}

TEST_CASE("a search is at least as fast as a layout chosen by hand") {
  TrainRequest request = gpt3_request();
  const auto chosen = train_run(dgx_a100(), gpt3_175b(), request, {.threads = 1});
  request.layout.reset();
  const auto searched = train_run(dgx_a100(), gpt3_175b(), request, {.threads = 2});
  REQUIRE(searched.has_value());
  CHECK(searched->step_time.value <= chosen->step_time.value);
  CHECK(searched->evaluated > 1000);
  CHECK(searched->best.size() == request.best_count);
}

TEST_CASE("the band of a mixture of experts is wider") {
  // exp(1.2816 x 1.6 x 0.16) = 1.3883.
  const TrainRequest request{.job = {.sequence = 4096, .global_batch = 512},
                             .chips = 64,
                             .layout = perf::TrainingLayout{.parallel = {.data = 64, .expert = 8}}};
  const auto answer = train_run(hgx_h100(), perf::example::qwen3_30b(), request, {.threads = 1});
  REQUIRE(answer.has_value());
  CHECK(answer->step_time.high / answer->step_time.value == doctest::Approx(1.3883).epsilon(1e-4));
}

TEST_CASE("a model that does not fit is answered with the shortage") {
  TrainRequest request{.job = {.sequence = 8192, .global_batch = 8}, .chips = 8};
  const auto answer = train_run(hgx_h100(), llama_405b(), request, {.threads = 1});
  REQUIRE(!answer.has_value());
  REQUIRE(answer.error().shortage.has_value());
  CHECK(answer.error().evaluated > 0);
}

TEST_CASE("a layout that does not lie on a torus is answered with the group that does not") {
  hardware::System system = dgx_a100();
  system.scale_up.topology = hardware::Topology::kTorus;
  system.scale_up.chips = 16;
  system.scale_up.dimensions = {{.chips = 4, .wraps = true}, {.chips = 4, .wraps = true}};
  TrainRequest request{.job = {.sequence = 2048, .global_batch = 12},
                       .chips = 12,
                       .layout = perf::TrainingLayout{.parallel = {.tensor = 2, .data = 6}}};
  auto answer = train_run(system, gpt3_175b(), request, {.threads = 1});
  REQUIRE(!answer.has_value());
  CHECK(answer.error().shortage.has_value());  // 3 x 4 of 4 x 4: it lies there, and is too large.
  request.chips = 14;
  request.job.global_batch = 7;
  request.layout->parallel.data = 7;
  answer = train_run(system, gpt3_175b(), request, {.threads = 1});
  REQUIRE(!answer.has_value());
  CHECK(answer.error().reason ==
        "the 7 data ranks, 2 chips apart, do not lie on the network: no box of 14 chips fits the "
        "torus");
}

TEST_CASE("a layout that breaks rules is the user's error, all of it") {
  TrainRequest request = gpt3_request();
  request.layout->parallel.tensor = 7;
  try {
    (void)train_run(dgx_a100(), gpt3_175b(), request, {.threads = 1});
    FAIL("no error was thrown");
  } catch (const InputError& error) {
    CHECK(error.problems().size() == 2);
  }
}

TEST_CASE("a planner's chip sustains about what large runs report") {
  // Llama 3.1 405B on 8,192 H100 at 8K: 430 TFLOP/s (Grattafiori et al., 2024, table 4). The best
  // layout may be somewhat faster than theirs.
  const auto rate = training_flops_rate_per_chip(hgx_h100(), llama_405b(), {});
  REQUIRE(rate.has_value());
  CHECK(rate->value.in(1.0_TFLOP_per_s) == doctest::Approx(430).epsilon(0.2));
  CHECK(!training_flops_rate_per_chip(hgx_h100(), llama_405b(), {.chips = 8}).has_value());
}

}  // namespace offtake::study
