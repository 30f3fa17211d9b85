#include "offtake/catalog/benchmark_file.hpp"

#include <doctest/doctest.h>

#include <string>

#include "offtake/units/literals.hpp"

namespace offtake::catalog {
namespace {

using namespace offtake::literals;

yaml::ObjectReader reader_of(const std::string& text) {
  return yaml::ObjectReader(
      yaml::parse_document("name: n\nmodel: m\ndataset: d\n" + text, "b.yaml"));
}

std::string complaints(const yaml::ObjectReader& reader) {
  std::string text;
  for (const Problem& problem : reader.problems()) text += describe(problem) + "\n";
  return text;
}

TEST_CASE("a benchmark's lengths and limits are read, what it does not limit is absent") {
  const auto reader = reader_of(
      "input_tokens: 232\ninput_deviation: 175\noutput_tokens: 294.45\n"
      "server: {ttft: 2 s, tpot: 200 ms}\ninteractive: {request: 1.5 s}\n");
  const Benchmark benchmark = read_benchmark(reader, "b", yaml::Evidence::kOptional);
  CHECK(complaints(reader).empty());
  CHECK(benchmark.id == "b");
  CHECK(benchmark.input_tokens.value == 232);
  CHECK(benchmark.input_deviation->value == 175);
  CHECK_FALSE(benchmark.output_deviation.has_value());
  CHECK(benchmark.server->ttft->value == 2.0_s);
  CHECK(benchmark.server->tpot->value == 200.0_ms);
  CHECK_FALSE(benchmark.server->request.has_value());
  CHECK(benchmark.interactive->request->value == 1.5_s);
}

TEST_CASE("a scenario without a limit and a figure without a source are refused") {
  const auto reader = reader_of(
      "input_tokens: {value: 232, source: s, status: measured}\noutput_tokens: 294\nserver: {}\n");
  read_benchmark(reader, "b", yaml::Evidence::kRequired);
  CHECK(complaints(reader) ==
        "b.yaml:5:16: /output_tokens/source: expected a source's id, found nothing\n"
        "b.yaml:6:9: /server: expected a limit of ttft, tpot or request, found a mapping\n");
}

}  // namespace
}  // namespace offtake::catalog
