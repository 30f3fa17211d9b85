#include "offtake/catalog/entry.hpp"

#include <array>

namespace offtake::catalog {
namespace {

using yaml::Node;

constexpr std::array<std::string_view, 12> kNames{"chip",       "system", "stack",     "fit",
                                                  "efficiency", "model",  "price",     "deal",
                                                  "party",      "demand", "benchmark", "source"};
constexpr std::array<std::string_view, 12> kPlurals{
    "chips",  "systems", "stacks",  "fits",   "efficiencies", "models",
    "prices", "deals",   "parties", "demand", "benchmarks",   "sources"};

const Node* find(const Node& mapping, std::string_view key) {
  for (const yaml::Entry& entry : mapping.entries) {
    if (entry.key.text == key) return &entry.value;
  }
  return nullptr;
}

std::string text(const Node& mapping, std::string_view key) {
  const Node* node = find(mapping, key);
  return node == nullptr ? "" : node->text;
}

/// A value on one line, as flow style writes it.
std::string in_one_line(const Node& node) {
  std::string line;
  const auto add = [&line](const std::string& part) {
    if (!line.empty()) line += ", ";
    line += part;
  };
  switch (node.kind) {
    case Node::Kind::kNull:
      break;
    case Node::Kind::kScalar:
      line = node.text;
      break;
    case Node::Kind::kList:
      for (const Node& item : node.items) add(in_one_line(item));
      return "[" + line + "]";
    case Node::Kind::kMapping:
      for (const yaml::Entry& entry : node.entries) {
        add(entry.key.text + ": " + in_one_line(entry.value));
      }
      return "{" + line + "}";
  }
  return line;
}

bool is_told_apart(std::string_view key) {
  return key == "source" || key == "status" || key == "note";
}

/// A row of a table: its fields, but for those that a line holds by themselves.
std::string row_text(const Node& row) {
  std::string line;
  for (const yaml::Entry& field : row.entries) {
    if (is_told_apart(field.key.text)) continue;
    if (!line.empty()) line += ", ";
    line += field.key.text + ": " + in_one_line(field.value);
  }
  return line;
}

EntryLine line_of(const Node& node, const std::string& path, const std::string& file) {
  return {.path = path,
          .value = {},
          .low = {},
          .high = {},
          .source = text(node, "source"),
          .status = text(node, "status"),
          .note = text(node, "note"),
          .place = {file, node.line, node.column}};
}

void add_lines(const Node& node, const std::string& path, const std::string& file,
               std::vector<EntryLine>& lines) {
  if (node.kind == Node::Kind::kMapping && find(node, "value") != nullptr) {
    EntryLine line = line_of(node, path, file);
    line.value = text(node, "value");
    line.low = text(node, "low");
    line.high = text(node, "high");
    lines.push_back(std::move(line));
  } else if (node.kind == Node::Kind::kMapping) {
    for (const yaml::Entry& entry : node.entries) {
      add_lines(entry.value, path + "/" + entry.key.text, file, lines);
    }
  } else if (node.kind == Node::Kind::kList && !node.items.empty() &&
             node.items.front().kind == Node::Kind::kMapping) {
    for (std::size_t i = 0; i < node.items.size(); ++i) {
      EntryLine line = line_of(node.items[i], path + "/" + std::to_string(i), file);
      line.value = row_text(node.items[i]);
      lines.push_back(std::move(line));
    }
  } else {
    EntryLine line = line_of(node, path, file);
    line.value = in_one_line(node);
    lines.push_back(std::move(line));
  }
}

}  // namespace

std::string_view name(EntryKind kind) { return kNames[static_cast<std::size_t>(kind)]; }

std::string_view plural(EntryKind kind) { return kPlurals[static_cast<std::size_t>(kind)]; }

std::vector<EntryLine> entry_lines(const Node& mapping, const std::string& file) {
  std::vector<EntryLine> lines;
  for (const yaml::Entry& entry : mapping.entries) {
    add_lines(entry.value, "/" + entry.key.text, file, lines);
  }
  return lines;
}

}  // namespace offtake::catalog
