#include "offtake/book/name_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "offtake/yaml/suggestion.hpp"

namespace offtake::book {
namespace {

std::string_view word(NameKind kind) {
  switch (kind) {
    case NameKind::kWorkload:
      return "workload";
    case NameKind::kSupplier:
      return "supplier";
    case NameKind::kContract:
      return "contract";
    case NameKind::kOption:
      return "option held";
    case NameKind::kOffer:
      return "offer";
    case NameKind::kGroup:
      return "group of offers";
    case NameKind::kEquityLine:
      return "equity line";
    case NameKind::kWarrant:
      return "warrant";
    case NameKind::kParty:
      return "party";
    case NameKind::kSite:
      return "site";
  }
  return "name";
}

}  // namespace

std::string NameTable::define(NameKind kind, const yaml::Value& value) {
  std::string name = value.text();
  if (!name.empty()) define(kind, name, value);
  return name;
}

void NameTable::define(NameKind kind, const std::string& name, const yaml::Value& value) {
  std::vector<std::string>& known = names_[kind];
  if (std::ranges::find(known, name) != known.end()) {
    value.reject(fmt::format("each {} once", word(kind)), fmt::format("\"{}\" again", name));
  } else {
    known.push_back(name);
  }
}

std::string NameTable::refer(std::vector<NameKind> kinds, const yaml::Value& value) {
  std::string name = value.text();
  if (!name.empty()) uses_.push_back({std::move(kinds), name, value});
  return name;
}

std::string NameTable::refer_if_given(std::vector<NameKind> kinds, const yaml::ObjectReader& object,
                                      std::string_view path) {
  const auto value = object.find(path);
  return value ? refer(std::move(kinds), *value) : std::string();
}

void NameTable::check() const {
  for (const Use& use : uses_) {
    std::vector<std::string> known;
    std::string expected;
    for (const NameKind kind : use.kinds) {
      if (const auto names = names_.find(kind); names != names_.end()) {
        known.insert(known.end(), names->second.begin(), names->second.end());
      }
      expected += (expected.empty() ? "the name of a " : " or ") + std::string(word(kind));
    }
    if (std::ranges::find(known, use.name) != known.end()) continue;
    const auto meant = yaml::nearest(use.name, known);
    use.value.reject(expected + (meant ? fmt::format(" (did you mean \"{}\"?)", *meant) : ""),
                     fmt::format("\"{}\"", use.name));
  }
}

}  // namespace offtake::book
