#include "offtake/perf/op_cost.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "offtake/units/literals.hpp"

namespace offtake::perf {

using namespace offtake::literals;
using hardware::NumericFormat;

namespace {

constexpr SustainedRates kRates{
    .compute = 100.0_TFLOP_per_s, .memory = 1.0_TB_per_s, .fixed = 2.0_us};

}  // namespace

TEST_CASE("the slower of computing and moving sets the time") {
  // 1 TFLOP at 100 TFLOP/s is 10 ms, 4 GB at 1 TB/s 4 ms; and 2 us.
  const OpCost cost = op_cost({.compute = 1.0_TFLOP, .memory = 4.0_GB}, kRates);
  CHECK(cost.time.in(1.0_ms) == doctest::Approx(10.002));
  CHECK(cost.bound == Bound::kCompute);
}

TEST_CASE("without overlap the times add, with some they join as a root of squares") {
  // 3 ms and 4 ms: 7, and 5.
  const OpDemand demand{.compute = 0.3_TFLOP, .memory = 4.0_GB};
  CHECK(op_cost(demand, kRates, Overlap::kNone).time.in(1.0_ms) == doctest::Approx(7.002));
  CHECK(op_cost(demand, kRates, Overlap::kPartial).time.in(1.0_ms) == doctest::Approx(5.002));
  CHECK(op_cost(demand, kRates, Overlap::kPartial).bound == Bound::kMemory);
}

TEST_CASE("a tiny operation costs its launch") {
  CHECK(op_cost({.compute = 1.0_FLOP, .memory = 1.0_B}, kRates).bound == Bound::kFixed);
}

TEST_CASE("more of either rate never costs more time, and overlaps keep their order") {
  CHECK(rc::check([] {
    const OpDemand demand{.compute = *rc::gen::inRange(0, 1 << 30) * 1000.0_FLOP,
                          .memory = *rc::gen::inRange(0, 1 << 30) * 1.0_B};
    const double faster = 1.0 + *rc::gen::inRange(0, 100) / 10.0;
    const SustainedRates more{
        .compute = kRates.compute * faster, .memory = kRates.memory, .fixed = kRates.fixed};
    RC_ASSERT(op_cost(demand, more).time <= op_cost(demand, kRates).time);
    const Seconds full = op_cost(demand, kRates, Overlap::kFull).time;
    const Seconds partial = op_cost(demand, kRates, Overlap::kPartial).time;
    const Seconds none = op_cost(demand, kRates, Overlap::kNone).time;
    RC_ASSERT(full <= partial * (1.0 + 1e-12));
    RC_ASSERT(partial <= none * (1.0 + 1e-12));
  }));
}

TEST_CASE("four-bit weights multiply at the wider rate of a chip without four-bit engines") {
  hardware::Chip chip;
  chip.compute_peak.set(NumericFormat::kBf16, {.value = 989.0_TFLOP_per_s});
  chip.hbm_bandwidth.value = 3.35_TB_per_s;
  hardware::Efficiency efficiency;
  efficiency.sustained.gemm.set(NumericFormat::kBf16, {.value = 0.8});
  efficiency.sustained.hbm_weights.value = 0.9;
  efficiency.sustained.gemm_by_size = hardware::EfficiencyCurve({{0.0, 0.5}, {1e9, 1.0}});
  const SustainedRates rates = gemm_rates(chip, efficiency, NumericFormat::kMxfp4);
  CHECK(rates.compute.in(1.0_TFLOP_per_s) == doctest::Approx(791.2));
  CHECK(rates.memory.in(1.0_TB_per_s) == doctest::Approx(3.015));
  const SustainedRates small = sized(rates, efficiency, {.compute = 0.9_GFLOP, .memory = 1.0_B});
  CHECK(small.compute.in(1.0_TFLOP_per_s) == doctest::Approx(395.6));
}

}  // namespace offtake::perf
