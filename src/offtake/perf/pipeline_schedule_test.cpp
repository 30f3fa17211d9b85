#include "offtake/perf/pipeline_schedule.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <vector>

#include "offtake/units/literals.hpp"

namespace offtake::perf {

using namespace offtake::literals;

namespace {

enum class Kind { kForward, kInputGradient, kWeightGradient };

/// One part of a pass of one micro-batch. Levels count groups of layers from the input; `path` is
/// the direction of DualPipe, whose levels are stages too.
struct Part {
  Kind kind;
  int path;
  int level;
  int micro_batch;

  auto operator<=>(const Part&) const = default;
};

/// Parts that a stage runs as one: all inputs must be there, and all outputs leave at the end.
using Op = std::vector<Part>;
using Order = std::vector<Op>;

/// The passes of `stage` in the order in which Megatron-LM runs them (Narayanan et al., SC 2021).
Order order_1f1b(const PipelineSchedule& schedule, int stage) {
  const auto [p, v, m, kind] = schedule;
  const auto micro_batch = [&](int k) { return v == 1 ? k : k / (p * v) * p + k % p; };
  const auto forward = [&](int k) {
    return Op{{Kind::kForward, 0, (k / p) % v * p + stage, micro_batch(k)}};
  };
  const auto backward = [&](int k) {
    const int level = (v - 1 - (k / p) % v) * p + stage;
    return Op{{Kind::kInputGradient, 0, level, micro_batch(k)},
              {Kind::kWeightGradient, 0, level, micro_batch(k)}};
  };
  const int warm_up = std::min(v == 1 ? p - 1 - stage : 2 * (p - 1 - stage) + (v - 1) * p, m * v);
  Order order;
  for (int k = 0; k < warm_up; ++k) order.push_back(forward(k));
  for (int k = 0; k < m * v; ++k) {
    if (warm_up + k < m * v) order.push_back(forward(warm_up + k));
    order.push_back(backward(k));
  }
  return order;
}

/// Stage i warms up with p - i forward passes, and from the i-th input gradient on computes one
/// weight gradient after each: ZB-H1 of Qi et al., ICLR 2024, figure 2.
Order order_zero_bubble(const PipelineSchedule& schedule, int stage) {
  const int p = schedule.stages;
  const int m = schedule.micro_batches;
  Order order;
  int forward = 0;
  int weight = 0;
  while (forward < std::min(m, p - stage)) order.push_back({{Kind::kForward, 0, stage, forward++}});
  for (int k = 0; k < m; ++k) {
    order.push_back({{Kind::kInputGradient, 0, stage, k}});
    if (k >= stage) order.push_back({{Kind::kWeightGradient, 0, stage, weight++}});
    if (forward < m) order.push_back({{Kind::kForward, 0, stage, forward++}});
  }
  while (weight < m) order.push_back({{Kind::kWeightGradient, 0, stage, weight++}});
  return order;
}

/// The passes of one rank of DualPipe. Path 0 of a rank is the one whose first stage is nearer.
class DualPipeRank {
 public:
  DualPipeRank(const PipelineSchedule& schedule, int rank)
      : p_(schedule.stages), rank_(rank), flip_(rank >= p_ / 2 ? 1 : 0) {}

  /// The eight phases of DeepSeek-AI's program of 2025.
  Order order(int micro_batches) {
    const int distance = std::min(rank_, p_ - 1 - rank_);
    const int to_middle = p_ / 2 - 1 - distance;
    for (int i = 0; i < 2 * to_middle; ++i) run({forward(0)});
    for (int i = 0; i <= distance; ++i) {
      run({forward(0)});
      run({forward(1)});
    }
    for (int i = 0; i < to_middle; ++i) {
      split_backward(1);
      run_weights();
      run({forward(1)});
    }
    for (int i = 0; i < micro_batches / 2 - p_ + distance + 1; ++i) {
      run({forward(0), backward(1)});
      run({forward(1), backward(0)});
    }
    for (int i = 0; i < to_middle; ++i) {
      run({backward(1)});
      run({forward(1), backward(0)});
    }
    bool split = false;
    const auto either = [&](int path) { split ? split_backward(path) : run({backward(path)}); };
    for (int i = 0; i <= distance; ++i) {
      const bool half = i == (distance + 1) / 2;
      split = split || (half && distance % 2 == 1);
      either(1);
      split = split || half;
      either(0);
    }
    for (int i = 0; i < to_middle; ++i) {
      run_weights();
      split_backward(0);
    }
    for (int i = 0; i <= distance; ++i) run_weights();
    return order_;
  }

 private:
  using Index = std::size_t;

