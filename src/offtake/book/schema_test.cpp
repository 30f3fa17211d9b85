#include <doctest/doctest.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string>
#include <vector>

#include "offtake/yaml/document.hpp"
#include "offtake/yaml/json_schema.hpp"

/// The schema is for editors; the reader is what decides. This holds them together: the schema's
/// names must cover what the example books use.
namespace offtake::book {
namespace {

yaml::JsonSchema schema() {
  return yaml::JsonSchema(
      yaml::read_document(std::string(OFFTAKE_SOURCE_DIR) + "/catalog/schema/book.schema.json"));
}

}  // namespace

TEST_CASE("the schema knows every key of the example books") {
  for (const char* name : {"openai-2025-12", "openai-2026-03", "enterprise"}) {
    const yaml::Document book =
        yaml::read_document(fmt::format("{}/examples/{}.yaml", OFFTAKE_SOURCE_DIR, name));
    CHECK(fmt::format("{}", fmt::join(schema().unknown_keys(book.root, name), "\n")) == "");
  }
}

TEST_CASE("the schema does not know a key that the reader refuses") {
  const yaml::Document book =
      yaml::parse_document("offers: [{name: a, pricey: 1}]\ndemands: []\n", "my.yaml");
  CHECK(schema().unknown_keys(book.root, "my") ==
        std::vector<std::string>{"my/offers/-/pricey", "my/demands"});
}

}  // namespace offtake::book
