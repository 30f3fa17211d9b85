#include "offtake/perf/sharded_model.hpp"

#include <doctest/doctest.h>

#include "offtake/perf/serving_example.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::perf {

using namespace offtake::literals;
using hardware::NumericFormat;

TEST_CASE("a cut that does not divide is refused with its reason") {
  const hardware::System system = example::eight_chips();
  const auto heads = shard(example::llama_70b(), system, {.tensor = 3});
  REQUIRE(!heads.has_value());
  CHECK(heads.error().reason == "64 heads do not divide over 3 ranks");
  CHECK(!shard(example::llama_70b(), system, {.tensor = 8, .expert = 8}).has_value());
  CHECK(!shard(example::llama_70b(), system, {.pipeline = 81}).has_value());
}

TEST_CASE("a format that neither chip nor stack has a rate for is refused") {
  hardware::System system = example::eight_chips();
  system.serving.sustained.gemm = {};
  system.serving.sustained.gemm.set(NumericFormat::kBf16, {.value = 0.6});
  const auto refused = shard(example::llama_70b(), system, {.weights = NumericFormat::kFp8});
  REQUIRE(!refused.has_value());
  CHECK(refused.error().reason == "eight-chips has no rate for fp8");
}

TEST_CASE("stages beyond the domain need a network between domains") {
  hardware::System system = example::eight_chips();
  CHECK(shard(example::llama_70b(), system, {.tensor = 8, .pipeline = 2}).has_value());
  system.scale_out.reset();
  CHECK(!shard(example::llama_70b(), system, {.tensor = 8, .pipeline = 2}).has_value());
}

TEST_CASE("more ranks than key heads hold the keys twice") {
  // 64 query heads, 8 key heads: at 16 ranks of a layer's 151.0e6 weights, queries and outputs
  // 134.2e6 / 16 and keys and values 16.8e6 / 8.
  hardware::System system = example::eight_chips();
  system.scale_up.chips = 16;
  const auto model = shard(example::llama_70b(), system, {.tensor = 16});
  REQUIRE(model.has_value());
  CHECK(model->groups[0].attention_weights.in(1.0_B) ==
        doctest::Approx(2 * (134217728.0 / 16 + 16777216.0 / 8)));
}

TEST_CASE("experts published in four bits stay so beside 16-bit attention") {
  model::ModelArchitecture model = example::deepseek_v3();
  CHECK(part_formats(model, NumericFormat::kNvfp4).attention == NumericFormat::kBf16);
  CHECK(part_formats(example::llama_70b(), NumericFormat::kNvfp4).attention ==
        NumericFormat::kNvfp4);
  model.expert_bytes_per_parameter = 0.53125;
  CHECK(part_formats(model, NumericFormat::kBf16).experts == NumericFormat::kMxfp4);
}

}  // namespace offtake::perf
