#include "offtake/book/read_book.hpp"

#include <fmt/format.h>

#include <utility>

#include "offtake/book/marks.hpp"
#include "offtake/book/read_figure.hpp"
#include "offtake/book/reading_state.hpp"
#include "offtake/yaml/document.hpp"

namespace offtake::book {
namespace {

Horizon read_horizon(const yaml::ObjectReader& root) {
  const yaml::ObjectReader fields = root.object("/horizon");
  return {.start = fields.month("/start"),
          .years = fields.count("/years", 1),
          .months_first = fields.count_or("/months_first", 24),
          .stress_until = fields.optional<Month>("/stress_until")};
}

std::vector<std::string> read_value_of(ReadingState& state) {
  std::vector<std::string> names;
  for (const yaml::Value& item : state.root.list("/value_of")) {
    names.push_back(state.names.refer({NameKind::kOffer, NameKind::kGroup, NameKind::kContract,
                                       NameKind::kOption, NameKind::kEquityLine},
                                      item));
  }
  return names;
}

}  // namespace

std::string ReadingState::catalog_id(CatalogReference::Kind kind, const yaml::Value& value) {
  std::string id = value.text();
  if (!id.empty()) catalog_references.push_back({kind, id, value.place(), value.path()});
  return id;
}

void ReadingState::check_before_end(Month month, const yaml::Value& value) const {
  if (horizon.years == 0 || month < horizon.end()) return;
  value.reject(fmt::format("a month before the horizon ends in {}", to_string(horizon.end())),
               to_string(month));
}

Book read_book(std::string_view text, std::string file, const Overrides& overrides) {
  yaml::Document document = yaml::parse_document(text, file);
  apply(overrides, document);
  const std::vector<Assumption> marks = marked_figures(document);
  const std::vector<Problem> no_source = unknown_sources(document);

  ReadingState state{.root = yaml::ObjectReader(std::move(document)), .overrides = overrides};
  const yaml::ObjectReader& root = state.root;
  state.horizon = read_horizon(root);
  Book book;
  book.name = root.text("/book");
  book.file = std::move(file);
  book.buyer = root.text("/buyer");
  book.as_of = root.date("/as_of");
  book.knowledge_cutoff = root.optional<Date>("/knowledge_cutoff").value_or(book.as_of);
  book.horizon = state.horizon;
  book.discount_rate = figure_at<double>(root, "/discount_rate", "12%");
  if (root.find("/currency")) root.choice<int>("/currency", {{"USD", 0}});
  if (root.find("/unmarked")) book.unmarked = root.text("/unmarked/assume");

  book.price_paths = read_price_paths(state);
  book.reference_chip = read_reference_chip(state, book.price_paths.price_performance_new);
  book.demand = read_demand(state);
  book.demand_process = read_demand_process(state);
  book.revenue_timing = read_revenue_timing(state);
  book.suppliers = read_suppliers(state);
  book.contracts = read_contracts(state);
  book.options_held = read_options_held(state);
  book.groups = read_groups(state);
  book.offers = read_offers(state);
  book.chip_equivalents = read_chip_equivalents(state);
  book.later_market = read_later_market(state);
  book.outside_option = read_outside_option(state);
  book.sites = read_sites(state, book.contracts);
  book.slip = read_slip(state);
  book.costs = read_costs(state);
  book.capital = read_capital(state);
  book.parties = read_parties(state);
  book.readings = read_readings(state);
  book.engines = read_engine_assumptions(state);
  book.risk = read_risk(state);
  book.value_of = read_value_of(state);
  book.compute_need = read_compute_need(state);
  book.checks = read_checks(state);
  book.not_included = read_not_included(state);
  book.sources = read_sources(state);
  book.catalog_references = state.catalog_references;
  book.assumptions = marks;

  if (!book.parties.parties.empty()) state.names.refer({NameKind::kParty}, root.at("/buyer"));
  state.names.check();
  std::vector<Problem> problems = root.problems();
  problems.insert(problems.end(), no_source.begin(), no_source.end());
  if (!problems.empty()) throw InputError(std::move(problems));
  return book;
}

}  // namespace offtake::book
