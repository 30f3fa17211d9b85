#include "offtake/fidelity/operation_rows.hpp"

#include <doctest/doctest.h>

#include "offtake/base/input_error.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::fidelity {
namespace {

using namespace offtake::literals;
using measurement::OperationKind;
using measurement::OperationRow;

TEST_CASE("rows are parted by chip and stack, each into its operation") {
  const std::vector<OperationRow> rows{{.chip = "h200",
                                        .stack = "vllm",
                                        .kind = OperationKind::kGemm,
                                        .format = "fp8",
                                        .tokens = 16,
                                        .inputs = 1024,
                                        .outputs = 4096,
                                        .time = 9.0_us},
                                       {.chip = "h100",
                                        .stack = "vllm",
                                        .kind = OperationKind::kDecodeAttention,
                                        .cache = "bf16",
                                        .batch = 8,
                                        .tokens = 1024,
                                        .heads = 32,
                                        .kv_heads = 8,
                                        .head_dim = 64,
                                        .window = 128,
                                        .time = 11.0_us},
                                       {.chip = "h200",
                                        .stack = "vllm",
                                        .kind = OperationKind::kExperts,
                                        .format = "nvfp4",
                                        .tokens = 64,
                                        .inputs = 7168,
                                        .outputs = 2048,
                                        .experts = 256,
                                        .active = 8,
                                        .tensor = 2,
                                        .expert = 4,
                                        .time = 90.0_us}};
  const auto stacks = operations_by_stack(rows, "f.csv");
  REQUIRE(stacks.size() == 2);
  CHECK(stacks[0].chip == "h100");
  const auto& attention = stacks[0].operations.decode_attention.at(0);
  CHECK(attention.size.heads == 32);
  CHECK(attention.size.head_dim == 64);
  CHECK(attention.size.window == 128);
  const auto& gemm = stacks[1].operations.gemm.at(0);
  CHECK(gemm.format == hardware::NumericFormat::kFp8);
  CHECK(gemm.size.inputs == 1024);
  CHECK(gemm.size.outputs == 4096);
  CHECK(gemm.time == 9.0_us);
  const auto& experts = stacks[1].operations.experts.at(0);
  CHECK(experts.size.hidden == 7168);
  CHECK(experts.size.width == 2048);
  CHECK(experts.size.tensor == 2);
  CHECK(experts.size.expert == 4);
}

TEST_CASE("a format that is not known is told with its line") {
  const std::vector<OperationRow> rows{
      {.line = 7, .kind = OperationKind::kGemm, .format = "fp7", .time = 1.0_us}};
  try {
    operations_by_stack(rows, "f.csv");
    FAIL("no problem was told");
  } catch (const InputError& error) {
    REQUIRE(error.problems().size() == 1);
    CHECK(error.problems()[0].place.line == 7);
    CHECK(error.problems()[0].path == "format");
  }
}

}  // namespace
}  // namespace offtake::fidelity
