#include "offtake/perf/decode.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <cmath>

#include "offtake/perf/kv_cache.hpp"
#include "offtake/perf/prefill.hpp"
#include "offtake/perf/serving_example.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::perf {

using namespace offtake::literals;
using hardware::NumericFormat;

namespace {

ShardedModel sharded(const model::ModelArchitecture& model, const hardware::System& system,
                     const ServingLayout& layout) {
  auto result = shard(model, system, layout);
  REQUIRE(result.has_value());
  return *result;
}

}  // namespace

TEST_CASE("one sequence of a 70B model on eight chips: the weights' reading sets the step") {
  // 70.55e9 weights less the input table of 1.05e9, 2 bytes each, over 8 x 3.35 TB/s x 0.8:
  // 139.0 GB / 21.44 TB/s = 6.483 ms. The cache: 1,000 tokens x 163,840 x 2 B over
  // 8 x 3.35 TB/s x 0.7 = 17.5 us. 160 all-reduces of 16 KiB: 2 x (5 us + 7/8 x 16 KiB / 315 GB/s)
  // = 10.091 us each, 1.6146 ms. Activations: 15.7 us.
  const ShardedModel model = sharded(example::llama_70b(), example::eight_chips(), {.tensor = 8});
  const StepCost cost = decode_cost(model, 1, 1000);
  const Seconds weights = cost.projections + cost.feed_forward + cost.logits;
  CHECK(weights.in(1.0_ms) == doctest::Approx(6.483).epsilon(0.002));
  CHECK(cost.attention.in(1.0_us) == doctest::Approx(17.5).epsilon(0.005));
  CHECK(cost.collectives.in(1.0_ms) == doctest::Approx(1.6146).epsilon(0.001));
  CHECK(cost.total().in(1.0_ms) == doctest::Approx(8.131).epsilon(0.002));
}

TEST_CASE("each layer moves twelve times a token's width through memory, on every rank") {
  // 80 layers x 12 x 8,192 x 2 B over 3.35 TB/s x 0.3 = 15.65 us a token, however many ranks.
  for (const int tensor : {1, 8}) {
    const ShardedModel model =
        sharded(example::llama_70b(), example::eight_chips(), {.tensor = tensor});
    CHECK(decode_cost(model, 64, 1000).activations.in(1.0_us) ==
          doctest::Approx(64 * 15.65).epsilon(0.001));
  }
}

TEST_CASE("the time of a sequence is that of sixty layers") {
  // 80 layers: 9 us x 80 / 60 = 12 us each.
  hardware::System system = example::eight_chips();
  const ServingLayout layout{.tensor = 8};
  const Seconds without = decode_cost(sharded(example::llama_70b(), system, layout), 50, 1).fixed;
  system.serving.fixed.sequence.value = 9.0_us;
  const Seconds with = decode_cost(sharded(example::llama_70b(), system, layout), 50, 1).fixed;
  CHECK((with - without).in(1.0_us) == doctest::Approx(50 * 12.0));
}

TEST_CASE("one token of DeepSeek-V3 reads its eight experts, many tokens read most") {
  // 58 layers x 8 experts x 44.04e6 weights of one byte over 8 x 3.35 TB/s x 0.8 = 953 us. For each
  // of the 464, 4 x 7,168 + 4 x 2,048 / 8 bytes of activations over 3.35 TB/s x 0.3 = 13.7 us.
  const ShardedModel model = sharded(example::deepseek_v3(), example::eight_chips(),
                                     {.tensor = 8, .weights = NumericFormat::kFp8});
  CHECK(decode_cost(model, 1, 1000).experts.in(1.0_us) == doctest::Approx(966.7).epsilon(0.005));
  // 512 tokens make 16 choices an expert and hit 256 (1 - (1 + 16 / 3)^-3) = 255.0: 31.9 times
  // as much to read; and 512 x 8 x 88.1 MFLOP a layer over 8 x 0.3 x 1979 TFLOP/s = 76 us a layer.
  const double memory = 953e-6 * 31.9;
  const double compute = 58 * 76e-6;
  CHECK(decode_cost(model, 512, 1000).experts.in(1.0_s) ==
        doctest::Approx(std::hypot(memory, compute) + 512 * 13.7e-6).epsilon(0.01));
}

TEST_CASE("a stack that gathers experts moves them for each token anew, in decode only") {
  // As above 953 us a token for one passing of eight experts; twice that for each of 64 tokens.
  hardware::System system = example::eight_chips();
  const ServingLayout layout{.tensor = 8, .weights = NumericFormat::kFp8};
  const ShardedModel shares = sharded(example::deepseek_v3(), system, layout);
  system.serving.expert_gather.value = 2.0;
  const ShardedModel gathers = sharded(example::deepseek_v3(), system, layout);
  const double compute = 58 * 9.52e-6;  // 64 tokens of 512 above.
  CHECK(decode_cost(gathers, 64, 1000).experts.in(1.0_s) ==
        doctest::Approx(std::hypot(64 * 2 * 953e-6, compute) + 64 * 13.7e-6).epsilon(0.01));
  CHECK(prefill_cost(gathers, 64, 0, 1).experts == prefill_cost(shares, 64, 0, 1).experts);
}