  Part part(Kind kind, int near, int micro_batch) const {
    const int path = near ^ flip_;
    return {kind, path, path == 0 ? rank_ : p_ - 1 - rank_, micro_batch};
  }
  Op forward(int near) { return {part(Kind::kForward, near, forwards_[Index(near)]++)}; }
  Op backward(int near) {
    const int k = backwards_[Index(near)]++;
    return {part(Kind::kInputGradient, near, k), part(Kind::kWeightGradient, near, k)};
  }
  void split_backward(int near) {
    const Op both = backward(near);
    order_.push_back({both.front()});
    weights_.push_back(both.back());
  }
  void run_weights() {
    order_.push_back({weights_.front()});
    weights_.erase(weights_.begin());
  }
  void run(const std::vector<Op>& ops) {
    Op all;
    for (const Op& op : ops) all.insert(all.end(), op.begin(), op.end());
    order_.push_back(all);
  }

  int p_;
  int rank_;
  int flip_;
  std::array<int, 2> forwards_{};
  std::array<int, 2> backwards_{};
  Op weights_;
  Order order_;
};

Order order_of_stage(const PipelineSchedule& schedule, int stage) {
  switch (schedule.kind) {
    case Schedule::kZeroBubble:
      return order_zero_bubble(schedule, stage);
    case Schedule::kDualPipe:
      return DualPipeRank(schedule, stage).order(schedule.micro_batches);
    case Schedule::k1F1B:
      break;
  }
  return order_1f1b(schedule, stage);
}

/// What must have ended before a part may begin, unless the same operation holds it.
std::optional<Part> input_of(const Part& part, int depth) {
  Part before = part;
  if (part.kind == Kind::kWeightGradient) {
    before.kind = Kind::kInputGradient;
  } else if (part.kind == Kind::kForward) {
    if (part.level == 0) return std::nullopt;
    --before.level;
  } else if (part.level + 1 < depth) {
    ++before.level;
  } else {
    before.kind = Kind::kForward;
  }
  return before;
}

struct SimulatedStep {
  double time;
  std::vector<double> in_flight;  ///< Of each stage at its fullest.
};

/// Micro-batches whose forward pass has begun and whose weight gradients are not ended.
double fullest(const Order& order) {
  int held = 0;
  int most = 0;
  for (const Op& op : order) {
    held += static_cast<int>(std::ranges::count(op, Kind::kForward, &Part::kind));
    most = std::max(most, held);
    held -= static_cast<int>(std::ranges::count(op, Kind::kWeightGradient, &Part::kind));
  }
  return most;
}

/// Runs the passes as soon as their order and their inputs allow; `pass` is of one group of layers.
SimulatedStep simulate(const PipelineSchedule& schedule, const StagePass& pass) {
  const int depth = schedule.stages * schedule.virtual_stages;
  std::vector<Order> orders;
  SimulatedStep step{};
  for (int stage = 0; stage < schedule.stages; ++stage) {
    orders.push_back(order_of_stage(schedule, stage));
    step.in_flight.push_back(fullest(orders.back()) / schedule.virtual_stages);
  }
  const std::array durations{pass.forward, pass.input_gradient, pass.weight_gradient};
  std::map<Part, double> ends;
  std::vector<std::size_t> next(orders.size(), 0);
  std::vector<double> clock(orders.size(), 0.0);
  for (bool moved = true; moved;) {
    moved = false;
    for (std::size_t stage = 0; stage < orders.size(); ++stage) {
      for (; next[stage] < orders[stage].size(); ++next[stage]) {
        const Op& op = orders[stage][next[stage]];
        double start = clock[stage];
        double lasts = 0.0;
        bool ready = true;
        for (const Part& part : op) {
          lasts += durations.at(static_cast<std::size_t>(part.kind)).in(1.0_s);
          const std::optional<Part> input = input_of(part, depth);
          if (!input || std::ranges::find(op, *input) != op.end()) continue;
          const auto end = ends.find(*input);
          ready = ready && end != ends.end();
          if (ready) start = std::max(start, end->second);
        }
        if (!ready) break;
        clock[stage] = start + lasts;
        for (const Part& part : op) ends[part] = clock[stage];
        moved = true;
      }
    }
  }
  for (std::size_t stage = 0; stage < orders.size(); ++stage) {
    RC_ASSERT(next[stage] == orders[stage].size());
  }
  step.time = *std::ranges::max_element(clock);
  return step;
}

/// Of which the weights' gradient is the shortest part.
StagePass random_pass() {
  const int weight = *rc::gen::inRange(1, 10);
  const int forward = weight + *rc::gen::inRange(0, 10);
  const int input = weight + *rc::gen::inRange(0, 20);
  return {.forward = forward * 1.0_s,
          .input_gradient = input * 1.0_s,
          .weight_gradient = weight * 1.0_s};
}

PipelineSchedule random_schedule(Schedule kind) {
  switch (kind) {
    case Schedule::kZeroBubble:
      return {.stages = *rc::gen::inRange(1, 9),
              .micro_batches = *rc::gen::inRange(1, 25),
              .kind = kind};
    case Schedule::kDualPipe: {
      const int half = *rc::gen::inRange(1, 5);
      return {.stages = 2 * half,
              .micro_batches = 4 * half + 2 * *rc::gen::inRange(0, 6),
              .kind = kind};
    }
    case Schedule::k1F1B:
      break;
  }
  const int stages = *rc::gen::inRange(1, 9);
  return {.stages = stages,
          .virtual_stages = stages == 1 ? 1 : *rc::gen::inRange(1, 5),
          .micro_batches = stages * *rc::gen::inRange(1, 5)};
}

/// Passes of 10 ms forward, 10 ms for the inputs' gradients and 10 ms for the weights'.
constexpr StagePass kEven{
    .forward = 10.0_ms, .input_gradient = 10.0_ms, .weight_gradient = 10.0_ms};

}  // namespace

TEST_CASE("four stages wait for three micro-batches") {
  // (4 - 1) x 30 ms; the step then takes (8 + 3) x 30 ms, a bubble of 3/8 of the work.
  CHECK(pipeline_bubble({.stages = 4, .micro_batches = 8}, kEven).in(1.0_ms) ==
        doctest::Approx(90.0));
}

TEST_CASE("interleaving divides the bubble by the virtual stages") {
  // (4 - 1) x 30 ms / 3.
  const PipelineSchedule schedule{.stages = 4, .virtual_stages = 3, .micro_batches = 8};
  CHECK(pipeline_bubble(schedule, kEven).in(1.0_ms) == doctest::Approx(30.0));
}

TEST_CASE("micro-batches that do not fill the last round leave gaps") {
  // 6 of 8 places of two rounds: 2 missing, (3 - 1) x 2 x 10 ms on top of 3 x 10 ms.
  const PipelineSchedule schedule{.stages = 4, .virtual_stages = 3, .micro_batches = 6};
  CHECK(pipeline_bubble(schedule, kEven).in(1.0_ms) == doctest::Approx(70.0));
}

TEST_CASE("one micro-batch passes alone through the whole pipeline and back") {
  // It works for 30 ms in each of four stages, so each stage waits for three others.
  CHECK(pipeline_bubble({.stages = 4, .virtual_stages = 3, .micro_batches = 1}, kEven).in(1.0_ms) ==
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

TEST_CASE("a zero-bubble pipeline of even parts waits a third as long") {
  // (4 - 1) x (10 + 10 - 10) ms, where 1F1B waits 90 ms.
  CHECK(pipeline_bubble({.stages = 4, .micro_batches = 8, .kind = Schedule::kZeroBubble}, kEven)
            .in(1.0_ms) == doctest::Approx(30.0));
}

TEST_CASE("DualPipe waits as its report says") {
  // p = 8, F = 10 ms, B = 25 ms of which W = 10 ms: (4 - 1) x (35 + 25 - 30) ms.
  const StagePass pass{.forward = 10.0_ms, .input_gradient = 15.0_ms, .weight_gradient = 10.0_ms};
  const PipelineSchedule schedule{.stages = 8, .micro_batches = 20, .kind = Schedule::kDualPipe};
  CHECK(pipeline_bubble(schedule, pass).in(1.0_ms) == doctest::Approx(90.0));
  CHECK(micro_batches_in_flight(schedule, 3) == 9.0);
}

TEST_CASE("the formulas agree with the schedules run pass by pass") {
  for (const Schedule kind : {Schedule::k1F1B, Schedule::kZeroBubble, Schedule::kDualPipe}) {
    CHECK(rc::check([kind] {
      const PipelineSchedule schedule = random_schedule(kind);
      const StagePass group = random_pass();
      const SimulatedStep step = simulate(schedule, group);
      const double v = schedule.virtual_stages;
      const StagePass pass{v * group.forward, v * group.input_gradient, v * group.weight_gradient};
      const Seconds predicted =
          schedule.micro_batches * pass.total() + pipeline_bubble(schedule, pass);
      RC_ASSERT(std::abs(step.time - predicted.in(1.0_s)) < 1e-9 * step.time);
      for (int stage = 0; stage < schedule.stages; ++stage) {
        const double held = micro_batches_in_flight(schedule, stage);
        RC_ASSERT(std::abs(step.in_flight[static_cast<std::size_t>(stage)] - held) < 1e-9);
      }
    }));
  }
}

TEST_CASE("more micro-batches never make the bubble's share larger") {
  CHECK(rc::check([] {
    const int stages = *rc::gen::inRange(1, 65);
    const int virtual_stages = *rc::gen::inRange(1, 9);
    const int rounds = *rc::gen::inRange(1, 65);
    const auto share = [&](int rounds_run) {
      const PipelineSchedule schedule{stages, virtual_stages, stages * rounds_run};
      return pipeline_bubble(schedule, kEven) / (stages * rounds_run * kEven.total());
    };
    RC_ASSERT(share(rounds + 1) <= share(rounds));
  }));
}

}  // namespace offtake::perf
