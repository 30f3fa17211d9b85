#include <nlohmann/json.hpp>

#include "offtake/report/section_json.hpp"

namespace offtake::report {

static void to_json(Json& json, const CommitmentRow& x) {
  json = {{"contract", x.contract},
          {"supplier", x.supplier},
          {"on_time", x.on_time},
          {"late", x.late},
          {"never", x.never},
          {"expected_loss_usd", x.expected_loss_usd},
          {"raise_without_it_usd", x.raise_without_it_usd}};
}

void to_json(Json& json, const CommitmentSection& x) {
  json = {{"text", x.text}, {"rows", x.rows}};
}

static void to_json(Json& json, const FundingLine& x) {
  json = {{"name", x.name}, {"at_year", x.at_year}, {"amount_usd", x.amount_usd}};
}

static void to_json(Json& json, const ScenarioLine& x) {
  json = {{"name", x.name}, {"cash_usd", x.cash_usd}};
}

void to_json(Json& json, const CashSection& x) {
  json = {{"text", x.text},
          {"steps", x.steps},
          {"p5_usd", x.p5_usd},
          {"p25_usd", x.p25_usd},
          {"median_usd", x.median_usd},
          {"p75_usd", x.p75_usd},
          {"p95_usd", x.p95_usd},
          {"floor_usd", x.floor_usd},
          {"scenarios", x.scenarios},
          {"funding", x.funding},
          {"first_shortfall_share", x.first_shortfall_share},
          {"shortfall_ever", x.shortfall_ever}};
}

static void to_json(Json& json, const RaiseCurve& x) {
  json = {{"confidence", x.confidence}, {"minimum_usd", x.minimum_usd}};
}

static void to_json(Json& json, const AnnouncedSum& x) {
  json = {{"name", x.name}, {"amount_usd", x.amount_usd}};
}

void to_json(Json& json, const RaiseSection& x) {
  json = {{"text", x.text}, {"ends", x.ends}, {"curves", x.curves}, {"announced", x.announced}};
}

static void to_json(Json& json, const FundingRuleRow& x) {
  json = {{"rule", x.rule},
          {"explanation", x.explanation},
          {"paid_on_time", x.paid_on_time},
          {"minimum_raise_usd", x.minimum_raise_usd},
          {"expected_shortfall_usd", x.expected_shortfall_usd},
          {"used", x.used}};
}

void to_json(Json& json, const FundingRuleSection& x) {
  json = {{"text", x.text}, {"rows", x.rows}};
}

static void to_json(Json& json, const DefaultRow& x) {
  json = {{"party", x.party},
          {"cumulative", x.cumulative},
          {"with_buyer_alive", x.with_buyer_alive},
          {"buyer", x.buyer}};
}

void to_json(Json& json, const DefaultSection& x) {
  json = {{"text", x.text},
          {"years", x.years},
          {"rows", x.rows},
          {"monte_carlo_error", x.monte_carlo_error},
          {"caused_by_buyer", x.caused_by_buyer}};
}

static void to_json(Json& json, const PartyLossRow& x) {
  json = {{"party", x.party},
          {"default_probability", x.default_probability},
          {"default_with_buyer_alive", x.default_with_buyer_alive},
          {"expected_loss_usd", x.expected_loss_usd},
          {"cvar_usd", x.cvar_usd},
          {"expected_loss_before_reletting_usd", x.expected_loss_before_reletting_usd}};
}

void to_json(Json& json, const PartyLossSection& x) { json = {{"text", x.text}, {"rows", x.rows}}; }

static std::string name_of(PartyColumn x) {
  switch (x) {
    case PartyColumn::kBuyersAndInvestors:
      return "buyers_and_investors";
    case PartyColumn::kClouds:
      return "clouds";
    case PartyColumn::kMakersAndLenders:
      return "makers_and_lenders";
  }
  return "";
}

static std::string name_of(LinkKind x) {
  switch (x) {
    case LinkKind::kOwes:
      return "owes";
    case LinkKind::kHoldsEquity:
      return "holds_equity";
    case LinkKind::kWarrant:
      return "warrant";
    case LinkKind::kAsked:
      return "asked";
  }
  return "";
}

static void to_json(Json& json, const PartyNode& x) {
  json = {{"name", x.name},
          {"column", name_of(x.column)},
          {"buyer", x.buyer},
          {"default_probability", x.default_probability},
          {"remark", x.remark}};
}

static void to_json(Json& json, const PartyLink& x) {
  json = {{"from", x.from}, {"to", x.to},       {"kind", name_of(x.kind)},
          {"usd", x.usd},   {"share", x.share}, {"what", x.what}};
}

void to_json(Json& json, const ObligationSection& x) {
  json = {{"text", x.text}, {"nodes", x.nodes}, {"links", x.links}};
}

}  // namespace offtake::report
