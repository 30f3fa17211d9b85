#include "offtake/book/node_path.hpp"

#include <algorithm>
#include <utility>

namespace offtake::book {
namespace {

using yaml::Entry;
using yaml::Node;

void visit_all(const std::string& path, const Node& node,
               const std::function<void(const std::string&, const Node&)>& visit) {
  visit(path, node);
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    visit_all(path + "/" + member_name(node, i), node.items[i], visit);
  }
  for (const Entry& entry : node.entries) {
    visit_all(path + "/" + entry.key.text, entry.value, visit);
  }
}

Node* child_of(Node& node, std::string_view name) {
  if (node.kind != Node::Kind::kList) return value_at(node, name);
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    if (member_name(node, i) == name) return &node.items[i];
  }
  return nullptr;
}

}  // namespace

const Node* value_at(const Node& mapping, std::string_view key) {
  const auto at = std::ranges::find_if(mapping.entries,
                                       [&](const Entry& entry) { return entry.key.text == key; });
  return at == mapping.entries.end() ? nullptr : &at->value;
}

Node* value_at(Node& mapping, std::string_view key) {
  return const_cast<Node*>(value_at(std::as_const(mapping), key));
}

std::string member_name(const Node& list, std::size_t index) {
  const Node* name = value_at(list.items[index], "name");
  if (name != nullptr && name->kind == Node::Kind::kScalar) return name->text;
  return std::to_string(index);
}

void for_each_node(const Node& root,
                   const std::function<void(const std::string&, const Node&)>& visit) {
  visit_all("", root, visit);
}

Node* node_at(Node& root, std::string_view path) {
  Node* node = &root;
  while (node != nullptr && !path.empty()) {
    path.remove_prefix(1);
    const std::string_view name = path.substr(0, path.find('/'));
    path.remove_prefix(name.size());
    node = child_of(*node, name);
  }
  return node;
}

}  // namespace offtake::book
