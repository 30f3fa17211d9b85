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
  const Bytes weights = model->groups[0].attention_weights + model->groups[0].output_weights;
  CHECK(weights.in(1.0_B) == doctest::Approx(2 * (134217728.0 / 16 + 16777216.0 / 8)));
}

TEST_CASE("a four-bit checkpoint may have the output projection in four bits too") {
  // 128 heads of 128 to a width of 7,168: 117.4e6 weights, in nvfp4 9/16 byte each; of the layer's
  // 187.1e6 the others have 16 bits.
  hardware::System system = example::eight_chips();
  system.chip.compute_peak.set(NumericFormat::kNvfp4, {.value = 4000.0_TFLOP_per_s});
  system.serving.sustained.gemm.set(NumericFormat::kNvfp4, {.value = 0.5});
  model::ModelArchitecture model = example::deepseek_v3();
  const ServingLayout layout{.tensor = 8, .weights = NumericFormat::kNvfp4};
  const ShardedLayer wide = shard(model, system, layout)->groups[1];
  model.nvfp4_attention_output = true;
  const ShardedLayer narrow = shard(model, system, layout)->groups[1];
  const double output = 128.0 * 128 * 7168;
  CHECK(wide.output_weights.in(1.0_B) == doctest::Approx(2.0 * output / 8));
  CHECK(narrow.output_weights.in(1.0_B) == doctest::Approx(0.5625 * output / 8));
  CHECK(narrow.attention_weights == wide.attention_weights);
  CHECK(narrow.output_flops == wide.output_flops);
  CHECK(part_formats(model, NumericFormat::kMxfp4).attention_output == NumericFormat::kBf16);
  CHECK(part_formats(model, NumericFormat::kFp8).attention_output == NumericFormat::kFp8);
}

TEST_CASE("mixtures in eight bits start a kernel for each input that they turn into eight bits") {
  // DeepSeek-V3: 9 of latent attention and 6 of the feed-forward. Inputs: three of attention's
  // products, two of the shared expert's, two of the routed experts'.
  const auto kernels = [](const model::ModelArchitecture& model, NumericFormat weights) {
    return shard(model, example::eight_chips(), {.tensor = 8, .weights = weights})
        ->groups.back()
        .kernels;
  };
  CHECK(kernels(example::deepseek_v3(), NumericFormat::kBf16) == 15);
  CHECK(kernels(example::deepseek_v3(), NumericFormat::kFp8) == 22);
  CHECK(kernels(example::deepseek_v3(), NumericFormat::kInt4) == 15);  // Multiplied in 16 bits.
  // A dense model has scales of whole tensors, which are known before.
  CHECK(kernels(example::llama_70b(), NumericFormat::kFp8) ==
        kernels(example::llama_70b(), NumericFormat::kBf16));
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
