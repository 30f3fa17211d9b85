#include "offtake/yaml/json_schema.hpp"

#include <doctest/doctest.h>

namespace offtake::yaml {
namespace {

using Names = std::vector<std::string>;

const JsonSchema& schema() {
  static const JsonSchema kSchema(parse_document(R"({
    "properties": {
      "name": {"type": "string"},
      "kind": {"enum": ["switch", "torus"]},
      "links": {"type": "array", "items": {"$ref": "#/$defs/link"}},
      "by_year": {"additionalProperties": {"anyOf": [{"type": "string"}, {"$ref": "#/$defs/link"}]}}
    },
    "$defs": {"link": {"additionalProperties": false, "properties": {"to": {}, "speed": {}}}}
  })",
                                                 "s.json"));
  return kSchema;
}

Names unknown(const char* text) {
  return schema().unknown_keys(parse_document(text, "f.yaml").root, "f");
}

}  // namespace

TEST_CASE("keys are known by name, in lists, by reference and where any key may stand") {
  CHECK(unknown("{name: a, kind: torus, links: [{to: b, speed: 1}], by_year: {2026: {to: c}}}") ==
        Names{});
}

TEST_CASE("what no schema describes is told with its path") {
  CHECK(unknown("{nme: a, links: [{to: b}, {too: c}], by_year: {2026: {from: d}}, name: [e]}") ==
        Names{"f/nme", "f/links/-/too", "f/by_year/2026/from", "f/name/-"});
}

TEST_CASE("keys and values are listed in the schema's order") {
  CHECK(schema().keys("") == Names{"name", "kind", "links", "by_year"});
  CHECK(schema().keys("/links/-") == Names{"to", "speed"});
  CHECK(schema().keys("/by_year/2026") == Names{"to", "speed"});
  CHECK(schema().keys("/name") == Names{});
  CHECK(schema().values("/kind") == Names{"switch", "torus"});
  CHECK(schema().values("/name") == Names{});
}

}  // namespace offtake::yaml
