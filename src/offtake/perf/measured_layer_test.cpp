#include "offtake/perf/measured_layer.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <memory>

#include "offtake/perf/decode.hpp"
#include "offtake/perf/operation_table.hpp"
#include "offtake/perf/prefill.hpp"
#include "offtake/perf/serving_example.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::perf {
namespace {

using namespace offtake::literals;
using hardware::NumericFormat;

constexpr NumericFormat k16 = NumericFormat::kBf16;

/// The example's chips, whose stack counts 2 us a kernel and 30 us for the experts of a layer.
ShardedModel sharded(const model::ModelArchitecture& model, const MeasuredOperations& measured) {
  hardware::System system = example::eight_chips();
  system.serving.sustained.hbm_activations.value = 0.3;
  system.serving.sustained.dequantised.value = 0.6;
  system.serving.fixed.op.value = 2.0_us;
  system.serving.fixed.moe_layer.value = 30.0_us;
  ServingAssumptions assumptions;
  assumptions.operations = std::make_shared<const OperationTable>(measured, system.chip);
  auto result = shard(model, system, {.tensor = 8}, assumptions);
  REQUIRE(result.has_value());
  return *result;
}

/// Of Llama 70B over eight ranks, 64 sequences at 1,000 tokens: 8 query heads and one key head of
/// 128 a rank, so 8 x 128 + 2 x 128 = 1,280 outputs of the first product; 28,672 / 8 = 3,584 wide;
/// 128,256 / 8 = 16,032 logits.
MeasuredOperations llama_decode() {
  return {.gemm = {{k16, {64, 8192, 1280}, 10.0_us},
                   {k16, {64, 1024, 8192}, 8.0_us},
                   {k16, {64, 8192, 7168}, 20.0_us},
                   {k16, {64, 3584, 8192}, 12.0_us},
                   {k16, {64, 8192, 16032}, 100.0_us}},
          .decode_attention = {
              {k16, {.batch = 64, .tokens = 1000, .heads = 8, .kv_heads = 1}, 15.0_us}}};
}

TEST_CASE("a step of a dense model is the sum of its measured operations") {
  const StepCost cost = decode_cost(sharded(example::llama_70b(), llama_decode()), 64, 1000);
  // 80 layers; of each operation's time 2 us are in the layer's fixed costs already.
  CHECK(cost.projections.in(1.0_us) == doctest::Approx(80 * (10 + 8 - 4)));
  CHECK(cost.feed_forward.in(1.0_us) == doctest::Approx(80 * (20 + 12 - 4)));
  CHECK(cost.attention.in(1.0_us) == doctest::Approx(80 * (15 - 2)));
  CHECK(cost.logits.in(1.0_us) == doctest::Approx(100));
}

TEST_CASE("where one product of a part was not measured, the model answers for the part") {
  MeasuredOperations without_output = llama_decode();
  without_output.gemm.erase(without_output.gemm.begin() + 1);
  const StepCost modelled = decode_cost(sharded(example::llama_70b(), {}), 64, 1000);
  const StepCost cost = decode_cost(sharded(example::llama_70b(), without_output), 64, 1000);
  CHECK(cost.projections == modelled.projections);
  CHECK(cost.attention.in(1.0_us) == doctest::Approx(80 * 13));
}

TEST_CASE("latent attention and experts are looked up as they are cut over the ranks") {
  // DeepSeek-V3 over eight ranks: down 1536 + 512 + 64 outputs whole; 16 heads of 192, of 128 + 128
  // and of 128. The shared expert is 2048 / 8 wide, the router whole.
  const MeasuredOperations measured{
      .gemm = {{k16, {64, 7168, 2112}, 11.0_us},
               {k16, {64, 1536, 3072}, 7.0_us},
               {k16, {64, 512, 4096}, 6.0_us},
               {k16, {64, 2048, 7168}, 9.0_us},
               {k16, {64, 7168, 512}, 8.0_us},
               {k16, {64, 256, 7168}, 7.0_us},
               {k16, {64, 7168, 256}, 6.5_us}},
      .latent_decode = {{k16, {.batch = 64, .tokens = 1000, .heads = 16}, 40.0_us}},
      .experts = {{k16,
                   {.tokens = 64,
                    .hidden = 7168,
                    .width = 2048,
                    .experts = 256,
                    .active = 8,
                    .tensor = 8,
                    .expert = 1},
                   300.0_us}}};
  const ShardedModel model = sharded(example::deepseek_v3(), measured);
  const ShardedLayer& layer = model.groups.back();
  CHECK(measured_projections(model, layer, 64)->in(1.0_us) == doctest::Approx(33 - 4 * 2));
  CHECK(measured_feed_forward(model, layer, 64)->in(1.0_us) == doctest::Approx(21.5 - 3 * 2));
  CHECK(measured_experts(model, layer, 64)->in(1.0_us) == doctest::Approx(300 - 30));
  CHECK(measured_decode_attention(model, layer, 64, 1000)->in(1.0_us) == doctest::Approx(40 - 2));
}

TEST_CASE("latent attention of other dimensions, or that picks its tokens, was not measured") {
  const MeasuredOperations measured{
      .latent_decode = {{k16, {.batch = 64, .tokens = 1000, .heads = 16}, 40.0_us}}};
  for (const bool sparse : {false, true}) {
    model::ModelArchitecture other = example::deepseek_v3();
    for (model::LayerGroup& group : other.groups) {
      auto& latent = std::get<model::LatentAttention>(group.attention);
      if (sparse) {
        latent.indexer = model::TokenIndexer{};
      } else {
        latent.value_dim = 256;
      }
    }
    const ShardedModel model = sharded(other, measured);
    CHECK_FALSE(measured_decode_attention(model, model.groups.back(), 64, 1000).has_value());
  }
}

TEST_CASE("a prompt's attention is taken at the share of a whole prompt of its length") {
  const MeasuredOperations measured{
      .prefill_attention = {
          {k16, {.batch = 1, .tokens = 4096, .heads = 8, .kv_heads = 1}, 90.0_us}}};
  const ShardedModel model = sharded(example::llama_70b(), measured);
  CHECK(prefill_cost(model, 4096, 0, 1).attention.in(1.0_us) == doctest::Approx(80 * 88));
}

TEST_CASE("an empty table changes nothing") {
  CHECK(rc::check([] {
    hardware::System system = example::eight_chips();
    ServingAssumptions assumptions;
    const auto plain = shard(example::llama_70b(), system, {.tensor = 8}, assumptions);
    assumptions.operations =
        std::make_shared<const OperationTable>(MeasuredOperations{}, system.chip);
    const auto empty = shard(example::llama_70b(), system, {.tensor = 8}, assumptions);
    const double sequences = *rc::gen::inRange(1, 500);
    const double tokens = *rc::gen::inRange(1, 20000);
    RC_ASSERT(decode_cost(*plain, sequences, tokens).total() ==
              decode_cost(*empty, sequences, tokens).total());
    RC_ASSERT(prefill_cost(*plain, tokens, 0, 1).total() ==
              prefill_cost(*empty, tokens, 0, 1).total());
  }));
}

}  // namespace
}  // namespace offtake::perf
