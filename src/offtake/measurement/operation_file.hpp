#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "offtake/measurement/csv_table.hpp"
#include "offtake/units/quantity.hpp"

namespace offtake::measurement {

enum class OperationKind {
  kGemm,
  kDecodeAttention,
  kPrefillAttention,
  kLatentDecode,
  kLatentPrefill,
  kExperts,
};

/// `gemm`, `decode_attention` and so on, as the files write it.
std::string_view name(OperationKind kind);

/// One timed operation, as tools/import_operations.py writes it. A size that its kind does not have
/// is zero, a word empty.
struct OperationRow {
  int line = 0;         ///< Of the file.
  std::string package;  ///< Version of the tables that it is from.
  std::string chip;     ///< Catalog id.
  std::string stack;    ///< Catalog id.
  std::string version;  ///< Of the stack.
  OperationKind kind = OperationKind::kGemm;
  std::string format;  ///< Of the weights.
  std::string cache;   ///< Format of keys and values.
  int batch = 0;
  int tokens = 0;  ///< Rows of a product, context of a decode, prompt, or tokens for experts.
  int inputs = 0;
  int outputs = 0;  ///< Width of an expert.
  int heads = 0;
  int kv_heads = 0;
  int head_dim = 0;
  int window = 0;
  int experts = 0;
  int active = 0;
  int tensor = 0;
  int expert = 0;
  Seconds time;
};

/// Reads the columns chip, stack, version, package, operation, format, cache, batch, tokens,
/// inputs, outputs, heads, kv_heads, head_dim, window, experts, active, tensor, expert and us.
/// Throws one InputError with every problem: columns that are missing, operations that are not of
/// the list, sizes that the operation needs and are not whole numbers above zero, times that are
/// not numbers above zero.
std::vector<OperationRow> read_operation_rows(const CsvTable& table);

}  // namespace offtake::measurement
