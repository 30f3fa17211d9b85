#include <nlohmann/json.hpp>

#include "offtake/report/section_json.hpp"

namespace offtake::report {

static std::string name_of(Decision x) {
  switch (x) {
    case Decision::kSign:
      return "sign";
    case Decision::kWait:
      return "wait";
    case Decision::kDecline:
      return "decline";
    case Decision::kBinding:
      return "binding";
  }
  return "";
}

static void to_json(Json& json, const ContractRow& x) {
  json = {{"decision", name_of(x.decision)},
          {"decision_text", x.decision_text},
          {"contract", x.contract},
          {"supplier", x.supplier},
          {"system", x.system},
          {"terms", x.terms},
          {"commitment_usd", x.commitment_usd},
          {"saves_usd", x.saves_usd},
          {"why", x.why}};
}

void to_json(Json& json, const ContractSection& x) {
  json = {{"lead", x.lead}, {"rows", x.rows}, {"note", x.note}};
}

static void to_json(Json& json, const AccessRow& x) {
  json = {{"yields", x.yields},
          {"ratios", x.ratios},
          {"at_prices_usd", x.at_prices_usd},
          {"all_served_usd", x.all_served_usd},
          {"used", x.used}};
}

void to_json(Json& json, const AccessSection& x) {
  json = {{"text", x.text}, {"ratio_head", x.ratio_head}, {"rows", x.rows}};
}

static void to_json(Json& json, const TableHead& x) {
  json = {{"text", x.text}, {"number", x.number}};
}

static void to_json(Json& json, const TableCell& x) {
  json = {{"text", x.text}, {"value", x.value}};
}

void to_json(Json& json, const TableSection& x) {
  json = {{"id", x.id}, {"text", x.text}, {"heads", x.heads}, {"rows", x.rows}};
}

static void to_json(Json& json, const ReadingRow& x) {
  json = {{"setting", x.setting},
          {"as_read", x.as_read},
          {"otherwise", x.otherwise},
          {"change_usd", x.change_usd},
          {"worth_usd", x.worth_usd}};
}

void to_json(Json& json, const ReadingSection& x) {
  json = {{"text", x.text}, {"thing", x.thing}, {"rows", x.rows}};
}

static void to_json(Json& json, const FleetLayer& x) {
  json = {
      {"supplier", x.supplier}, {"system", x.system}, {"maker", x.maker}, {"optional", x.optional}};
}

static void to_json(Json& json, const DemandLines& x) {
  json = {{"median", x.median}, {"p10", x.p10}, {"p90", x.p90}};
}

static void to_json(Json& json, const FleetView& x) {
  json = {{"key", x.key}, {"unit", x.unit}, {"supply", x.supply}, {"demand", x.demand}};
}

void to_json(Json& json, const FleetSection& x) {
  json = {{"text", x.text}, {"steps", x.steps}, {"layers", x.layers}, {"views", x.views}};
}

static void to_json(Json& json, const NeedSection::Signed& x) {
  json = {{"supplier", x.supplier}, {"usd", x.usd}};
}

void to_json(Json& json, const NeedSection& x) {
  json = {{"text", x.text}, {"years", x.years}, {"need_usd", x.need_usd}, {"layers", x.layers}};
}

static void to_json(Json& json, const TokenCostRow& x) {
  json = {{"system", x.system},
          {"family", x.family},
          {"usd_per_million_tokens", x.usd_per_million_tokens},
          {"measured", x.measured},
          {"measurements", x.measurements}};
}

void to_json(Json& json, const TokenCostSection& x) { json = {{"text", x.text}, {"rows", x.rows}}; }

static void to_json(Json& json, const CostRiskPoint& x) {
  json = {{"name", x.name}, {"expected_cost_usd", x.expected_cost_usd}, {"cvar_usd", x.cvar_usd}};
}

static void to_json(Json& json, const FrontierPoint& x) {
  json = {
      {"lambda", x.lambda}, {"expected_cost_usd", x.expected_cost_usd}, {"cvar_usd", x.cvar_usd}};
}

void to_json(Json& json, const CostRiskSection& x) {
  json = {{"text", x.text},
          {"cvar_level", x.cvar_level},
          {"plan", x.plan},
          {"plan_lambda", x.plan_lambda},
          {"frontier", x.frontier},
          {"baselines", x.baselines},
          {"perfect_foresight_usd", x.perfect_foresight_usd}};
}

}  // namespace offtake::report
