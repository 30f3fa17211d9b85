#include <doctest/doctest.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "offtake/fleet/fleet_reader.hpp"
#include "offtake/fleet/serving_names.hpp"
#include "offtake/fleet/whole_fleet.hpp"
#include "offtake/yaml/document.hpp"
#include "offtake/yaml/json_schema.hpp"
#include "offtake/yaml/suggestion.hpp"

/// The schema is for editors; the reader is what decides. This holds them together, key by key.
namespace offtake::fleet {
namespace {

const yaml::JsonSchema& schema() {
  static const yaml::JsonSchema kSchema(
      yaml::read_document(std::string(OFFTAKE_SOURCE_DIR) + "/catalog/schema/fleet.schema.json"));
  return kSchema;
}

template <class E, std::size_t N>
std::vector<std::string> names(const std::array<yaml::Choice<E>, N>& choices) {
  std::vector<std::string> all;
  for (const yaml::Choice<E>& choice : choices) all.emplace_back(choice.name);
  return all;
}

/// What the reader says of a key that stands before `key` of the whole fleet and is none.
std::string expected_beside(std::string_view key) {
  constexpr std::string_view kUnknown = "qqqqqqqqqqqqqqqqqqqqqqqqqqqqqq";
  std::string text(kWholeFleet);
  const std::size_t at = text.find(key);
  REQUIRE(at != std::string::npos);
  const std::size_t line = text.rfind('\n', at) + 1;
  const bool flow = key.front() == '{';
  const std::string indent(at - line, ' ');
  text.insert(flow ? at + 1 : at,
              flow ? fmt::format("{}: 1, ", kUnknown) : fmt::format("{}: 1\n{}", kUnknown, indent));
  try {
    read_fleet("my.yaml", text);
  } catch (const InputError& error) {
    REQUIRE(error.problems().size() == 1);
    return error.problems().front().expected;
  }
  return "an unknown key";
}

}  // namespace

TEST_CASE("the schema and the reader know the same keys, in the same order") {
  const std::vector<std::pair<std::string, std::string_view>> mappings = {
      {"", "fleet: whole"},
      {"/admission", "{waiting_max: 0"},
      {"/classes/-", "name: chat"},
      {"/classes/-/objective", "{ttft: 2 s"},
      {"/pools/-", "name: prefill"},
      {"/pools/-/layout", "{tensor: 4"},
      {"/pools/-/batch", "batching: prompts-first"},
      {"/pools/-/scaling", "replicas_min: 2"},
      {"/pools/-/outages", "mean_time_between_failures: 250 days"},
      {"/pools/-/outages/maintenance/-", "{start: 2 h"},
  };
  for (const auto& [path, key] : mappings) {
    INFO("mapping ", path);
    CHECK(expected_beside(key) == "a known key: " + yaml::one_of(schema().keys(path)));
  }
}

TEST_CASE("the schema and the reader know the same names of rules") {
  CHECK(schema().values("/routing") == names(kRoutings));
  CHECK(schema().values("/pools/-/role") == names(kRoles));
  CHECK(schema().values("/pools/-/batch/batching") == names(kBatchings));
  CHECK(schema().values("/pools/-/batch/preemption") == names(kPreemptions));
}

TEST_CASE("the schema knows every key of the examples and of the whole fleet") {
  const auto unknown = [](const yaml::Document& fleet) {
    return fmt::format("{}", fmt::join(schema().unknown_keys(fleet.root, ""), "\n"));
  };
  CHECK(unknown(yaml::parse_document(kWholeFleet, "whole.yaml")) == "");
  for (const char* name : {"chat-two-pools", "chat-prefill-decode"}) {
    CHECK(unknown(yaml::read_document(
              fmt::format("{}/examples/fleets/{}.yaml", OFFTAKE_SOURCE_DIR, name))) == "");
  }
}

}  // namespace offtake::fleet
