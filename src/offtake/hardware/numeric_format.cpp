#include "offtake/hardware/numeric_format.hpp"

#include "offtake/base/expects.hpp"

namespace offtake::hardware {
namespace {

struct Row {
  NumericFormat format;
  std::string_view name;
  double bytes;
};

constexpr std::array<Row, kNumericFormatCount> kRows{{
    {NumericFormat::kFp32, "fp32", 4.0},
    {NumericFormat::kTf32, "tf32", 4.0},
    {NumericFormat::kBf16, "bf16", 2.0},
    {NumericFormat::kFp16, "fp16", 2.0},
    {NumericFormat::kFp8, "fp8", 1.0},
    {NumericFormat::kMxfp8, "mxfp8", 1.0 + 1.0 / 32.0},
    {NumericFormat::kInt8, "int8", 1.0},
    {NumericFormat::kFp6, "fp6", 0.75},
    {NumericFormat::kMxfp4, "mxfp4", 0.5 + 1.0 / 32.0},
    {NumericFormat::kNvfp4, "nvfp4", 0.5 + 1.0 / 16.0},
    {NumericFormat::kInt4, "int4", 0.5 + 2.0 / 128.0},
}};

constexpr std::array<NumericFormat, kNumericFormatCount> kFormats = [] {
  std::array<NumericFormat, kNumericFormatCount> formats{};
  for (std::size_t i = 0; i < kNumericFormatCount; ++i) formats[i] = kRows[i].format;
  return formats;
}();

const Row& row(NumericFormat format) {
  const auto index = static_cast<std::size_t>(format);
  expects(index < kNumericFormatCount, "the format is one of the list");
  return kRows[index];
}

}  // namespace

std::span<const NumericFormat> numeric_formats() { return kFormats; }

std::string_view name(NumericFormat format) { return row(format).name; }

std::optional<NumericFormat> parse_numeric_format(std::string_view text) {
  if (text == "fp4") return NumericFormat::kMxfp4;
  if (text == "w4a16") return NumericFormat::kInt4;
  for (const Row& candidate : kRows) {
    if (candidate.name == text) return candidate.format;
  }
  return std::nullopt;
}

Bytes element_size(NumericFormat format) { return Bytes::in_base_units(row(format).bytes); }

}  // namespace offtake::hardware
