#include "offtake/catalog/fact_file.hpp"

#include <array>

#include "offtake/catalog/entry_notes.hpp"

namespace offtake::catalog {
namespace {

constexpr std::array kKinds{
    yaml::Choice{"measured", FactKind::kMeasured},
    yaml::Choice{"actual", FactKind::kActual},
    yaml::Choice{"company", FactKind::kCompany},
    yaml::Choice{"reported", FactKind::kReported},
    yaml::Choice{"guidance", FactKind::kGuidance},
    yaml::Choice{"projection", FactKind::kProjection},
    yaml::Choice{"analyst", FactKind::kAnalyst},
    yaml::Choice{"list", FactKind::kList},
    yaml::Choice{"market", FactKind::kMarket},
    yaml::Choice{"study", FactKind::kStudy},
    yaml::Choice{"survey", FactKind::kSurvey},
    yaml::Choice{"derived", FactKind::kDerived},
};

constexpr std::array kRoles{
    yaml::Choice{"lab", PartyRole::kLab},
    yaml::Choice{"cloud", PartyRole::kCloud},
    yaml::Choice{"neocloud", PartyRole::kNeocloud},
    yaml::Choice{"chipmaker", PartyRole::kChipmaker},
    yaml::Choice{"investor", PartyRole::kInvestor},
    yaml::Choice{"lenders", PartyRole::kLenders},
    yaml::Choice{"vehicle", PartyRole::kVehicle},
    yaml::Choice{"group", PartyRole::kGroup},
};

std::optional<ParsedQuantity> optional_quantity(const yaml::ObjectReader& row,
                                                std::string_view path) {
  const auto value = row.find(path);
  if (!value) return std::nullopt;
  return value->any_quantity("13.1e9 USD");
}

DatedFact read_fact(const yaml::ObjectReader& row, const std::string& entity) {
  DatedFact fact;
  fact.entity = row.text_or("/entity", entity);
  fact.metric = row.text("/metric");
  fact.period = row.text_or("/period", "");
  fact.value = optional_quantity(row, "/value");
  fact.low = optional_quantity(row, "/low");
  fact.high = optional_quantity(row, "/high");
  fact.text = fact.value ? row.text("/value") : row.text("/text");
  row.optional<Date>("/as_of");
  fact.known = row.date("/known");
  fact.kind = row.choice("/kind", kKinds);
  fact.source = row.text("/source");
  fact.note = read_notes(row).note;
  return fact;
}

}  // namespace

std::vector<DatedFact> read_facts(const yaml::ObjectReader& file, const std::string& entity) {
  std::vector<DatedFact> facts;
  for (const yaml::Value& row : file.list("/facts")) {
    facts.push_back(read_fact(row.object(), entity));
  }
  return facts;
}

Party read_party(const yaml::ObjectReader& file, const std::string& id) {
  read_notes(file);
  return {.id = id,
          .name = file.text("/name"),
          .role = file.choice("/kind", kRoles),
          .facts = read_facts(file, id)};
}

}  // namespace offtake::catalog
