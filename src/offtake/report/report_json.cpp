#include "offtake/report/report_json.hpp"

#include <nlohmann/json.hpp>

#include "offtake/report/section_json.hpp"

namespace offtake::report {

void to_json(Json& json, const Interval& x) { json = {{"low", x.low}, {"high", x.high}}; }

void to_json(Json& json, const Estimate& x) { json = {{"value", x.value}, {"band", x.band}}; }

void to_json(Json& json, const FigureText& x) {
  json = {{"title", x.title}, {"subtitle", x.subtitle}, {"note", x.note}};
}

void to_json(Json& json, const TimeSteps& x) { json = {{"edges", x.edges}, {"labels", x.labels}}; }

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
                     {"access", x.access},
                     {"fleet", x.fleet},
                     {"need", x.need},
                     {"token_cost", x.token_cost},
                     {"cost_risk", x.cost_risk},
                     {"robustness", x.robustness},
                     {"cash", x.cash},
                     {"defaults", x.defaults},
                     {"raise", x.raise},
                     {"funding_rules", x.funding_rules},
                     {"commitments", x.commitments},
                     {"obligations", x.obligations},
                     {"party_losses", x.party_losses},
                     {"tornadoes", x.tornadoes},
                     {"readings", x.readings},
                     {"replay", x.replay},
                     {"training", x.training},
                     {"validation", x.validation},
                     {"checks", x.checks},
                     {"assumptions", x.assumptions},
                     {"notes", x.notes},
                     {"run", x.run}};
  return json.dump();
}

}  // namespace offtake::report
