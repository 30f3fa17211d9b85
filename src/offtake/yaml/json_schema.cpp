#include "offtake/yaml/json_schema.hpp"

#include <algorithm>
#include <string_view>

#include "offtake/base/expects.hpp"

namespace offtake::yaml {
namespace {

constexpr std::string_view kDefinitions = "#/$defs/";

const Node* value_at(const Node& mapping, std::string_view key) {
  const auto has_key = [&](const Entry& entry) { return entry.key.text == key; };
  const auto found = std::ranges::find_if(mapping.entries, has_key);
  return found == mapping.entries.end() ? nullptr : &found->value;
}

}  // namespace

/// `schemas` with their references and alternatives followed.
JsonSchema::Schemas JsonSchema::alternatives(const Schemas& schemas) const {
  Schemas all = schemas;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Node& schema = *all[i];
    if (const Node* reference = value_at(schema, "$ref")) {
      expects(reference->text.starts_with(kDefinitions), "a reference is to the schema's own");
      const Node* definitions = value_at(document_.root, "$defs");
      expects(definitions != nullptr, "a schema with references has definitions");
      const Node* target = value_at(*definitions, reference->text.substr(kDefinitions.size()));
      expects(target != nullptr, "a reference is to what is defined");
      all.push_back(target);
    }
    for (const char* word : {"anyOf", "allOf"}) {
      const Node* list = value_at(schema, word);
      if (list == nullptr) continue;
      for (const Node& item : list->items) all.push_back(&item);
    }
  }
  return all;
}

JsonSchema::Schemas JsonSchema::of_key(const Schemas& schemas, const std::string& key) const {
  Schemas found;
  for (const Node* schema : alternatives(schemas)) {
    const Node* properties = value_at(*schema, "properties");
    const Node* named = properties == nullptr ? nullptr : value_at(*properties, key);
    const Node* others = value_at(*schema, "additionalProperties");
    if (named != nullptr) {
      found.push_back(named);
    } else if (others != nullptr && others->kind == Node::Kind::kMapping) {
      found.push_back(others);
    }
  }
  return found;
}

JsonSchema::Schemas JsonSchema::of_items(const Schemas& schemas) const {
  Schemas found;
  for (const Node* schema : alternatives(schemas)) {
    if (const Node* items = value_at(*schema, "items")) found.push_back(items);
  }
  return found;
}

JsonSchema::Schemas JsonSchema::at(const std::string& path) const {
  Schemas schemas{&document_.root};
  std::size_t start = 1;
  while (start < path.size()) {
    const std::size_t end = std::min(path.find('/', start), path.size());
    const std::string key = path.substr(start, end - start);
    schemas = key == "-" ? of_items(schemas) : of_key(schemas, key);
    start = end + 1;
  }
  return schemas;
}

std::vector<std::string> JsonSchema::keys(const std::string& path) const {
  std::vector<std::string> names;
  for (const Node* schema : alternatives(at(path))) {
    const Node* properties = value_at(*schema, "properties");
    if (properties == nullptr) continue;
    for (const Entry& entry : properties->entries) names.push_back(entry.key.text);
  }
  return names;
}

std::vector<std::string> JsonSchema::values(const std::string& path) const {
  std::vector<std::string> names;
  for (const Node* schema : alternatives(at(path))) {
    const Node* list = value_at(*schema, "enum");
    if (list == nullptr) continue;
    for (const Node& item : list->items) names.push_back(item.text);
  }
  return names;
}

std::vector<std::string> JsonSchema::unknown_keys(const Node& file, const std::string& name) const {
  std::vector<std::string> unknown;
  find_unknown({&document_.root}, file, name, unknown);
  return unknown;
}

void JsonSchema::find_unknown(const Schemas& schemas, const Node& node, const std::string& path,
                              std::vector<std::string>& unknown) const {
  const auto descend = [&](const Schemas& next, const Node& child, const std::string& child_path) {
    if (next.empty()) {
      unknown.push_back(child_path);
    } else {
      find_unknown(next, child, child_path, unknown);
    }
  };
  for (const Node& item : node.items) descend(of_items(schemas), item, path + "/-");
  for (const Entry& entry : node.entries) {
    descend(of_key(schemas, entry.key.text), entry.value, path + "/" + entry.key.text);
  }
}

}  // namespace offtake::yaml
