#include "offtake/perf/operation_table.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "offtake/perf/operation_demand.hpp"
#include "offtake/perf/serving_example.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::perf {
namespace {

using namespace offtake::literals;
using hardware::NumericFormat;

/// 989 TFLOP/s in 16 bits, 3.35 TB/s.
OperationTable table(const MeasuredOperations& measured) {
  return {measured, example::eight_chips().chip};
}

double us(std::optional<Seconds> time) { return time->in(1.0_us); }

// Published: aiconfigurator-core 0.12.0, h100_sxm, vLLM 0.24.0, bf16, 4096 x 4096.
const MeasuredOperations kGemm{.gemm = {{NumericFormat::kBf16, {1, 4096, 4096}, 15.045_us},
                                        {NumericFormat::kBf16, {128, 4096, 4096}, 17.215_us}}};

TEST_CASE("a product between two measured ones has the roofline of its own size") {
  // Least times: bytes 2 x 4096 x 4096 + 2 x tokens x 8192 over 3.35 TB/s. One token:
  // 33.5708e6 / 3.35e12 = 10.0211 us, share 0.66607; 128 tokens: 35.6516e6 -> 10.6423 us, share
  // 0.61820. 16 tokens are ln 16 / ln 128 = 4/7 of the way: 0.66607 x (0.61820 / 0.66607)^(4/7) =
  // 0.63828. Least 33.8166e6 -> 10.0945 us; time 15.815 us. Measured: 15.543 us.
  CHECK(us(table(kGemm).gemm_time(NumericFormat::kBf16, {16, 4096, 4096})) ==
        doctest::Approx(15.815).epsilon(1e-4));
}

TEST_CASE("a product beyond the measured sizes is at the share of the greatest") {
  // 512 tokens: 2 x 512 x 4096^2 / 989e12 = 17.3710 us of computing, more than 41.9e6 bytes /
  // 3.35e12 = 12.521 us; over 0.61820: 28.099 us.
  CHECK(us(table(kGemm).gemm_time(NumericFormat::kBf16, {512, 4096, 4096})) ==
        doctest::Approx(28.099).epsilon(1e-4));
}

TEST_CASE("what was not measured has no answer") {
  const OperationTable gemm = table(kGemm);
  CHECK_FALSE(gemm.gemm_time(NumericFormat::kFp8, {16, 4096, 4096}).has_value());
  CHECK_FALSE(gemm.gemm_time(NumericFormat::kBf16, {16, 2048, 4096}).has_value());
  CHECK_FALSE(gemm.decode_attention_time(NumericFormat::kBf16, {}).has_value());
  CHECK_FALSE(gemm.expert_time(NumericFormat::kBf16, {}).has_value());
  CHECK_FALSE(gemm.latent_decode_time(NumericFormat::kBf16, {}).has_value());
}

TEST_CASE("attention of another head dimension or window has no answer") {
  const AttentionSize size{.batch = 8, .tokens = 1024, .heads = 32, .kv_heads = 8};
  const OperationTable attention =
      table({.decode_attention = {{NumericFormat::kBf16, size, 18.2_us}}});
  CHECK(us(attention.decode_attention_time(NumericFormat::kBf16, size)) == doctest::Approx(18.2));
  AttentionSize other = size;
  other.head_dim = 64;
  CHECK_FALSE(attention.decode_attention_time(NumericFormat::kBf16, other).has_value());
  other = size;
  other.window = 128;
  CHECK_FALSE(attention.decode_attention_time(NumericFormat::kBf16, other).has_value());
}

TEST_CASE("microscaled weights take the rows of fp8") {
  const OperationTable fp8 = table({.gemm = {{NumericFormat::kFp8, {1, 4096, 4096}, 12.0_us}}});
  CHECK(us(fp8.gemm_time(NumericFormat::kMxfp8, {1, 4096, 4096})) == doctest::Approx(12.0));
}

TEST_CASE("the second half of a prompt takes its share of the causal triangle") {
  // Computing binds at both: 3/4 of the scores of 8192 tokens are in the second half.
  const AttentionSize size{.batch = 1, .tokens = 8192, .heads = 64, .kv_heads = 8};
  const OperationTable attention =
      table({.prefill_attention = {{NumericFormat::kBf16, size, 2.0_ms}}});
  CHECK(us(attention.prefill_attention_time(NumericFormat::kBf16, size, 8192)) ==
        doctest::Approx(2000));
  CHECK(us(attention.prefill_attention_time(NumericFormat::kBf16, size, 4096)) ==
        doctest::Approx(1500).epsilon(1e-3));
}

TEST_CASE("experts are answered for their shape and cut alone") {
  const ExpertSize size{.tokens = 64,
                        .hidden = 7168,
                        .width = 2048,
                        .experts = 256,
                        .active = 8,
                        .tensor = 1,
                        .expert = 8};
  const OperationTable experts = table({.experts = {{NumericFormat::kFp8, size, 400.0_us}}});
  CHECK(us(experts.expert_time(NumericFormat::kFp8, size)) == doctest::Approx(400));
  ExpertSize other = size;
  other.expert = 16;
  CHECK_FALSE(experts.expert_time(NumericFormat::kFp8, other).has_value());
  other = size;
  other.width = 1536;
  CHECK_FALSE(experts.expert_time(NumericFormat::kFp8, other).has_value());
}

TEST_CASE("a decode step reads its cache and a decode of experts those hit") {
  // 8 x 8 x 1024 tokens x 2 x 128 x 2 bytes = 33.5544e6, queries and outputs 2 x 8 x 32 x 128 x 2
  // = 131072 bytes; 4 x 8 x 32 x 1024 x 128 = 134.2e6 FLOP.
  const OpDemand decode = decode_attention_demand(
      {.batch = 8, .tokens = 1024, .heads = 32, .kv_heads = 8}, NumericFormat::kBf16);
  CHECK(decode.memory.base_units() == doctest::Approx(33554432 + 131072));
  CHECK(decode.compute.base_units() == doctest::Approx(134217728));
  // One token on 8 of 8 experts cut by 2: 3 x 4 x 2 / 2 = 12 weights each; 8 experts x 12 x 1 byte
  // and 2 x 8 x 4 x 2 bytes; 2 x 8 x 12 FLOP.
  const OpDemand experts = expert_demand(
      {.tokens = 1, .hidden = 4, .width = 2, .experts = 8, .active = 8, .tensor = 2, .expert = 1},
      NumericFormat::kFp8);
  CHECK(experts.memory.base_units() == doctest::Approx(96 + 128));
  CHECK(experts.compute.base_units() == doctest::Approx(192));
}

TEST_CASE("a measured product is answered exactly, and one between two at a share between theirs") {
  CHECK(rc::check([] {
    const auto size = [] { return static_cast<double>(*rc::gen::inRange(1, 5000)); };
    const auto time = [] { return *rc::gen::inRange(1, 100000) * 0.01_us; };
    const double inputs = size(), outputs = size(), few = size(), many = few + size();
    const Seconds of_few = time(), of_many = time();
    const OperationTable gemm =
        table({.gemm = {{NumericFormat::kBf16, {few, inputs, outputs}, of_few},
                        {NumericFormat::kBf16, {many, inputs, outputs}, of_many}}});
    const auto share = [&](double tokens, Seconds taken) {
      const OpDemand demand = gemm_demand({tokens, inputs, outputs}, NumericFormat::kBf16);
      return std::max(demand.compute / 989.0_TFLOP_per_s, demand.memory / 3.35_TB_per_s) / taken;
    };
    const auto at = [&](double tokens) {
      return *gemm.gemm_time(NumericFormat::kBf16, {tokens, inputs, outputs});
    };
    RC_ASSERT(std::abs(at(few) / of_few - 1.0) < 1e-9);
    RC_ASSERT(std::abs(at(many) / of_many - 1.0) < 1e-9);
    const double between = few + (many - few) * *rc::gen::inRange(0, 101) / 100.0;
    const double reached = share(between, at(between));
    RC_ASSERT(std::min(share(few, of_few), share(many, of_many)) <= reached * (1 + 1e-9));
    RC_ASSERT(reached <= std::max(share(few, of_few), share(many, of_many)) * (1 + 1e-9));
  }));
}

}  // namespace
}  // namespace offtake::perf
