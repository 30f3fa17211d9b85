#include "offtake/catalog/calculon_file.hpp"

#include <doctest/doctest.h>

#include <string>

#include "offtake/units/literals.hpp"

namespace offtake::catalog {
namespace {

using namespace offtake::literals;

const std::string kFigures =
    "vector_by_size: [{from: 0 GFLOP, fraction: 10%}, {from: 16 GFLOP, fraction: 95%}]\n"
    "host_memory: {capacity: 512 GiB, bandwidth: 32 GB/s, by_size: [{from: 0 MB, fraction: 30%}]}\n"
    "scale_up: {must_be_filled: true, reduce_scatter: {per_byte: 1.5, own_share: 1},\n"
    "  all_gather: {per_byte: 1.25, own_share: 0.5}, all_reduce: {per_byte: 2, own_share: 1}}\n"
    "scale_out: {must_be_filled: false, reduce_scatter: {per_byte: 1, own_share: 0},\n"
    "  all_gather: {per_byte: 1, own_share: 0}, all_reduce: {per_byte: 1, own_share: 0}}\n";

yaml::ObjectReader reader_of(const std::string& text) {
  return yaml::ObjectReader(yaml::parse_document(text, "f.yaml"));
}

std::string complaints_of(std::string text, const std::string& from, const std::string& to) {
  text.replace(text.find(from), from.size(), to);
  const auto reader = reader_of(text);
  read_calculon_figures(reader, yaml::Evidence::kOptional);
  std::string told;
  for (const Problem& problem : reader.problems()) told += describe(problem) + "\n";
  return told;
}

TEST_CASE("the figures of Calculon are read") {
  const auto reader = reader_of(kFigures);
  const auto figures = read_calculon_figures(reader, yaml::Evidence::kOptional);
  CHECK(reader.problems().empty());
  CHECK(figures.vector_by_size.at(15e9) == doctest::Approx(0.10));
  CHECK(figures.vector_by_size.at(16e9) == doctest::Approx(0.95));
  CHECK(figures.host_memory.capacity.value == 512.0_GiB);
  CHECK(figures.host_memory.bandwidth.value == 32.0_GB_per_s);
  CHECK(figures.scale_up.must_be_filled);
  CHECK(!figures.scale_out.must_be_filled);
  CHECK(figures.scale_up.all_gather.per_byte == 1.25);
  CHECK(figures.scale_up.all_gather.own_share == 0.5);
}

TEST_CASE("figures that cannot be are refused by name") {
  const auto refuses = [](const std::string& from, const std::string& to, const char* path) {
    CHECK(complaints_of(kFigures, from, to).find(path) != std::string::npos);
  };
  refuses("from: 0 GFLOP", "from: 1 GFLOP", "/vector_by_size");
  refuses("bandwidth: 32 GB/s", "bandwidth: 0 GB/s", "/host_memory/bandwidth");
  refuses("per_byte: 1.5", "per_byte: 0", "/scale_up/reduce_scatter/per_byte");
  refuses("own_share: 0.5", "own_share: 1.5", "/scale_up/all_gather/own_share");
  refuses("must_be_filled: true", "must_be_filled: maybe", "/scale_up/must_be_filled");
}

}  // namespace
}  // namespace offtake::catalog
