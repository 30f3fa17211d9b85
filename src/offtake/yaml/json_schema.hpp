#pragma once

#include <string>
#include <utility>
#include <vector>

#include "offtake/yaml/document.hpp"

namespace offtake::yaml {

/// The names that a JSON Schema knows, for tests that hold a reader and the schema of its files
/// together: schemas are for editors, readers decide. Knows `properties`, `additionalProperties`,
/// `items`, `enum`, `anyOf`, `allOf` and references to `$defs`. JSON is YAML, so the same parser
/// reads it.
class JsonSchema {
 public:
  explicit JsonSchema(Document document) : document_(std::move(document)) {}

  /// Paths, each begun with `name`, of the keys of `file` that are not described; an item of a list
  /// is "-".
  std::vector<std::string> unknown_keys(const Node& file, const std::string& name) const;
  /// Keys of the mapping at `path`, such as "/pools/-/layout", in the schema's order.
  std::vector<std::string> keys(const std::string& path) const;
  /// The values that `path` may have; empty where any may be.
  std::vector<std::string> values(const std::string& path) const;

 private:
  using Schemas = std::vector<const Node*>;

  Schemas alternatives(const Schemas& schemas) const;
  Schemas of_key(const Schemas& schemas, const std::string& key) const;
  Schemas of_items(const Schemas& schemas) const;
  Schemas at(const std::string& path) const;
  void find_unknown(const Schemas& schemas, const Node& node, const std::string& path,
                    std::vector<std::string>& unknown) const;

  Document document_;
};

}  // namespace offtake::yaml
