#include "offtake/report/report_json.hpp"

#include <nlohmann/json.hpp>

using Json = nlohmann::ordered_json;

template <class Value>
struct nlohmann::adl_serializer<std::optional<Value>> {
  static void to_json(Json& json, const std::optional<Value>& value) {
    if (value) {
      json = *value;
    } else {
      json = nullptr;
    }
  }
};

namespace offtake::report {

static void to_json(Json& json, const Interval& x) { json = {{"low", x.low}, {"high", x.high}}; }

static void to_json(Json& json, const Estimate& x) {
  json = {{"value", x.value}, {"band", x.band}};
}

static void to_json(Json& json, const FigureText& x) {
  json = {{"title", x.title}, {"subtitle", x.subtitle}, {"note", x.note}};
}

static void to_json(Json& json, const Fact& x) { json = {{"label", x.label}, {"text", x.text}}; }

static void to_json(Json& json, const Note& x) { json = {{"title", x.title}, {"text", x.text}}; }

static void to_json(Json& json, const Header& x) {
  json = {{"title", x.title}, {"facts", x.facts}, {"warning", x.warning}};
}

static void to_json(Json& json, const RunSection& x) {
  json = {{"facts", x.facts}, {"commands", x.commands}, {"note", x.note}};
}

static void to_json(Json& json, const ShareBar& x) {
  json = {{"label", x.label}, {"entity", x.entity}, {"share", x.share}, {"figure", x.figure}};
}

static void to_json(Json& json, const PictureTick& x) {
  json = {{"at_usd", x.at_usd}, {"label", x.label}, {"bad", x.bad}};
}

static Json picture(std::monostate) { return nullptr; }
static Json picture(const SharePicture& x) { return {{"shares", x}}; }
static Json picture(const BandPicture& x) { return {{"usd", x.usd}, {"ticks", x.ticks}}; }

static void to_json(Json& json, const AnswerRow& x) {
  json = {{"question", x.question}, {"sentence", x.sentence}, {"note", x.note}};
  json["picture"] = std::visit([](const auto& one) { return picture(one); }, x.picture);
}

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

static void to_json(Json& json, const ContractSection& x) {
  json = {{"lead", x.lead}, {"rows", x.rows}, {"note", x.note}};
}

static void to_json(Json& json, const CommitmentRow& x) {
  json = {{"contract", x.contract},
          {"supplier", x.supplier},
          {"on_time", x.on_time},
          {"late", x.late},
          {"never", x.never},
          {"expected_loss_usd", x.expected_loss_usd},
          {"raise_without_it_usd", x.raise_without_it_usd}};
}

static void to_json(Json& json, const CommitmentSection& x) {
  json = {{"text", x.text}, {"rows", x.rows}};
}

static void to_json(Json& json, const TimeSteps& x) {
  json = {{"edges", x.edges}, {"labels", x.labels}};
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

static void to_json(Json& json, const FleetSection& x) {
  json = {{"text", x.text}, {"steps", x.steps}, {"layers", x.layers}, {"views", x.views}};
}

static void to_json(Json& json, const NeedSection::Signed& x) {
  json = {{"supplier", x.supplier}, {"usd", x.usd}};
}

static void to_json(Json& json, const NeedSection& x) {
  json = {{"text", x.text}, {"years", x.years}, {"need_usd", x.need_usd}, {"layers", x.layers}};
}

static void to_json(Json& json, const TokenCostRow& x) {
  json = {{"system", x.system},
          {"family", x.family},
          {"usd_per_million_tokens", x.usd_per_million_tokens},
          {"measured", x.measured},
          {"measurements", x.measurements}};
}

static void to_json(Json& json, const TokenCostSection& x) {
  json = {{"text", x.text}, {"rows", x.rows}};
}

static void to_json(Json& json, const CostRiskPoint& x) {
  json = {{"name", x.name}, {"expected_cost_usd", x.expected_cost_usd}, {"cvar_usd", x.cvar_usd}};
}

static void to_json(Json& json, const FrontierPoint& x) {
  json = {
      {"lambda", x.lambda}, {"expected_cost_usd", x.expected_cost_usd}, {"cvar_usd", x.cvar_usd}};
}

static void to_json(Json& json, const CostRiskSection& x) {
  json = {{"text", x.text},
          {"cvar_level", x.cvar_level},
          {"plan", x.plan},
          {"plan_lambda", x.plan_lambda},
          {"frontier", x.frontier},
          {"baselines", x.baselines},
          {"perfect_foresight_usd", x.perfect_foresight_usd}};
}

static void to_json(Json& json, const FundingLine& x) {
  json = {{"name", x.name}, {"at_year", x.at_year}, {"amount_usd", x.amount_usd}};
}

static void to_json(Json& json, const ScenarioLine& x) {
  json = {{"name", x.name}, {"cash_usd", x.cash_usd}};
}

static void to_json(Json& json, const CashSection& x) {
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

static void to_json(Json& json, const RaiseSection& x) {
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

static void to_json(Json& json, const FundingRuleSection& x) {
  json = {{"text", x.text}, {"rows", x.rows}};
}

static void to_json(Json& json, const DefaultRow& x) {
  json = {{"party", x.party},
          {"cumulative", x.cumulative},
          {"with_buyer_alive", x.with_buyer_alive},
          {"buyer", x.buyer}};
}

static void to_json(Json& json, const DefaultSection& x) {
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

static void to_json(Json& json, const PartyLossSection& x) {
  json = {{"text", x.text}, {"rows", x.rows}};
}

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

static void to_json(Json& json, const ObligationSection& x) {
  json = {{"text", x.text}, {"nodes", x.nodes}, {"links", x.links}};
}

static std::string name_of(Verdict x) {
  switch (x) {
    case Verdict::kInside:
      return "inside";
    case Verdict::kOutside:
      return "outside";
    case Verdict::kUnresolved:
      return "unresolved";
  }
  return "";
}

static void to_json(Json& json, const CheckRow& x) {
  json = {{"check", x.check},
          {"expected", x.expected},
          {"ours", x.ours},
          {"verdict", name_of(x.verdict)},
          {"explanation", x.explanation}};
}

static void to_json(Json& json, const CheckSection& x) {
  json = {{"text", x.text}, {"rows", x.rows}};
}

static void to_json(Json& json, const TornadoRow& x) {
  json = {{"input", x.input},
          {"low", x.low},
          {"high", x.high},
          {"change_at_low", x.change_at_low},
          {"change_at_high", x.change_at_high}};
}

static void to_json(Json& json, const TornadoSection& x) {
  const bool dollars = x.unit == TornadoSection::Unit::kDollars;
  json = {{"text", x.text},
          {"measure", x.measure},
          {"unit", dollars ? "dollars" : "probability"},
          {"base", x.base},
          {"rows", x.rows}};
}

static std::string name_of(Status x) {
  switch (x) {
    case Status::kSourced:
      return "sourced";
    case Status::kFitted:
      return "fitted";
    case Status::kAssumed:
      return "assumed";
  }
  return "";
}

static void to_json(Json& json, const AssumptionRow& x) {
  json = {{"assumption", x.assumption},  {"value", x.value},   {"band", x.band},
          {"status", name_of(x.status)}, {"source", x.source}, {"address", x.address},
          {"swing_usd", x.swing_usd}};
}

static void to_json(Json& json, const AssumptionSection& x) {
  json = {{"rows", x.rows}, {"shown_first", x.shown_first}, {"note", x.note}};
}

std::string report_json(const ReportDocument& x) {
  const Json json = {{"header", x.header},
                     {"answer", x.answer},
                     {"contracts", x.contracts},
                     {"fleet", x.fleet},
                     {"need", x.need},
                     {"token_cost", x.token_cost},
                     {"cost_risk", x.cost_risk},
                     {"cash", x.cash},
                     {"defaults", x.defaults},
                     {"raise", x.raise},
                     {"funding_rules", x.funding_rules},
                     {"commitments", x.commitments},
                     {"obligations", x.obligations},
                     {"party_losses", x.party_losses},
                     {"tornadoes", x.tornadoes},
                     {"checks", x.checks},
                     {"assumptions", x.assumptions},
                     {"notes", x.notes},
                     {"run", x.run}};
  return json.dump();
}

}  // namespace offtake::report
