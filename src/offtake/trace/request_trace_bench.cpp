#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <cstdint>
#include <string>

#include "offtake/trace/request_trace.hpp"
#include "offtake/trace/written_file.hpp"

namespace offtake::trace {
namespace {

constexpr std::int64_t kRows = 1'000'000;

/// A million rows in the manner of Azure's trace, 50 to 150 ms apart.
std::string azure_rows() {
  std::string text = "TIMESTAMP,ContextTokens,GeneratedTokens\r\n";
  std::int64_t ms = 0;
  for (std::int64_t row = 0; row < kRows; ++row) {
    ms += 50 + 37 * row % 101;
    const std::int64_t second = ms / 1000;
    text += fmt::format("2023-11-{:02} {:02}:{:02}:{:02}.{:03}9600,{},{}\r\n", 16 + second / 86400,
                        second / 3600 % 24, second / 60 % 60, second % 60, ms % 1000,
                        1 + 7919 * row % 4096, 1 + 7907 * row % 512);
  }
  return text;
}

/// Rows that one core reads in a second.
void rows_read(benchmark::State& state, const std::string& text) {
  const WrittenFile file(text);
  for (auto _ : state) {
    const auto trace = open_trace(file.path(), {});
    while (auto request = trace->next()) benchmark::DoNotOptimize(*request);
  }
  state.SetItemsProcessed(state.iterations() * kRows);
}

BENCHMARK_CAPTURE(rows_read, azure, azure_rows());
BENCHMARK_CAPTURE(rows_read, azure_gzip, gzipped(azure_rows()));

}  // namespace
}  // namespace offtake::trace
