#include "offtake/yaml/object_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <unordered_map>

#include "offtake/base/expects.hpp"
#include "offtake/yaml/suggestion.hpp"

namespace offtake::yaml {

/// What all readers of one document share.
struct Reading {
  /// The keys of one mapping that a reader has asked for, in the order of asking.
  struct Asked {
    std::vector<std::string> keys;
    bool all = false;  ///< Its keys are free.
  };

  Document document;
  std::vector<Problem> problems;
  std::unordered_map<const Node*, Asked> asked;

  void note(const Node* node, std::string path, std::string expected, std::string found) {
    Place place{document.file, 0, 0};
    if (node != nullptr) place = {document.file, node->line, node->column};
    Problem problem{std::move(place), std::move(path), std::move(expected), std::move(found)};
    if (std::ranges::find(problems, problem) == problems.end()) {
      problems.push_back(std::move(problem));
    }
  }
};

namespace {

constexpr std::size_t kShown = 60;  ///< Letters of a user's text that a message repeats.

std::string found_text(const Node* node) {
  if (node == nullptr || node->kind == Node::Kind::kNull) return "nothing";
  switch (node->kind) {
    case Node::Kind::kList:
      return "a list";
    case Node::Kind::kMapping:
      return "a mapping";
    default:
      break;
  }
  if (node->text.size() <= kShown) return fmt::format("\"{}\"", node->text);
  return fmt::format("\"{}...\"", node->text.substr(0, kShown));
}

const Node* value_of(const Node& mapping, std::string_view key) {
  for (const Entry& entry : mapping.entries) {
    if (entry.key.text == key) return &entry.value;
  }
  return nullptr;
}

void remember(std::vector<std::string>& keys, std::string_view key) {
  if (std::ranges::find(keys, key) == keys.end()) keys.emplace_back(key);
}

void note_unknown_keys(const Reading& reading, const Node& node, const std::string& path,
                       std::vector<Problem>& problems) {
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    note_unknown_keys(reading, node.items[i], fmt::format("{}/{}", path, i), problems);
  }
  const auto asked = reading.asked.find(&node);
  if (asked == reading.asked.end()) return;  // Its kind was wrong, or no one came this far.
  for (const Entry& entry : node.entries) {
    const std::string key_path = path + "/" + entry.key.text;
    const std::vector<std::string>& known = asked->second.keys;
    if (asked->second.all || std::ranges::find(known, entry.key.text) != known.end()) {
      note_unknown_keys(reading, entry.value, key_path, problems);
      continue;
    }
    const auto meant = nearest(entry.key.text, known);
    problems.push_back({{reading.document.file, entry.key.line, entry.key.column},
                        key_path,
                        known.empty() ? "no key here"
                        : meant       ? fmt::format("a known key (did you mean \"{}\"?)", *meant)
                                      : "a known key: " + one_of(known),
                        fmt::format("\"{}\"", entry.key.text)});
  }
}

}  // namespace

Value::Value(std::shared_ptr<Reading> reading, const Node* node, std::string path)
    : reading_(std::move(reading)), node_(node), path_(std::move(path)) {}

Value Value::missing(std::string path, const Node* lacking) const {
  Value value(reading_, nullptr, std::move(path));
  value.lacking_ = lacking;
  return value;
}

Value::Kind Value::kind() const {
  if (node_ == nullptr) return Kind::kAbsent;
  switch (node_->kind) {
    case Node::Kind::kScalar:
      return Kind::kScalar;
    case Node::Kind::kList:
      return Kind::kList;
    case Node::Kind::kMapping:
      return Kind::kMapping;
    case Node::Kind::kNull:
      break;
  }
  return Kind::kNull;
}

Place Value::place() const {
  const Node* node = node_ != nullptr ? node_ : lacking_;
  if (node == nullptr) return {reading_->document.file, 0, 0};
  return {reading_->document.file, node->line, node->column};
}

