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

TEST_CASE("a matrix product: few tokens wait for its weights, many for the engines") {
  // 8,192 inputs, 28,672 outputs, one byte a weight: 234.9 MB at 1 TB/s are 234.9 us. 16 tokens are
  // 2 x 16 x 234.9e6 = 7.516 GFLOP, 75.2 us at 100 TFLOP/s; 2,048 are 962.1 GFLOP, 9,621 us. Both
  // meet at 100e12 / (2 x 1e12) = 50 tokens. Inputs and outputs of 2,048 tokens in two bytes would
  // add 151 MB: left out, as they stay below the products' time.
  const auto product = [](double tokens) {
    return op_cost(
        {.compute = 2.0 * tokens * 8192 * 28672 * 1.0_FLOP, .memory = 8192.0 * 28672 * 1.0_B},
        kRates);
  };
  CHECK(product(16).time.in(1.0_us) == doctest::Approx(236.9).epsilon(0.001));
  CHECK(product(16).bound == Bound::kMemory);
  CHECK(product(2048).time.in(1.0_us) == doctest::Approx(9623).epsilon(0.001));
  CHECK(product(49).bound == Bound::kMemory);
  CHECK(product(51).bound == Bound::kCompute);
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
  efficiency.sustained.dequantised.value = 0.5;  // Of the products; reading is not slowed.
  efficiency.sustained.gemm_by_size = hardware::EfficiencyCurve({{0.0, 0.5}, {1e9, 1.0}});
  const SustainedRates rates = gemm_rates(chip, efficiency, NumericFormat::kMxfp4);
  CHECK(rates.compute.in(1.0_TFLOP_per_s) == doctest::Approx(395.6));
  CHECK(rates.memory.in(1.0_TB_per_s) == doctest::Approx(3.015));
  const SustainedRates small = sized(rates, efficiency, {.compute = 0.9_GFLOP, .memory = 1.0_B});
  CHECK(small.compute.in(1.0_TFLOP_per_s) == doctest::Approx(197.8));
}

}  // namespace offtake::perf