TEST_CASE("a latent cache is not cut by tensor ranks, a grouped one is down to one head") {
  const hardware::System system = example::eight_chips();
  const auto attention = [&](const model::ModelArchitecture& model, int tensor) {
    return decode_cost(sharded(model, system, {.tensor = tensor}), 64, 4000).attention;
  };
  CHECK(attention(example::llama_70b(), 8) / attention(example::llama_70b(), 4) ==
        doctest::Approx(0.5));
  const ShardedModel two = sharded(example::deepseek_v3(), system, {.tensor = 2});
  const ShardedModel four = sharded(example::deepseek_v3(), system, {.tensor = 4});
  CHECK(two.groups[0].cache_cut == four.groups[0].cache_cut);
}

TEST_CASE("a state is read and written in 32 bits, whatever the cache has") {
  // 64 heads x 128 x 128 x 4 B in and out = 8.389 MB a layer and sequence, over 3.35 TB/s x 0.7.
  model::ModelArchitecture model = example::llama_70b();
  model.groups[0].attention = model::LinearAttention{.key_heads = 64, .value_heads = 64};
  for (const NumericFormat cache : {NumericFormat::kFp8, NumericFormat::kBf16}) {
    const auto cut = sharded(model, example::eight_chips(), {.kv_cache = cache});
    CHECK(cache_moved(cut, cut.groups[0], 1000).in(1.0_MB) ==
          doctest::Approx(8.389).epsilon(0.001));
    CHECK(decode_cost(cut, 1, 1000).attention.in(1.0_us) ==
          doctest::Approx(80 * 8.389 / 2.345).epsilon(0.01));
  }
}

TEST_CASE("uneven ranks of experts compute more and read no more") {
  // 8^(1/3) = twice the mean load. One token reads eight experts, 953 us in all as above, whichever
  // ranks they lie on; 2 x 8 x 58 x 88.1 MFLOP / 8 ranks take 17 us beside, and twice the
  // activations 2 x 464 x 4 x (7,168 + 2,048) / 8 bytes take 4.3 us.
  hardware::System system = example::eight_chips();
  system.serving.expert_skew.value = 1.0 / 3.0;
  const auto model = sharded(example::deepseek_v3(), system,
                             {.tensor = 8, .expert = 8, .weights = NumericFormat::kFp8});
  CHECK(decode_cost(model, 1, 1000).experts.in(1.0_us) ==
        doctest::Approx(std::hypot(953.0, 17.0) + 4.3).epsilon(0.005));
}

TEST_CASE("a graph compiled for a batch computes all of it, whoever is there") {
  const auto step = [](double compiled, double sequences) {
    const auto model = shard(example::llama_70b(), example::eight_chips(), {.tensor = 8},
                             {.batch_compiled = compiled});
    return decode_cost(*model, sequences, 1000).total();
  };
  CHECK(step(32, 1) == step(0, 32));
  CHECK(step(32, 32) == step(0, 32));
  CHECK(step(32, 48) == step(0, 48));  // A batch that is not compiled is not refused.
}

TEST_CASE("one rank has no collectives") {
  const ShardedModel model = sharded(example::llama_70b(), example::eight_chips(), {});
  const StepCost cost = decode_cost(model, 8, 1000);
  CHECK(cost.collectives == 0.0_s);
  CHECK(cost.pipeline == 0.0_s);
}

TEST_CASE("stages pass a sequence on, so its step takes as long as without them") {
  const hardware::System system = example::eight_chips();
  const StepCost one = decode_cost(sharded(example::llama_70b(), system, {.tensor = 4}), 8, 1000);
  const StepCost two =
      decode_cost(sharded(example::llama_70b(), system, {.tensor = 4, .pipeline = 2}), 16, 1000);
  CHECK(one.busy().in(1.0_ms) == doctest::Approx(two.busy().in(1.0_ms)));
  CHECK(two.pipeline > 0.0_s);
}

TEST_CASE("laws of a decode step") {
  CHECK(rc::check([] {
    hardware::System system = example::eight_chips();
    const ServingLayout layout{.tensor = *rc::gen::element(1, 2, 4, 8),
                               .attention_data = 1,
                               .pipeline = *rc::gen::element(1, 2)};
    const double sequences = *rc::gen::inRange(1, 500);
    const double context = *rc::gen::inRange(1, 20000);
    const auto model = shard(example::llama_70b(), system, layout);
    const StepCost cost = decode_cost(*model, sequences, context);
    // More sequences or a longer context never take less time; the parts sum to the total.
    RC_ASSERT(decode_cost(*model, sequences + 1, context).total() >= cost.total());
    RC_ASSERT(decode_cost(*model, sequences, context + 100).total() > cost.total());
    // Nor is a step shorter than reading its weights at the data sheet's bandwidth.
    const Bytes read = 2.0 * 69.5e9 / layout.tensor * 1.0_B;
    RC_ASSERT(cost.total() > read / system.chip.hbm_bandwidth.value);
    // More bandwidth is never slower.
    system.chip.hbm_bandwidth.value *= 1.5;
    system.scale_up.bandwidth.value *= 1.5;
    const auto faster = shard(example::llama_70b(), system, layout);
    RC_ASSERT(decode_cost(*faster, sequences, context).total() < cost.total());
  }));
}

}  // namespace offtake::perf
