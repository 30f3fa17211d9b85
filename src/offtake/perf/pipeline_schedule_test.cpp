#include "offtake/perf/pipeline_schedule.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <vector>

#include "offtake/units/literals.hpp"

namespace offtake::perf {

using namespace offtake::literals;

namespace {

/// One pass of one micro-batch through one group of layers.
struct Pass {
  bool forward;
  int group;
  int micro_batch;
};

/// The passes of `stage` in the order in which Megatron-LM runs them (Narayanan et al., SC 2021).
std::vector<Pass> passes_of_stage(const PipelineSchedule& schedule, int stage) {
  const auto [p, v, m] = schedule;
  const auto pass = [&](bool forward, int k) {
    const int group = (k / p) % v;
    return Pass{forward, forward ? group : v - 1 - group, v == 1 ? k : k / (p * v) * p + k % p};
  };
  const int warm_up = std::min(v == 1 ? p - 1 - stage : 2 * (p - 1 - stage) + (v - 1) * p, m * v);
  std::vector<Pass> passes;
  for (int k = 0; k < warm_up; ++k) passes.push_back(pass(true, k));
  for (int k = 0; k < m * v; ++k) {
    if (warm_up + k < m * v) passes.push_back(pass(true, warm_up + k));
    passes.push_back(pass(false, k));
  }
  return passes;
}

struct SimulatedStep {
  double time;
  std::vector<double> in_flight;  ///< Of each stage at its fullest.
};

/// Runs the passes as soon as their order and their inputs allow. A forward pass through a group
/// takes `forward`, a backward pass `backward`.
SimulatedStep simulate(const PipelineSchedule& schedule, double forward, double backward) {
  const auto [p, v, m] = schedule;
  const int depth = p * v;
  const auto slot = [&](int level, int micro_batch) {
    return static_cast<std::size_t>(level * m + micro_batch);
  };
  std::vector<double> forward_end(static_cast<std::size_t>(depth * m), -1.0);
  std::vector<double> backward_end(forward_end);
  std::vector<std::vector<Pass>> passes;
  for (int stage = 0; stage < p; ++stage) passes.push_back(passes_of_stage(schedule, stage));
  std::vector<std::size_t> next(passes.size(), 0);
  std::vector<double> clock(passes.size(), 0.0);
  for (bool moved = true; moved;) {
    moved = false;
    for (std::size_t stage = 0; stage < passes.size(); ++stage) {
      while (next[stage] < passes[stage].size()) {
        const Pass pass = passes[stage][next[stage]];
        const int level = pass.group * p + static_cast<int>(stage);
        double ready = 0.0;
        if (pass.forward) {
          if (level > 0) ready = forward_end[slot(level - 1, pass.micro_batch)];
        } else if (level + 1 < depth) {
          ready = backward_end[slot(level + 1, pass.micro_batch)];
        } else {
          ready = forward_end[slot(level, pass.micro_batch)];
        }
        if (ready < 0.0) break;
        clock[stage] = std::max(clock[stage], ready) + (pass.forward ? forward : backward);
        (pass.forward ? forward_end : backward_end)[slot(level, pass.micro_batch)] = clock[stage];
        ++next[stage];
        moved = true;
      }
    }
  }
  std::vector<double> in_flight;
  for (const std::vector<Pass>& passes_here : passes) {
    int held = 0;
    int held_most = 0;
    for (const Pass& pass : passes_here) {
      held += pass.forward ? 1 : -1;
      held_most = std::max(held_most, held);
    }
    in_flight.push_back(static_cast<double>(held_most) / v);
  }
  return {.time = *std::ranges::max_element(clock), .in_flight = in_flight};
}

}  // namespace

TEST_CASE("four stages wait for three micro-batches") {
  // (4 - 1) x 30 ms; the step then takes (8 + 3) x 30 ms, a bubble of 3/8 of the work.
  CHECK(pipeline_bubble({.stages = 4, .micro_batches = 8}, 30.0_ms).in(1.0_ms) ==
        doctest::Approx(90.0));
}

TEST_CASE("interleaving divides the bubble by the virtual stages") {
  // (4 - 1) x 30 ms / 3.
  const PipelineSchedule schedule{.stages = 4, .virtual_stages = 3, .micro_batches = 8};
  CHECK(pipeline_bubble(schedule, 30.0_ms).in(1.0_ms) == doctest::Approx(30.0));
}

TEST_CASE("micro-batches that do not fill the last round leave gaps") {
  // 6 of 8 places of two rounds: 2 missing, (3 - 1) x 2 x 10 ms on top of 3 x 10 ms.
  const PipelineSchedule schedule{.stages = 4, .virtual_stages = 3, .micro_batches = 6};
  CHECK(pipeline_bubble(schedule, 30.0_ms).in(1.0_ms) == doctest::Approx(70.0));
}

TEST_CASE("one micro-batch passes alone through the whole pipeline and back") {
  // It works for 30 ms in each of four stages, so each stage waits for three others.
  CHECK(
      pipeline_bubble({.stages = 4, .virtual_stages = 3, .micro_batches = 1}, 30.0_ms).in(1.0_ms) ==
      doctest::Approx(90.0));
}

TEST_CASE("the first stage holds as many micro-batches as there are stages, or all") {
  CHECK(micro_batches_in_flight({.stages = 4, .micro_batches = 8}, 0) == 4.0);
  CHECK(micro_batches_in_flight({.stages = 4, .micro_batches = 2}, 0) == 2.0);
  // 4 + 3 / 3: a share (p - 1) / (p v) = 1 / 4 more.
  CHECK(micro_batches_in_flight({.stages = 4, .virtual_stages = 3, .micro_batches = 8}, 0) == 5.0);
}

TEST_CASE("the last stage frees a micro-batch as soon as it has passed") {
  CHECK(micro_batches_in_flight({.stages = 4, .micro_batches = 8}, 3) == 1.0);
}

TEST_CASE("one stage sends nothing on, interleaved stages once for each of their groups") {
  CHECK(transfers_per_micro_batch({.stages = 1, .micro_batches = 8}) == 0);
  CHECK(transfers_per_micro_batch({.stages = 4, .micro_batches = 8}) == 1);
  CHECK(transfers_per_micro_batch({.stages = 4, .virtual_stages = 3, .micro_batches = 8}) == 3);
}

TEST_CASE("the formulas agree with the schedule run pass by pass") {
  CHECK(rc::check([] {
    const int stages = *rc::gen::inRange(1, 9);
    const int virtual_stages = stages == 1 ? 1 : *rc::gen::inRange(1, 5);
    const int micro_batches = stages * *rc::gen::inRange(1, 5);
    const double forward = *rc::gen::inRange(1, 10);
    const double backward = *rc::gen::inRange(1, 30);
    const PipelineSchedule schedule{stages, virtual_stages, micro_batches};
    const SimulatedStep step = simulate(schedule, forward, backward);
    const double pass = virtual_stages * (forward + backward);
    const double bubble = pipeline_bubble(schedule, pass * 1.0_s).in(1.0_s);
    RC_ASSERT(std::abs(step.time - (micro_batches * pass + bubble)) < 1e-9 * step.time);
    for (int stage = 0; stage < stages; ++stage) {
      const double held = micro_batches_in_flight(schedule, stage);
      RC_ASSERT(std::abs(step.in_flight[static_cast<std::size_t>(stage)] - held) < 1e-9);
    }
  }));
}

TEST_CASE("more micro-batches never make the bubble's share larger") {
  CHECK(rc::check([] {
    const int stages = *rc::gen::inRange(1, 65);
    const int virtual_stages = *rc::gen::inRange(1, 9);
    const int rounds = *rc::gen::inRange(1, 65);
    const auto share = [&](int rounds_run) {
      const PipelineSchedule schedule{stages, virtual_stages, stages * rounds_run};
      return pipeline_bubble(schedule, 1.0_s) / (stages * rounds_run * 1.0_s);
    };
    RC_ASSERT(share(rounds + 1) <= share(rounds));
  }));
}

}  // namespace offtake::perf
