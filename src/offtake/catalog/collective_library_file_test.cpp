#include "offtake/catalog/collective_library_file.hpp"

#include <doctest/doctest.h>

#include <string>

#include "offtake/units/literals.hpp"

namespace offtake::catalog {
namespace {

using namespace offtake::literals;

const std::string kLibrary =
    "name: NCCL 2.29.2\n"
    "ranks_max: 8\n"
    "ring: {start: 5 us, step: 0.8 us}\n"
    "exchange: {start: 8 us, step: 0 us}\n"
    "paths: [{ranks: 2, bandwidth: 20 GB/s}, {ranks: 4, bandwidth: 5 GB/s}]\n"
    "in_switch: {ranks: 8, bandwidth: 30 GB/s}\n"
    "own_share: 50%\n"
    "knee: 65%\n"
    "error: 20%\n";

yaml::ObjectReader reader_of(const std::string& text) {
  return yaml::ObjectReader(yaml::parse_document(text, "f.yaml"));
}

std::string complaints_of(std::string text, const std::string& from, const std::string& to) {
  text.replace(text.find(from), from.size(), to);
  const auto reader = reader_of(text);
  read_collective_library(reader, yaml::Evidence::kOptional);
  std::string told;
  for (const Problem& problem : reader.problems()) told += describe(problem) + "\n";
  return told;
}

TEST_CASE("a library's curve is read with its paths") {
  const auto reader = reader_of(kLibrary);
  const auto library = read_collective_library(reader, yaml::Evidence::kOptional);
  CHECK(reader.problems().empty());
  CHECK(library.name == "NCCL 2.29.2");
  CHECK(library.ranks_max == 8);
  CHECK(library.ring.step.value == 0.8_us);
  CHECK(library.exchange.start.value == 8.0_us);
  REQUIRE(library.paths.size() == 2);
  CHECK(library.paths[1].ranks == 4);
  CHECK(library.paths[1].bandwidth.value == 5.0_GB_per_s);
  CHECK(library.in_switch->bandwidth.value == 30.0_GB_per_s);
  CHECK(library.knee.value == doctest::Approx(0.65));
}

TEST_CASE("paths that do not ascend from two ranks are refused") {
  CHECK(complaints_of(kLibrary, "ranks: 4", "ranks: 2").find("paths that ascend from 2 ranks") !=
        std::string::npos);
  CHECK(complaints_of(kLibrary, "{ranks: 2, b", "{ranks: 3, b").find("paths that ascend") !=
        std::string::npos);
}

TEST_CASE("a knee or a bandwidth of zero is refused") {
  CHECK(complaints_of(kLibrary, "65%", "0%").find("/knee: expected a share above 0%") !=
        std::string::npos);
  CHECK(complaints_of(kLibrary, "5 GB/s", "0 GB/s").find("expected a bandwidth above zero") !=
        std::string::npos);
}

}  // namespace
}  // namespace offtake::catalog
