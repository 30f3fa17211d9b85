#include "offtake/perf/layout_search.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <array>

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

namespace {

hardware::System random_system() {
  hardware::System system = *rc::gen::element(example::dgx_a100(), example::hgx_h100());
  system.scale_up.bandwidth.value *= *rc::gen::inRange(1, 10) / 5.0;
  system.chip.hbm_capacity.value *= *rc::gen::inRange(1, 6) / 2.0;
  system.training.step.fused_attention = *rc::gen::arbitrary<bool>();
  if (*rc::gen::arbitrary<bool>()) {
    system.scale_up.topology = hardware::Topology::kTorus;
    system.scale_up.chips = 64;
    system.scale_up.dimensions = {{.chips = 8, .wraps = true}, {.chips = 8, .wraps = true}};
  }
  return system;
}

TrainingJob random_job() {
  return {.sequence = 1024 << *rc::gen::inRange(0, 4),
          .global_batch = *rc::gen::element(32, 48, 64, 128),
          .adapter_rank = *rc::gen::element(0, 0, 16),
          .prediction_modules = *rc::gen::element(0, 0, 1)};
}

LayoutSpace random_space() {
  LayoutSpace space = *rc::gen::arbitrary<bool>() ? LayoutSpace::whole() : LayoutSpace{};
  space.micro_batch_max = *rc::gen::inRange(1, 9);
  space.context_max = *rc::gen::element(1, 4);
  space.recompute_layers.resize(std::min<std::size_t>(space.recompute_layers.size(), 2));
  return space;
}

}  // namespace

TEST_CASE("bounds pass over layouts and never change the best") {
  std::size_t passed_over = 0;
  CHECK(rc::check([&] {
    const hardware::System system = random_system();
    const model::ModelArchitecture architecture =
        *rc::gen::element(example::gpt3_175b(), example::qwen3_30b());
    const TrainingModel model(architecture, system, random_job());
    const LayoutSpace space = random_space();
    const int chips = *rc::gen::element(8, 16, 24, 64);
    const auto count = static_cast<std::size_t>(*rc::gen::inRange(1, 12));
    const LayoutSearch all =
        search_layouts(model, system, chips, space, count, {.threads = 1}, SearchBound::kNone);
    const LayoutSearch bounded =
        search_layouts(model, system, chips, space, count, {.threads = *rc::gen::inRange(1, 4)});
    passed_over += bounded.bounded;
    RC_ASSERT(all.bounded == 0U);
    RC_ASSERT(all.evaluated == bounded.evaluated);
    RC_ASSERT(all.best.size() == bounded.best.size());
    RC_ASSERT(all.nearest.has_value() == bounded.nearest.has_value());
    for (std::size_t i = 0; i < all.best.size(); ++i) {
      RC_ASSERT(all.best[i].layout == bounded.best[i].layout);
      RC_ASSERT(all.best[i].step.time.total() == bounded.best[i].step.time.total());
    }
  }));
  CHECK(passed_over > 0);
}

TEST_CASE("chips that make no box of a torus are told so") {
  hardware::System system = example::hgx_h100();
  system.scale_up.topology = hardware::Topology::kTorus;
  system.scale_up.chips = 16;
  system.scale_up.dimensions = {{.chips = 4, .wraps = true}, {.chips = 4, .wraps = true}};
  model::ModelArchitecture small = example::gpt3_175b();
  small.groups.front().layers = 1;
  const TrainingModel model(small, system, {.sequence = 2048, .global_batch = 7});
  const LayoutSearch found = search(model, system, 7);
  CHECK(found.best.empty());
  REQUIRE(found.unplaced.has_value());
  CHECK(found.unplaced->group == "data");
  CHECK(found.unplaced->ranks == 7);
}

TEST_CASE("no layout takes less than its bound") {
  CHECK(rc::check([] {
    const hardware::System system = random_system();
    const TrainingModel model(example::qwen3_30b(), system, random_job());
    const LayoutSpace space = random_space();
    for (const FoundLayout& each :
         search_layouts(model, system, 16, space, 1000, {.threads = 1}, SearchBound::kNone).best) {
      RC_ASSERT(model.least_time(each.layout) <= each.step.time.total());
      RC_ASSERT(layout_problems(each.layout, model.work(), model.job(),
                                {.chips = 16, .scale_up_chips = system.scale_up.chips})
                    .empty());
    }
  }));
}

TEST_CASE("no layout beats one of the front, and the front has the fastest") {
  const hardware::System system = example::hgx_h100();
  const TrainingModel model(example::qwen3_30b(), system, {.sequence = 4096, .global_batch = 64});
  const std::array chips{8, 16, 32};
  const std::vector<FoundLayout> front = pareto_layouts(model, system, chips, {}, {.threads = 2});
  REQUIRE(front.size() > 3);
  CHECK(pareto_layouts(model, system, chips, {}, {.threads = 1}).size() == front.size());
  const auto beats = [](const FoundLayout& a, const FoundLayout& b) {
    return a.step.time.total() <= b.step.time.total() &&
           a.step.memory.total() <= b.step.memory.total() &&
           a.layout.parallel.chips() <= b.layout.parallel.chips();
  };
  for (const int count : chips) {
    const LayoutSearch all =
        search_layouts(model, system, count, {}, 100000, {.threads = 1}, SearchBound::kNone);
    for (const FoundLayout& each : all.best) {
      CHECK(std::ranges::any_of(front, [&](const FoundLayout& one) { return beats(one, each); }));
    }
  }
  for (const FoundLayout& one : front) {
    CHECK(std::ranges::count_if(front, [&](const FoundLayout& each) { return beats(each, one); }) ==
          1);
  }
}

}  // namespace offtake::perf