void Value::reject(std::string expected) const { reject(std::move(expected), found_text(node_)); }

void Value::reject(std::string expected, std::string found) const {
  const Node* node = node_ != nullptr ? node_ : lacking_;
  if (node == nullptr) return;  // What holds it is missing or wrong, and that has been noted.
  reading_->note(node, path_, std::move(expected), std::move(found));
}

void Value::note_no_source() const { missing(path_ + "/source", node_).reject("a source's id"); }

void Value::check_range(bool ordered) const {
  if (ordered) return;
  reject("low and high on either side of value, or neither", "a range that does not hold it");
}

/// The scalar's text, or nothing after noting that `expected` was expected.
const std::string* Value::scalar(std::string_view expected) const {
  if (kind() == Kind::kScalar && !node_->text.empty()) return &node_->text;
  reject(std::string(expected));
  return nullptr;
}

std::string Value::text() const {
  const std::string* found = scalar("text");
  return found == nullptr ? "" : *found;
}

bool Value::flag() const {
  const std::string* found = scalar("true or false");
  if (found == nullptr || *found == "false") return false;
  if (*found != "true") reject("true or false");
  return *found == "true";
}

std::int64_t Value::integer() const {
  const std::string* found = scalar("a whole number");
  if (found == nullptr) return 0;
  std::int64_t number = 0;
  const char* end = found->data() + found->size();
  const auto read = std::from_chars(found->data(), end, number);
  if (read.ec == std::errc{} && read.ptr == end) return number;
  reject("a whole number");
  return 0;
}

int Value::count(int least) const {
  const std::string expected = fmt::format("a whole number of at least {}", least);
  const std::string* found = scalar(expected);
  if (found == nullptr) return 0;
  int number = 0;
  const char* end = found->data() + found->size();
  const auto read = std::from_chars(found->data(), end, number);
  if (read.ec == std::errc{} && read.ptr == end && number >= least) return number;
  reject(expected);
  return 0;
}

Month Value::month() const {
  const std::string* found = scalar("a month such as \"2026-01\"");
  if (found == nullptr) return {};
  const auto month = parse_month(*found);
  if (!month) reject("a month such as \"2026-01\"");
  return month.value_or(Month{});
}

Date Value::date() const {
  const std::string* found = scalar("a date such as \"2026-01-31\"");
  if (found == nullptr) return {};
  const auto date = parse_date(*found);
  if (!date) reject("a date such as \"2026-01-31\"");
  return date.value_or(Date{});
}

double Value::number(std::string_view example) const { return base_units({}, example); }

double Value::base_units(Dimension dimension, std::string_view example) const {
  const std::string_view kind = dimension == Dimension{} ? "number" : "quantity";
  const std::string expected = fmt::format("a {} such as \"{}\"", kind, example);
  const std::string* found = scalar(expected);
  if (found == nullptr) return 0.0;
  const auto parsed = parse_any_quantity(*found);
  if (!parsed) {
    reject(expected, parsed.error());
    return 0.0;
  }
  if (parsed->dimension == dimension && std::isfinite(parsed->value)) return parsed->value;
  reject(expected);
  return 0.0;
}

ParsedQuantity Value::any_quantity(std::string_view example) const {
  const std::string expected = fmt::format("a quantity such as \"{}\"", example);
  const std::string* found = scalar(expected);
  if (found == nullptr) return {};
  const auto parsed = parse_any_quantity(*found);
  if (!parsed) reject(expected, parsed.error());
  return parsed.value_or(ParsedQuantity{});
}

std::size_t Value::choice_index(std::span<const std::string> names) const {
  expects(!names.empty(), "a choice has names");
  const std::string* found = scalar(one_of(names));
  if (found == nullptr) return 0;
  const auto at = std::ranges::find(names, *found);
  if (at != names.end()) return static_cast<std::size_t>(at - names.begin());
  const auto meant = nearest(*found, names);
  reject(one_of(names) + (meant ? fmt::format(" (did you mean \"{}\"?)", *meant) : ""));
  return 0;
}

