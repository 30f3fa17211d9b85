#include <doctest/doctest.h>
#include <fmt/format.h>

#include <functional>
#include <string>
#include <vector>

#include "offtake/book/node_path.hpp"
#include "offtake/yaml/document.hpp"

/// The schema is for editors; the reader is what decides. This holds them together: the schema's
/// names must cover what the example books use. JSON is YAML, so the same parser reads it.
namespace offtake::book {
namespace {

using yaml::Entry;
using yaml::Node;

class Schema {
 public:
  Schema()
      : document_(yaml::read_document(std::string(OFFTAKE_SOURCE_DIR) +
                                      "/catalog/schema/book.schema.json")) {}

  const Node& root() const { return document_.root; }

  /// The schemas that may describe `key` of a mapping that `schema` describes.
  std::vector<const Node*> of_key(const Node& schema, const std::string& key) const {
    std::vector<const Node*> found;
    for (const Node* one : alternatives(schema)) {
      if (const Node* properties = value_at(*one, "properties")) {
        if (const Node* named = value_at(*properties, key)) found.push_back(named);
      }
      const Node* others = value_at(*one, "additionalProperties");
      if (found.empty() && others != nullptr && others->kind == Node::Kind::kMapping) {
        found.push_back(others);
      }
    }
    return found;
  }

  std::vector<const Node*> of_items(const Node& schema) const {
    std::vector<const Node*> found;
    for (const Node* one : alternatives(schema)) {
      if (const Node* items = value_at(*one, "items")) found.push_back(items);
    }
    return found;
  }

 private:
  /// `schema` with its references and alternatives followed.
  std::vector<const Node*> alternatives(const Node& schema) const {
    std::vector<const Node*> all{&schema};
    if (const Node* reference = value_at(schema, "$ref")) {
      const std::string name = reference->text.substr(std::string("#/$defs/").size());
      const Node* target = value_at(*value_at(document_.root, "$defs"), name);
      REQUIRE_MESSAGE(target != nullptr, name);
      const auto more = alternatives(*target);
      all.insert(all.end(), more.begin(), more.end());
    }
    for (const char* word : {"anyOf", "allOf"}) {
      const Node* list = value_at(schema, word);
      if (list == nullptr) continue;
      for (const Node& item : list->items) {
        const auto more = alternatives(item);
        all.insert(all.end(), more.begin(), more.end());
      }
    }
    return all;
  }

  yaml::Document document_;
};

/// Keys of `node` that no schema of `schemas` describes.
void find_unknown(const Schema& schema, const std::vector<const Node*>& schemas, const Node& node,
                  const std::string& path, std::vector<std::string>& unknown) {
  const auto descend = [&](const Node& child, const std::string& at,
                           const std::function<std::vector<const Node*>(const Node&)>& step) {
    std::vector<const Node*> next;
    for (const Node* one : schemas) {
      const auto more = step(*one);
      next.insert(next.end(), more.begin(), more.end());
    }
    if (next.empty()) {
      unknown.push_back(at);
    } else {
      find_unknown(schema, next, child, at, unknown);
    }
  };
  for (const Node& item : node.items) {
    descend(item, path + "/-", [&](const Node& one) { return schema.of_items(one); });
  }
  for (const Entry& entry : node.entries) {
    descend(entry.value, path + "/" + entry.key.text,
            [&](const Node& one) { return schema.of_key(one, entry.key.text); });
  }
}

}  // namespace

TEST_CASE("the schema knows every key of the example books") {
  const Schema schema;
  for (const char* name : {"openai-2025-12", "openai-2026-03", "enterprise"}) {
    const yaml::Document book =
        yaml::read_document(fmt::format("{}/examples/{}.yaml", OFFTAKE_SOURCE_DIR, name));
    std::vector<std::string> unknown;
    find_unknown(schema, {&schema.root()}, book.root, name, unknown);
    CHECK(fmt::format("{}", fmt::join(unknown, "\n")) == "");
  }
}

TEST_CASE("the schema does not know a key that the reader refuses") {
  const Schema schema;
  const yaml::Document book =
      yaml::parse_document("offers: [{name: a, pricey: 1}]\ndemands: []\n", "my.yaml");
  std::vector<std::string> unknown;
  find_unknown(schema, {&schema.root()}, book.root, "my", unknown);
  CHECK(unknown == std::vector<std::string>{"my/offers/-/pricey", "my/demands"});
}

}  // namespace offtake::book
