#include "offtake/catalog/catalog.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "offtake/base/expects.hpp"
#include "offtake/catalog/entry_name.hpp"
#include "offtake/yaml/suggestion.hpp"

namespace offtake::catalog {
namespace {

std::string with_article(EntryKind kind) { return fmt::format("a {}", name(kind)); }

template <class T>
const T* find_id(const std::vector<T>& sorted, std::string_view id) {
  const auto at = std::ranges::lower_bound(sorted, id, {}, &T::id);
  return at == sorted.end() || at->id != id ? nullptr : &*at;
}

/// The item of that id, or the reason why it has no figures.
template <class T, class U>
Found<T> found_or_reason(const std::vector<T>& modelled, const std::vector<U>& unmodelled,
                         EntryKind kind, const std::string& id) {
  if (const T* item = find_id(modelled, id)) return item;
  const U* without = find_id(unmodelled, id);
  expects(without != nullptr, "a name leads to an entry");
  return std::unexpected(
      UnknownName{.kind = kind, .name = id, .suggestion = {}, .reason = without->reason});
}

template <class T>
Found<T> found(const std::vector<T>& items, const std::string& id) {
  const T* item = find_id(items, id);
  expects(item != nullptr, "a name leads to an entry");
  return item;
}

}  // namespace

std::string expected_text(const UnknownName& unknown) {
  const std::string what = with_article(unknown.kind);
  if (!unknown.reason.empty()) return fmt::format("{} with figures ({})", what, unknown.reason);
  if (unknown.suggestion.empty()) return what + " of the catalog";
  return fmt::format("{} of the catalog (did you mean \"{}\"?)", what, unknown.suggestion);
}

std::string describe(const UnknownName& unknown) {
  if (!unknown.reason.empty()) {
    return fmt::format("the {} \"{}\" has no figures: {}", name(unknown.kind), unknown.name,
                       unknown.reason);
  }
  const std::string text = fmt::format("no {} is called \"{}\"", name(unknown.kind), unknown.name);
  if (unknown.suggestion.empty()) return text;
  return text + fmt::format("; did you mean \"{}\"?", unknown.suggestion);
}

std::expected<std::string, UnknownName> Catalog::id_of(EntryKind kind,
                                                       std::string_view text) const {
  const auto names = names_.find(kind);
  UnknownName unknown{.kind = kind, .name = std::string(text), .suggestion = {}, .reason = {}};
  if (names == names_.end()) return std::unexpected(unknown);
  const IdByName& id_by_name = names->second;
  const std::vector<std::string> attempts = kind == EntryKind::kModel
                                                ? normal_model_names(text)
                                                : std::vector<std::string>{normal_name(text)};
  for (const std::string& attempt : attempts) {
    const auto at = id_by_name.find(attempt);
    if (at != id_by_name.end()) return at->second;
  }
  std::vector<std::string> known;
  for (const auto& [normal, id] : id_by_name) known.push_back(normal);
  if (const auto near = yaml::nearest(attempts.front(), known)) {
    unknown.suggestion = id_by_name.at(*near);
  }
  return std::unexpected(unknown);
}

Found<hardware::Chip> Catalog::chip(std::string_view name) const {
  const auto id = id_of(EntryKind::kChip, name);
  if (!id) return std::unexpected(id.error());
  return found(chips_, *id);
}

Found<hardware::System> Catalog::system(std::string_view name) const {
  const auto id = id_of(EntryKind::kSystem, name);
  if (!id) return std::unexpected(id.error());
  return found_or_reason(systems_, unmodelled_systems_, EntryKind::kSystem, *id);
}

Found<model::ModelArchitecture> Catalog::model(std::string_view name) const {
  const auto id = id_of(EntryKind::kModel, name);
  if (!id) return std::unexpected(id.error());
  return found_or_reason(models_, unmodelled_models_, EntryKind::kModel, *id);
}

Found<Party> Catalog::party(std::string_view name) const {
  const auto id = id_of(EntryKind::kParty, name);
  if (!id) return std::unexpected(id.error());
  return found(parties_, *id);
}

Found<Benchmark> Catalog::benchmark(std::string_view name) const {
  const auto id = id_of(EntryKind::kBenchmark, name);
  if (!id) return std::unexpected(id.error());
  return found(benchmarks_, *id);
}

Found<Source> Catalog::source(std::string_view name) const {
  const auto id = id_of(EntryKind::kSource, name);
  if (!id) return std::unexpected(id.error());
  return found(sources_, *id);
}

Found<Entry> Catalog::entry(EntryKind kind, std::string_view name) const {
  const auto id = id_of(kind, name);
  if (!id) return std::unexpected(id.error());
  const auto at = std::ranges::find_if(
      entries_, [&](const Entry& entry) { return entry.kind == kind && entry.id == *id; });
  expects(at != entries_.end(), "a name leads to an entry");
  return &*at;
}

Found<Entry> Catalog::entry(std::string_view name) const {
  UnknownName nearest{
      .kind = EntryKind::kChip, .name = std::string(name), .suggestion = {}, .reason = {}};
  for (const auto& [kind, names] : names_) {
    auto item = entry(kind, name);
    if (item) return item;
    if (nearest.suggestion.empty()) nearest = item.error();
  }
  return std::unexpected(nearest);
}

std::vector<Price> Catalog::prices_known_on(Date day) const {
  std::vector<Price> known;
  std::ranges::copy_if(prices_, std::back_inserter(known),
                       [day](const Price& price) { return price.date <= day; });
  return known;
}

std::vector<DealLeg> Catalog::deals_known_on(Date day) const {
  std::vector<DealLeg> known;
  for (const DealLeg& leg : deals_) {
    if (leg.date <= day) known.push_back(as_known_on(leg, day));
  }
  return known;
}

std::vector<DatedFact> Catalog::facts_known_on(Date day) const {
  std::vector<DatedFact> known;
  const auto add = [&](const std::vector<DatedFact>& facts) {
    std::ranges::copy_if(facts, std::back_inserter(known),
                         [day](const DatedFact& fact) { return fact.known <= day; });
  };
  for (const Party& party : parties_) add(party.facts);
  add(demand_);
  return known;
}

}  // namespace offtake::catalog
