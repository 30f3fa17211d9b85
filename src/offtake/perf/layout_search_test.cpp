#include "offtake/perf/layout_search.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "offtake/perf/layout_rules.hpp"
#include "offtake/perf/training_example.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::perf {

using namespace literals;

namespace {

LayoutSearch search(const TrainingModel& model, const hardware::System& system, int chips,
                    int threads = 1, const LayoutSpace& space = {}) {
  return search_layouts(model, system, chips, space, 5, {.threads = threads});
}

}  // namespace

TEST_CASE("two chips have as many layouts as are counted by hand") {
  // One plain layer, batch 2, no context: tp2, pp1, dp1 with micro 1 and 2; dp2 with micro 1. Two
  // layers deal out to two stages: pp2 with micro 1 and 2 (two groups a stage would be four of two
  // layers and the two tables: 4 divides 4, and needs two micro-batches: micro 1 only).
  // tp2: 2 x 1 sharding; dp2: 1 x 4; pp2: 3 x 1; each with three kinds of recompute.
  model::ModelArchitecture small = example::gpt3_175b();
  small.groups.front().layers = 2;
  const hardware::System system = example::dgx_a100();
  const TrainingModel model(small, system, {.sequence = 2048, .global_batch = 2});
  CHECK(search(model, system, 2, 1, {.context_max = 1}).evaluated == 3 * (2 + 4 + 3));
}

TEST_CASE("any number of threads finds the same layouts") {
  const hardware::System system = example::hgx_h100();
  const TrainingModel model(example::qwen3_30b(), system, {.sequence = 4096, .global_batch = 512});
  const LayoutSearch one = search(model, system, 64, 1);
  const LayoutSearch many = search(model, system, 64, 4);
  REQUIRE(one.best.size() == 5);
  CHECK(one.evaluated == many.evaluated);
  for (std::size_t i = 0; i < one.best.size(); ++i) {
    CHECK(one.best[i].layout == many.best[i].layout);
    CHECK(one.best[i].step.time.total() == many.best[i].step.time.total());
  }
}

TEST_CASE("what is found is legal, fits and is in order") {
  const hardware::System system = example::hgx_h100();
  const TrainingModel model(example::llama_405b(), system, {.sequence = 8192, .global_batch = 512});
  const LayoutSearch found = search(model, system, 512, 2);
  REQUIRE(!found.best.empty());
  CHECK(found.fitting <= found.evaluated);
  CHECK(!found.nearest.has_value());
  Seconds before;
  for (const FoundLayout& each : found.best) {
    CHECK(
        layout_problems(each.layout, model.work(), model.job(), {.chips = 512, .scale_up_chips = 8})
            .empty());
    CHECK(each.step.memory.total() <= 0.92 * 85.5_GB);
    CHECK(each.step.time.total() >= before);
    before = each.step.time.total();
  }
}

TEST_CASE("no layout drawn at random beats the best one found") {
  const hardware::System system = example::hgx_h100();
  const TrainingModel model(example::llama_405b(), system, {.sequence = 8192, .global_batch = 512});
  const Seconds best = search(model, system, 512, 2).best.front().step.time.total();
  CHECK(rc::check([&] {
    const int tensor = 1 << *rc::gen::inRange(0, 4);
    const int pipeline = 1 << *rc::gen::inRange(0, 6);
    const TrainingLayout layout{
        .parallel = {.tensor = tensor, .pipeline = pipeline, .data = 512 / tensor / pipeline},
        .micro_batch = 1,
        .recompute = static_cast<Recompute>(*rc::gen::inRange(0, 3)),
        .sharding = static_cast<Sharding>(*rc::gen::inRange(0, 4))};
    const auto step = model.step(layout);
    if (step) RC_ASSERT(step->time.total() >= best);
  }));
}

TEST_CASE("a model too large for its chips tells by how much the nearest layout misses") {
  const hardware::System system = example::hgx_h100();
  const TrainingModel model(example::llama_405b(), system, {.sequence = 8192, .global_batch = 64});
  const LayoutSearch found = search(model, system, 8);
  CHECK(found.best.empty());
  CHECK(found.fitting == 0);
  REQUIRE(found.nearest.has_value());
  CHECK(found.nearest->missing() > 0.0_GB);
}

}  // namespace offtake::perf