std::vector<Value> Value::list() const {
  if (kind() != Kind::kList) {
    reject("a list");
    return {};
  }
  std::vector<Value> values;
  for (std::size_t i = 0; i < node_->items.size(); ++i) {
    values.push_back(Value(reading_, &node_->items[i], fmt::format("{}/{}", path_, i)));
  }
  return values;
}

std::vector<KeyedValue> Value::entries() const {
  if (kind() != Kind::kMapping) {
    reject("a mapping");
    return {};
  }
  reading_->asked[node_].all = true;
  std::vector<KeyedValue> values;
  for (const Entry& entry : node_->entries) {
    const std::string path = path_ + "/" + entry.key.text;
    values.push_back({Value(reading_, &entry.key, path), Value(reading_, &entry.value, path)});
  }
  return values;
}

ObjectReader Value::object() const {
  if (kind() == Kind::kMapping) {
    reading_->asked[node_];
    return ObjectReader(*this);
  }
  reject("a mapping");
  return ObjectReader(missing(path_, nullptr));
}

ObjectReader::ObjectReader(Value self) : self_(std::move(self)) {}

ObjectReader::ObjectReader(Document document)
    : self_(std::make_shared<Reading>(Reading{std::move(document), {}, {}}), nullptr, "") {
  Reading& reading = *self_.reading_;
  reading.problems = reading.document.problems;
  self_.node_ = &reading.document.root;
  self_ = self_.object().self_;
}

Value ObjectReader::at(std::string_view path) const {
  expects(path.size() > 1 && path.front() == '/', "a path starts with a slash");
  const std::string whole = self_.path_ + std::string(path);
  const Node* node = self_.node_;
  std::string_view rest = path;
  while (node != nullptr && !rest.empty()) {
    rest.remove_prefix(1);
    const std::string_view key = rest.substr(0, rest.find('/'));
    rest.remove_prefix(key.size());
    if (node->kind != Node::Kind::kMapping) {
      const std::string_view above = path.substr(0, path.size() - rest.size() - key.size() - 1);
      Value(self_.reading_, node, self_.path_ + std::string(above)).reject("a mapping");
      return self_.missing(whole, nullptr);
    }
    remember(self_.reading_->asked[node].keys, key);
    const Node* mapping = node;
    node = value_of(*mapping, key);
    if (node == nullptr) return self_.missing(whole, mapping);
  }
  return Value(self_.reading_, node, whole);
}

std::optional<Value> ObjectReader::find(std::string_view path) const {
  Value value = at(path);
  if (value.kind() == Value::Kind::kAbsent) return std::nullopt;
  return value;
}

std::string ObjectReader::text_or(std::string_view path, std::string fallback) const {
  const auto value = find(path);
  return value ? value->text() : fallback;
}

bool ObjectReader::flag_or(std::string_view path, bool fallback) const {
  const auto value = find(path);
  return value ? value->flag() : fallback;
}

int ObjectReader::count_or(std::string_view path, int fallback, int least) const {
  const auto value = find(path);
  return value ? value->count(least) : fallback;
}

std::vector<Value> ObjectReader::list(std::string_view path) const {
  const auto value = find(path);
  return value ? value->list() : std::vector<Value>{};
}

std::vector<KeyedValue> ObjectReader::entries(std::string_view path) const {
  const auto value = find(path);
  return value ? value->entries() : std::vector<KeyedValue>{};
}

std::vector<Problem> ObjectReader::problems() const {
  const Reading& reading = *self_.reading_;
  std::vector<Problem> problems = reading.problems;
  note_unknown_keys(reading, reading.document.root, "", problems);
  return problems;
}

void ObjectReader::finish() const {
  std::vector<Problem> all = problems();
  if (!all.empty()) throw InputError(std::move(all));
}

}  // namespace offtake::yaml
