#pragma once

#include <functional>
#include <string>

#include "offtake/yaml/document.hpp"

namespace offtake::book {

/// The value of `key` in a mapping, or null.
const yaml::Node* value_at(const yaml::Node& mapping, std::string_view key);
yaml::Node* value_at(yaml::Node& mapping, std::string_view key);

/// How a member of a list is called in a path: its `name`, else its number from zero.
std::string member_name(const yaml::Node& list, std::size_t index);

/// Calls `visit` with every node below and with `root`, parents first, in the file's order.
void for_each_node(const yaml::Node& root,
                   const std::function<void(const std::string& path, const yaml::Node&)>& visit);

/// The node at `path`, or null.
yaml::Node* node_at(yaml::Node& root, std::string_view path);

}  // namespace offtake::book
