#include "offtake/api/catalog_answer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "offtake/api/text_table.hpp"
#include "offtake/base/input_error.hpp"

namespace offtake::api {
namespace {

using catalog::Catalog;
using catalog::Entry;
using catalog::EntryKind;
using catalog::EntryLine;
using Json = nlohmann::ordered_json;

constexpr std::array kKinds{EntryKind::kChip,      EntryKind::kSystem, EntryKind::kStack,
                            EntryKind::kFit,       EntryKind::kModel,  EntryKind::kPrice,
                            EntryKind::kDeal,      EntryKind::kParty,  EntryKind::kDemand,
                            EntryKind::kBenchmark, EntryKind::kSource};

EntryKind kind_of(const std::string& word) {
  std::string known;
  for (const EntryKind kind : kKinds) {
    if (word == catalog::plural(kind) || word == catalog::name(kind)) return kind;
    known += known.empty() ? "" : ", ";
    known += catalog::plural(kind);
  }
  throw InputError({{{}, "KIND", "one of " + known, "\"" + word + "\""}});
}

/// Rows of a table: what is listed, one object a row with the same keys in the same order.
using Rows = std::vector<Json>;

Json optional_number(const std::optional<Dollars>& amount) {
  return amount ? Json(amount->base_units()) : Json(nullptr);
}

Rows price_rows(const Catalog& catalog, const std::optional<Date>& day) {
  const auto all = catalog.prices();
  const std::vector<catalog::Price> prices =
      day ? catalog.prices_known_on(*day) : std::vector(all.begin(), all.end());
  constexpr double kHour = 3600.0;
  Rows rows;
  for (const catalog::Price& price : prices) {
    rows.push_back({{"provider", price.provider},
                    {"product", price.product},
                    {"system", price.system.empty() ? price.chip : price.system},
                    {"term", price.term},
                    {"region", price.region},
                    {"usd_per_chip_hour",
                     price.price ? Json(price.price->base_units() * kHour) : Json(nullptr)},
                    {"amount", price.amount_text},
                    {"date", to_string(price.date)},
                    {"source", price.source}});
  }
  return rows;
}

Rows deal_rows(const Catalog& catalog, const std::optional<Date>& day) {
  const auto all = catalog.deals();
  const std::vector<catalog::DealLeg> legs =
      day ? catalog.deals_known_on(*day) : std::vector(all.begin(), all.end());
  Rows rows;
  for (const catalog::DealLeg& leg : legs) {
    rows.push_back({{"id", leg.id},
                    {"date", to_string(leg.date)},
                    {"payer", leg.payer},
                    {"payee", leg.payee},
                    {"amount_usd", optional_number(leg.amount)},
                    {"source", leg.source},
                    {"conditions", leg.conditions}});
  }
  return rows;
}

Rows entry_rows(const Catalog& catalog, EntryKind kind) {
  Rows rows;
  for (const Entry& entry : catalog.entries()) {
    if (entry.kind != kind) continue;
    std::string aliases;
    for (const std::string& alias : entry.aliases) {
      aliases += (aliases.empty() ? "" : ", ") + alias;
    }
    rows.push_back(
        {{"id", entry.id},
         {"name", entry.name},
         {"figures", std::ranges::count_if(
                         entry.lines, [](const EntryLine& line) { return !line.source.empty(); })},
         {"aliases", aliases}});
  }
  return rows;
}

std::string cell(const Json& value) {
  if (value.is_null()) return "–";
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number_float()) return fmt::format("{:.6g}", value.get<double>());
  return value.dump();
}

std::string table(const Rows& rows, int width) {
  if (rows.empty()) return "nothing\n";
  std::vector<TextColumn> columns;
  for (const auto& [key, value] : rows.front().items()) {
    columns.push_back({key, value.is_number() ? Align::kRight : Align::kLeft});
  }
  std::vector<std::vector<std::string>> cells;
  for (const Json& row : rows) {
    auto& line = cells.emplace_back();
    for (const auto& item : row.items()) line.push_back(cell(item.value()));
  }
  return text_table(columns, cells, width);
}

}  // namespace

Response answer_catalog_list(const CatalogListRequest& request, const Catalog& catalog, int width) {
  const EntryKind kind = kind_of(request.kind);
  Rows rows;
  if (kind == EntryKind::kPrice) {
    rows = price_rows(catalog, request.known_on);
  } else if (kind == EntryKind::kDeal) {
    rows = deal_rows(catalog, request.known_on);
  } else {
    rows = entry_rows(catalog, kind);
  }
  const Json document{{"kind", std::string(catalog::plural(kind))},
                      {"catalog", catalog.content_hash()},
                      {"entries", rows}};
  return {.text = table(rows, width), .json = document.dump(2)};
}

Response answer_catalog_show(const CatalogShowRequest& request, const Catalog& catalog, int width) {
  const auto found = catalog.entry(request.id);
  if (!found) {
    throw InputError({{{}, "ID", catalog::expected_text(found.error()), "\"" + request.id + "\""}});
  }
  const Entry& entry = **found;
  Json figures = Json::array();
  std::vector<std::vector<std::string>> cells;
  for (const EntryLine& line : entry.lines) {
    Json figure{{"path", line.path}, {"value", line.value}};
    if (!line.low.empty()) figure["low"] = line.low;
    if (!line.high.empty()) figure["high"] = line.high;
    if (!line.source.empty()) figure["source"] = line.source;
    if (!line.status.empty()) figure["status"] = line.status;
    if (!line.note.empty()) figure["note"] = line.note;
    figures.push_back(figure);
    const std::string band =
        line.low.empty() && line.high.empty() ? "" : fmt::format("  {} – {}", line.low, line.high);
    cells.push_back({line.path, line.value + band, line.status, line.source, line.note});
  }
  const Json document{{"kind", std::string(catalog::name(entry.kind))},
                      {"id", entry.id},
                      {"name", entry.name},
                      {"aliases", entry.aliases},
                      {"figures", figures}};
  std::string text = fmt::format("{} {}: {}\n", catalog::name(entry.kind), entry.id, entry.name);
  text += text_table({{"figure"}, {"value"}, {"status"}, {"source"}, {"note"}}, cells,
                     std::max(width, 160));
  return {.text = text, .json = document.dump(2)};
}

}  // namespace offtake::api
