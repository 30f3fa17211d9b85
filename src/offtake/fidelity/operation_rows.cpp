#include "offtake/fidelity/operation_rows.hpp"

#include <fmt/format.h>

#include <map>
#include <utility>

#include "offtake/base/input_error.hpp"
#include "offtake/hardware/numeric_format.hpp"

namespace offtake::fidelity {
namespace {

using measurement::OperationKind;
using measurement::OperationRow;

perf::GemmSize gemm_size(const OperationRow& row) {
  return {.tokens = static_cast<double>(row.tokens),
          .inputs = static_cast<double>(row.inputs),
          .outputs = static_cast<double>(row.outputs)};
}

perf::AttentionSize attention_size(const OperationRow& row) {
  return {.batch = static_cast<double>(row.batch),
          .tokens = static_cast<double>(row.tokens),
          .heads = static_cast<double>(row.heads),
          .kv_heads = static_cast<double>(row.kv_heads),
          .head_dim = row.head_dim,
          .window = row.window};
}

perf::LatentSize latent_size(const OperationRow& row) {
  return {.batch = static_cast<double>(row.batch),
          .tokens = static_cast<double>(row.tokens),
          .heads = static_cast<double>(row.heads)};
}

perf::ExpertSize expert_size(const OperationRow& row) {
  return {.tokens = static_cast<double>(row.tokens),
          .hidden = row.inputs,
          .width = row.outputs,
          .experts = row.experts,
          .active = row.active,
          .tensor = row.tensor,
          .expert = row.expert};
}

void add(perf::MeasuredOperations& operations, const OperationRow& row,
         hardware::NumericFormat format) {
  switch (row.kind) {
    case OperationKind::kGemm:
      operations.gemm.push_back({format, gemm_size(row), row.time});
      return;
    case OperationKind::kDecodeAttention:
      operations.decode_attention.push_back({format, attention_size(row), row.time});
      return;
    case OperationKind::kPrefillAttention:
      operations.prefill_attention.push_back({format, attention_size(row), row.time});
      return;
    case OperationKind::kLatentDecode:
      operations.latent_decode.push_back({format, latent_size(row), row.time});
      return;
    case OperationKind::kLatentPrefill:
      operations.latent_prefill.push_back({format, latent_size(row), row.time});
      return;
    case OperationKind::kExperts:
      operations.experts.push_back({format, expert_size(row), row.time});
      return;
  }
}

}  // namespace

std::vector<StackOperations> operations_by_stack(std::span<const OperationRow> rows,
                                                 const std::string& file) {
  std::map<std::pair<std::string, std::string>, perf::MeasuredOperations> by_stack;
  std::vector<Problem> problems;
  for (const OperationRow& row : rows) {
    const std::string& word = row.format.empty() ? row.cache : row.format;
    if (const auto format = hardware::parse_numeric_format(word)) {
      add(by_stack[{row.chip, row.stack}], row, *format);
    } else {
      problems.push_back({{file, row.line, 0},
                          row.format.empty() ? "cache" : "format",
                          "a numeric format",
                          fmt::format("\"{}\"", word)});
    }
  }
  if (!problems.empty()) throw InputError(std::move(problems));
  std::vector<StackOperations> result;
  for (auto& [key, operations] : by_stack) {
    result.push_back({key.first, key.second, std::move(operations)});
  }
  return result;
}

}  // namespace offtake::fidelity
