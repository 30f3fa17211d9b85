#include "offtake/book/read_figure.hpp"
#include "offtake/book/reading_state.hpp"

namespace offtake::book {
namespace {

using yaml::Choice;
using yaml::ObjectReader;
using yaml::Value;

template <class E>
E choice_or(const ObjectReader& fields, std::string_view path, E fallback,
            std::initializer_list<Choice<E>> choices) {
  const auto value = fields.find(path);
  return value ? value->choice(choices) : fallback;
}

}  // namespace

Readings read_readings(const ReadingState& state) {
  Readings readings;
  const auto value = state.root.find("/readings");
  if (!value) return readings;
  const ObjectReader fields = value->object();
  readings.exercise = choice_or<ExerciseRule>(fields, "/exercise", readings.exercise,
                                              {{"now", ExerciseRule::kNow},
                                               {"groups", ExerciseRule::kGroups},
                                               {"per_scenario", ExerciseRule::kPerScenario}});
  readings.unmet = choice_or<UnmetRule>(
      fields, "/unmet", readings.unmet,
      {{"book_prices", UnmetRule::kBookPrices}, {"serve_all", UnmetRule::kServeAll}});
  readings.unmet_scaling =
      choice_or<UnmetScaling>(fields, "/unmet_scaling", readings.unmet_scaling,
                              {{"with_revenue", UnmetScaling::kWithRevenue},
                               {"floor_at_revenue", UnmetScaling::kFloorAtRevenue},
                               {"constant", UnmetScaling::kConstant}});
  readings.step_down_releases = choice_or<StepDownReleases>(
      fields, "/step_down_releases", readings.step_down_releases,
      {{"non_firm", StepDownReleases::kNonFirmPart}, {"all", StepDownReleases::kAll}});
  readings.bill_shape = choice_or<BillShape>(
      fields, "/bill_shape", readings.bill_shape,
      {{"pay", BillShape::kPay}, {"pay_alternative", BillShape::kPayAlternative}});
  readings.bills = choice_or<BillsRun>(
      fields, "/bills", readings.bills,
      {{"at_face", BillsRun::kAtFace}, {"at_firm_share", BillsRun::kAtFirmShare}});
  readings.port_failure = choice_or<PortFailure>(
      fields, "/port_failure", readings.port_failure,
      {{"bill_due", PortFailure::kBillDue}, {"released", PortFailure::kReleased}});
  readings.share_limits = choice_or<ShareLimits>(
      fields, "/share_limits", readings.share_limits,
      {{"new_signing", ShareLimits::kNewSigning}, {"everything", ShareLimits::kEverything}});
  readings.party_trouble = choice_or<PartyTrouble>(
      fields, "/party_trouble", readings.party_trouble,
      {{"held_liquidity", PartyTrouble::kHeldLiquidity}, {"own_hazard", PartyTrouble::kOwnHazard}});
  readings.offers_refreshed = fields.flag_or("/offers_refreshed", readings.offers_refreshed);
  readings.renegotiation = fields.flag_or("/renegotiation", readings.renegotiation);
  return readings;
}

EngineAssumptions read_engine_assumptions(const ReadingState& state) {
  EngineAssumptions engines;
  const auto value = state.root.find("/assumptions");
  if (!value) return engines;
  const ObjectReader fields = value->object();
  engines.tied_quantity = share_or(fields, "/tied_quantity", engines.tied_quantity);
  engines.debt_spread = share_or(fields, "/debt_spread", engines.debt_spread);
  engines.option_ramp =
      figure_or<Seconds>(fields, "/option_ramp", "12 months", engines.option_ramp);
  engines.interruption_loss =
      figure_or<Seconds>(fields, "/interruption_loss", "30 min", engines.interruption_loss);
  engines.training_chips = fields.count_or("/training_chips", engines.training_chips, 1);
  engines.training_sequence =
      figure_or<Tokens>(fields, "/training_sequence", "8192 tok", engines.training_sequence);
  engines.training_batch =
      figure_or<Tokens>(fields, "/training_batch", "16e6 tok", engines.training_batch);
  engines.supplier_running_cost =
      share_or(fields, "/supplier_running_cost", engines.supplier_running_cost);
  engines.renegotiation_haircut =
      share_or(fields, "/renegotiation_haircut", engines.renegotiation_haircut);
  engines.revenue_lost_per_dollar_cut =
      share_or(fields, "/revenue_lost_per_dollar_cut", engines.revenue_lost_per_dollar_cut);
  engines.price_of_gigawatt_year = figure_or<Dollars>(fields, "/price_of_gigawatt_year", "11e9 USD",
                                                      engines.price_of_gigawatt_year);
  engines.party_hazard_share = share_or(fields, "/party_hazard_share", engines.party_hazard_share);
  return engines;
}

Risk read_risk(const ReadingState& state) {
  Risk risk;
  const auto value = state.root.find("/risk");
  if (!value) return risk;
  const ObjectReader fields = value->object();
  risk.lambda = share_or(fields, "/lambda", risk.lambda);
  risk.alpha = share_or(fields, "/alpha", risk.alpha);
  if (risk.alpha >= 1.0) fields.at("/alpha").reject("a level below 1");
  risk.scenarios = fields.count_or("/scenarios", risk.scenarios, 1);
  risk.seed = static_cast<unsigned long long>(fields.count_or("/seed", 1));
  return risk;
}

ComputeNeedCheck read_compute_need(const ReadingState& state) {
  ComputeNeedCheck need;
  const auto value = state.root.find("/compute_need");
  if (!value) return need;
  const ObjectReader fields = value->object();
  fields.find("/assume");
  fields.find("/source");
  need.inference = by_year_if_given<Dollars>(fields, "/inference", "19e9 USD");
  need.research = by_year_if_given<Dollars>(fields, "/research", "18e9 USD");
  need.total_low = figure_if_given<Dollars>(fields, "/total_low", "408e9 USD");
  need.total_high = figure_if_given<Dollars>(fields, "/total_high", "600e9 USD");
  return need;
}

std::vector<ExpectedFigure> read_checks(const ReadingState& state) {
  std::vector<ExpectedFigure> checks;
  for (const auto& entry : state.root.entries("/checks")) {
    ExpectedFigure figure;
    figure.name = entry.key.text();
    const auto part = [&](const Value& value) -> std::optional<double> {
      const auto parsed = parse_any_quantity(value.text());
      if (!parsed) {
        value.reject("a figure with its unit");
        return std::nullopt;
      }
      figure.dimension = parsed->dimension;
      return parsed->value;
    };
    if (entry.value.kind() != Value::Kind::kMapping) {
      figure.value_text = entry.value.text();
      figure.value = part(entry.value);
    } else {
      const ObjectReader fields = entry.value.object();
      figure.value_text = fields.text("/value");
      figure.value = part(fields.at("/value"));
      if (const auto low = fields.find("/low")) figure.low = part(*low);
      if (const auto high = fields.find("/high")) figure.high = part(*high);
      figure.why = fields.text_or("/assume", fields.text_or("/source", ""));
    }
    checks.push_back(std::move(figure));
  }
  return checks;
}

std::vector<BookSource> read_sources(const ReadingState& state) {
  std::vector<BookSource> sources;
  for (const auto& entry : state.root.entries("/sources")) {
    const ObjectReader fields = entry.value.object();
    sources.push_back({.id = entry.key.text(),
                       .url = fields.text_or("/url", ""),
                       .table = fields.text_or("/table", ""),
                       .row = fields.text_or("/row", ""),
                       .derived = fields.text_or("/derived", ""),
                       .note = fields.text_or("/note", "")});
  }
  return sources;
}

std::vector<NotIncluded> read_not_included(const ReadingState& state) {
  std::vector<NotIncluded> all;
  for (const Value& item : state.root.list("/not_included")) {
    all.push_back({.what = item.object().text("/what"), .why = item.object().text("/why")});
  }
  return all;
}

}  // namespace offtake::book
