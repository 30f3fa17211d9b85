#include "offtake/measurement/operation_file.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

#include "offtake/measurement/row_reader.hpp"

namespace offtake::measurement {
namespace {

constexpr std::array kKinds{
    Word{"gemm", OperationKind::kGemm},
    Word{"decode_attention", OperationKind::kDecodeAttention},
    Word{"prefill_attention", OperationKind::kPrefillAttention},
    Word{"latent_decode", OperationKind::kLatentDecode},
    Word{"latent_prefill", OperationKind::kLatentPrefill},
    Word{"experts", OperationKind::kExperts},
};

constexpr std::string_view kRequired[] = {"chip", "stack", "operation", "tokens", "us"};

/// A column of whole numbers and where it goes.
struct SizeColumn {
  std::string_view name;
  int OperationRow::* field;
};

constexpr SizeColumn kBatch{"batch", &OperationRow::batch};
constexpr SizeColumn kInputs{"inputs", &OperationRow::inputs};
constexpr SizeColumn kOutputs{"outputs", &OperationRow::outputs};
constexpr SizeColumn kHeads{"heads", &OperationRow::heads};
constexpr SizeColumn kKvHeads{"kv_heads", &OperationRow::kv_heads};
constexpr SizeColumn kHeadDim{"head_dim", &OperationRow::head_dim};
constexpr SizeColumn kExperts{"experts", &OperationRow::experts};
constexpr SizeColumn kActive{"active", &OperationRow::active};
constexpr SizeColumn kTensor{"tensor", &OperationRow::tensor};
constexpr SizeColumn kExpert{"expert", &OperationRow::expert};

constexpr SizeColumn kOfGemm[] = {kInputs, kOutputs};
constexpr SizeColumn kOfAttention[] = {kBatch, kHeads, kKvHeads, kHeadDim};
constexpr SizeColumn kOfLatent[] = {kBatch, kHeads};
constexpr SizeColumn kOfExperts[] = {kInputs, kOutputs, kExperts, kActive, kTensor, kExpert};

std::span<const SizeColumn> sizes_of(OperationKind kind) {
  switch (kind) {
    case OperationKind::kGemm:
      return kOfGemm;
    case OperationKind::kDecodeAttention:
    case OperationKind::kPrefillAttention:
      return kOfAttention;
    case OperationKind::kLatentDecode:
    case OperationKind::kLatentPrefill:
      return kOfLatent;
    case OperationKind::kExperts:
      return kOfExperts;
  }
  return {};
}

bool has_weights(OperationKind kind) {
  return kind == OperationKind::kGemm || kind == OperationKind::kExperts;
}

/// A size that the operation has; a cell that is no number is told by the reader.
int size(const CsvTable& table, RowReader& reader, const CsvTable::Row& row,
         std::string_view column) {
  const auto count = reader.count(row, column);
  if (count && *count > 0) return *count;
  if (count || table.cell(row, column).empty()) {
    reader.reject(row, column, "a whole number above zero");
  }
  return 1;
}

std::string word(RowReader& reader, const CsvTable::Row& row, std::string_view column) {
  std::string text = reader.text(row, column);
  if (text.empty()) reader.reject(row, column, "a numeric format");
  return text;
}

OperationRow read_row(const CsvTable& table, RowReader& reader, const CsvTable::Row& row) {
  OperationRow read{.line = row.line,
                    .package = reader.text(row, "package"),
                    .chip = reader.text(row, "chip"),
                    .stack = reader.text(row, "stack"),
                    .version = reader.text(row, "version"),
                    .kind = reader.word(row, "operation", kKinds)};
  (has_weights(read.kind) ? read.format : read.cache) =
      word(reader, row, has_weights(read.kind) ? "format" : "cache");
  read.tokens = size(table, reader, row, "tokens");
  for (const SizeColumn& column : sizes_of(read.kind)) {
    read.*column.field = size(table, reader, row, column.name);
  }
  read.window = reader.count(row, "window").value_or(0);
  if (const auto us = reader.positive(row, "us")) {
    read.time = Seconds::in_base_units(*us * 1e-6);
  } else if (table.cell(row, "us").empty()) {
    reader.reject(row, "us", "a number above zero");
  }
  return read;
}

}  // namespace

std::string_view name(OperationKind kind) {
  return std::ranges::find(kKinds, kind, &Word<OperationKind>::meaning)->text;
}

std::vector<OperationRow> read_operation_rows(const CsvTable& table) {
  RowReader reader(table);
  reader.require_columns(kRequired);
  reader.finish();
  std::vector<OperationRow> rows;
  rows.reserve(table.rows().size());
  for (const CsvTable::Row& row : table.rows()) rows.push_back(read_row(table, reader, row));
  reader.finish();
  return rows;
}

}  // namespace offtake::measurement
