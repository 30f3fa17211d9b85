#include "offtake/fidelity/operation_error.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "offtake/perf/serving_example.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::fidelity {
namespace {

using namespace offtake::literals;
using hardware::NumericFormat;
using measurement::OperationKind;

/// 989 TFLOP/s x 0.6 and 3.35 TB/s x 0.8 for products, x 0.7 for the cache; 2 us a kernel, 30 us a
/// layer of experts.
hardware::System example_system() {
  hardware::System system = perf::example::eight_chips();
  system.serving.sustained.hbm_activations.value = 0.3;
  system.serving.sustained.dequantised.value = 0.6;
  system.serving.fixed.op.value = 2.0_us;
  system.serving.fixed.moe_layer.value = 30.0_us;
  return system;
}

TEST_CASE("a product is held against the model's time of it and its kernel") {
  // One token through 4096 x 4096 in 16 bits: 33.554 MB / 2.68 TB/s = 12.5204 us, and computing
  // 33.55e6 / 593.4e12 = 0.06 us beside; with 2 us: 14.520 us. Measured 20 us: 27.4% below.
  const auto errors = operation_errors({.gemm = {{NumericFormat::kBf16, {1, 4096, 4096}, 20.0_us}}},
                                       example_system());
  REQUIRE(errors.size() == 1);
  CHECK(errors[0].kind == OperationKind::kGemm);
  CHECK(errors[0].model.rows == 1);
  CHECK(errors[0].model.median == doctest::Approx(0.274).epsilon(0.002));
  CHECK(errors[0].model.bias == doctest::Approx(-0.274).epsilon(0.002));
  CHECK(errors[0].table.rows == 0);
}

TEST_CASE("a decode of attention is held against reading its cache") {
  // 64 x 8 x 8000 x 2 x 128 x 2 bytes = 2.0972 GB / 2.345 TB/s = 894.3 us; with 2 us: 896.3 us.
  const auto errors = operation_errors(
      {.decode_attention = {{NumericFormat::kBf16,
                             {.batch = 64, .tokens = 8000, .heads = 64, .kv_heads = 8},
                             896.3_us}}},
      example_system());
  REQUIRE(errors.size() == 1);
  CHECK(errors[0].model.median < 0.002);
}

TEST_CASE("experts are held against the model's own cut of them") {
  // 512 tokens: 8 of 256 experts each, 16 choices an expert, with the gamma of 0.8 hit
  // 256 (1 - 21^-0.8) = 233.6; over 8 ranks 29.2 x 44.04e6 x 1 byte / 2.68 TB/s = 480 us and more.
  const auto errors = operation_errors({.experts = {{NumericFormat::kFp8,
                                                     {.tokens = 512,
                                                      .hidden = 7168,
                                                      .width = 2048,
                                                      .experts = 256,
                                                      .active = 8,
                                                      .tensor = 1,
                                                      .expert = 8},
                                                     480.0_us}}},
                                       example_system());
  REQUIRE(errors.size() == 1);
  CHECK(errors[0].model.bias > 0.05);
  CHECK(errors[0].model.bias < 1.5);
}

TEST_CASE(
    "a tenth of the rows is held out, and a table that the roofline explains errs not at all") {
  perf::MeasuredOperations measured;
  for (int tokens = 1; tokens <= 100; ++tokens) {
    // Bytes bind at all of these: 2 x 4096 x 4096 + 2 x tokens x 8192 over 3.35 TB/s, at half of
    // it.
    const double bytes = 2.0 * 4096 * 4096 + 2.0 * tokens * 8192;
    measured.gemm.push_back({NumericFormat::kBf16,
                             {static_cast<double>(tokens), 4096, 4096},
                             Seconds::in_base_units(bytes / 3.35e12 / 0.5)});
  }
  const auto errors = operation_errors(measured, example_system());
  REQUIRE(errors.size() == 1);
  CHECK(errors[0].model.rows == 100);
  CHECK(errors[0].table.rows >= 8);
  CHECK(errors[0].table.rows <= 12);
  CHECK(errors[0].table.p90 < 1e-9);
}

}  // namespace
}  // namespace offtake::fidelity
