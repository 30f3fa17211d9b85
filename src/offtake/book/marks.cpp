#include "offtake/book/marks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "offtake/book/node_path.hpp"
#include "offtake/units/month.hpp"
#include "offtake/units/parse_quantity.hpp"
#include "offtake/yaml/suggestion.hpp"

namespace offtake::book {
namespace {

using yaml::Entry;
using yaml::Node;

std::string text_at(const Node& mapping, std::string_view key) {
  const Node* node = value_at(mapping, key);
  return node != nullptr && node->kind == Node::Kind::kScalar ? node->text : "";
}

/// "USD/chip/h" of "3.20 USD/chip/h".
std::string unit_of(std::string_view text) {
  const std::size_t number = text.find_first_not_of("+-0123456789.eE");
  if (number == std::string_view::npos) return "";
  const std::size_t unit = text.find_first_not_of(' ', number);
  return unit == std::string_view::npos ? "" : std::string(text.substr(unit));
}

std::optional<double> base_units_of(const std::string& text) {
  const auto parsed = parse_any_quantity(text);
  if (!parsed) return std::nullopt;
  return parsed->value;
}

bool is_month(const std::string& text) {
  return text.find('-', 1) != std::string::npos && parse_month(text).has_value();
}

bool is_figure(const Node& node) {
  return node.kind == Node::Kind::kScalar &&
         (is_month(node.text) || parse_any_quantity(node.text).has_value());
}

/// Parts of a book that are held beside the answer and do not make it.
bool is_check(std::string_view path) {
  constexpr std::array kParts{"/checks/",      "/compute_need/", "/spend_check",
                              "/base_path/",   "/company_plan/", "/reported/",
                              "/cash_bridge/", "/exposure_check"};
  return std::ranges::any_of(
      kParts, [&](std::string_view part) { return path.find(part) != std::string_view::npos; });
}

Assumption assumption(std::string path, int line, std::string value) {
  Assumption result;
  result.is_check = is_check(path);
  result.path = std::move(path);
  result.line = line;
  result.value_text = std::move(value);
  if (is_month(result.value_text)) return result;
  if (const auto parsed = parse_any_quantity(result.value_text)) {
    result.value = parsed->value;
    result.dimension = parsed->dimension;
    result.unit_text = unit_of(result.value_text);
  }
  return result;
}

void set_mark(Assumption& figure, const Node& mark) {
  figure.source = text_at(mark, "source");
  figure.assume = text_at(mark, "assume");
  figure.status = figure.source.empty() ? MarkStatus::kAssumed : MarkStatus::kSourced;
}

Assumption of_value(const std::string& path, const Node& mapping) {
  Assumption figure = assumption(path, mapping.line, text_at(mapping, "value"));
  figure.low_text = text_at(mapping, "low");
  figure.high_text = text_at(mapping, "high");
  if (!is_month(figure.low_text)) figure.low = base_units_of(figure.low_text);
  if (!is_month(figure.high_text)) figure.high = base_units_of(figure.high_text);
  set_mark(figure, mapping);
  return figure;
}

bool is_mark_key(std::string_view key) {
  return key == "value" || key == "low" || key == "high" || key == "mode" || key == "source" ||
         key == "assume" || key == "note" || key == "name";
}

/// The figures for which the `source` or `assume` of `mark` speaks: those in it, and in lists and
/// mappings in it that have no mark of their own.
void add_neighbours(const std::string& path, const Node& node, const Node& mark,
                    std::vector<Assumption>& found) {
  if (is_figure(node)) {
    found.push_back(assumption(path, node.line, node.text));
    set_mark(found.back(), mark);
  }
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    add_neighbours(path + "/" + member_name(node, i), node.items[i], mark, found);
  }
  const bool own_mark = value_at(node, "value") != nullptr || value_at(node, "source") != nullptr ||
                        value_at(node, "assume") != nullptr;
  if (own_mark && &node != &mark) return;
  for (const Entry& entry : node.entries) {
    if (!is_mark_key(entry.key.text)) {
      add_neighbours(path + "/" + entry.key.text, entry.value, mark, found);
    }
  }
}

void replace(Node& node, const std::string& text) {
  node.kind = Node::Kind::kScalar;
  node.text = text;
}

/// What stops the replacement, or nothing.
std::optional<std::string> override_one(Node& node, const std::string& text) {
  Node* value = node.kind == Node::Kind::kMapping ? value_at(node, "value") : nullptr;
  if (value == nullptr && node.kind != Node::Kind::kScalar) return "no single figure";
  if (text == "low" || text == "high") {
    const Node* end = value == nullptr ? nullptr : value_at(node, text);
    if (end == nullptr) return fmt::format("a figure without \"{}\"", text);
    replace(*value, end->text);
    return std::nullopt;
  }
  replace(value == nullptr ? node : *value, text);
  std::erase_if(node.entries, [](const Entry& entry) {
    return entry.key.text == "low" || entry.key.text == "high";
  });
  return std::nullopt;
}

}  // namespace

std::vector<Assumption> marked_figures(const yaml::Document& document) {
  std::vector<Assumption> found;
  for_each_node(document.root, [&](const std::string& path, const Node& node) {
    if (node.kind != Node::Kind::kMapping || path.starts_with("/sources")) return;
    if (value_at(node, "value") != nullptr) found.push_back(of_value(path, node));
    if (value_at(node, "source") == nullptr && value_at(node, "assume") == nullptr) return;
    add_neighbours(path, node, node, found);
  });
  std::ranges::stable_sort(found, {}, &Assumption::line);
  return found;
}

void apply(const Overrides& overrides, yaml::Document& document) {
  std::vector<Problem> problems;
  for (const auto& [path, text] : overrides) {
    Node* node = path.starts_with('/') ? node_at(document.root, path) : nullptr;
    if (node == nullptr) {
      std::vector<std::string> known;
      for (const Assumption& figure : marked_figures(document)) known.push_back(figure.path);
      const auto meant = yaml::nearest(path, known);
      problems.push_back(
          {{document.file, 0, 0},
           path,
           "the path of a figure" + (meant ? fmt::format(" (did you mean \"{}\"?)", *meant) : ""),
           "nothing there"});
    } else if (const auto wrong = override_one(*node, text)) {
      problems.push_back({{document.file, node->line, node->column},
                          path,
                          "a figure that can be set to \"" + text + "\"",
                          *wrong});
    }
  }
  if (!problems.empty()) throw InputError(std::move(problems));
}

std::vector<Problem> unknown_sources(const yaml::Document& document) {
  std::vector<std::string> known;
  if (const Node* sources = value_at(document.root, "sources")) {
    for (const Entry& entry : sources->entries) known.push_back(entry.key.text);
  }
  std::vector<Problem> problems;
  for_each_node(document.root, [&](const std::string& path, const Node& node) {
    const bool names_source = path.ends_with("/source") && !path.starts_with("/sources/");
    if (!names_source || std::ranges::find(known, node.text) != known.end()) return;
    const auto meant = yaml::nearest(node.text, known);
    problems.push_back({{document.file, node.line, node.column},
                        path,
                        "the id of an entry under `sources`" +
                            (meant ? fmt::format(" (did you mean \"{}\"?)", *meant) : ""),
                        fmt::format("\"{}\"", node.text)});
  });
  return problems;
}

}  // namespace offtake::book
