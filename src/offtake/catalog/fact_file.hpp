#pragma once

#include <optional>
#include <string>
#include <vector>

#include "offtake/units/month.hpp"
#include "offtake/units/parse_quantity.hpp"
#include "offtake/yaml/object_reader.hpp"

namespace offtake::catalog {

enum class FactKind {
  kMeasured,
  kActual,      ///< In the party's accounts.
  kCompany,     ///< Said by the party outside its accounts.
  kReported,    ///< Said by the press of a party that publishes no accounts.
  kGuidance,    ///< What the party told investors to expect.
  kProjection,  ///< The party's own plan, as reported.
  kAnalyst,
  kList,  ///< A list price.
  kMarket,
  kStudy,
  kSurvey,
  kDerived,
};

/// Something said of a party or a market, with the day from which it could be known.
struct DatedFact {
  std::string entity;  ///< A party's id, or a name.
  std::string metric;
  std::string period;                   ///< What it is of: "2026-Q1", "to 2030".
  std::optional<ParsedQuantity> value;  ///< With its dimension; absent when it is only text.
  std::optional<ParsedQuantity> low;
  std::optional<ParsedQuantity> high;
  std::string text;  ///< The value as written, or what there is instead of one.
  Date known;        ///< The earliest day for which we have it published.
  FactKind kind = FactKind::kReported;
  std::string source;
  std::string note;
};

enum class PartyRole {
  kLab,
  kCloud,
  kNeocloud,
  kChipmaker,
  kInvestor,
  kLenders,
  kVehicle,  ///< Set up for one purpose: a site, a lease.
  kGroup,    ///< Several parties that a source adds up.
};

struct Party {
  std::string id;
  std::string name;
  PartyRole role = PartyRole::kVehicle;
  std::vector<DatedFact> facts;
};

/// Reads the list `/facts`; its problems stay with the reader. `entity` is what they are of unless
/// a row says.
std::vector<DatedFact> read_facts(const yaml::ObjectReader& file, const std::string& entity);

Party read_party(const yaml::ObjectReader& file, const std::string& id);

}  // namespace offtake::catalog
