#include "offtake/api/plan_json.hpp"

#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace offtake::api {
namespace {

using Json = nlohmann::ordered_json;
using study::BuyDecision;

Json number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }
Json number(const std::optional<Dollars>& value) {
  return value ? number(value->base_units()) : Json(nullptr);
}
Json per_hour(const std::optional<ChipPrice>& price) {
  return price ? number(price->base_units() * 3600.0) : Json(nullptr);
}
Json spread(const study::Spread& spread) {
  return {{"mean", spread.mean}, {"p10", spread.p10}, {"p50", spread.p50}, {"p90", spread.p90}};
}

std::string_view text(study::Verdict verdict) {
  switch (verdict) {
    case study::Verdict::kBinding:
      return "binding";
    case study::Verdict::kSign:
      return "sign";
    case study::Verdict::kDecline:
      return "do_not_sign";
    case study::Verdict::kWait:
      return "wait";
  }
  return "";
}

std::string_view text(lp::Status status) {
  switch (status) {
    case lp::Status::kOptimal:
      return "optimal";
    case lp::Status::kInfeasible:
      return "infeasible";
    case lp::Status::kUnbounded:
      return "unbounded";
    default:
      return "stopped";
  }
}

Json decision_rows(const BuyDecision& decision) {
  Json rows = Json::array();
  for (const study::Decision& row : decision.decisions) {
    rows.push_back({{"name", row.name},
                    {"kind", row.kind},
                    {"decision", text(row.verdict)},
                    {"supplier", row.supplier},
                    {"system", row.system},
                    {"chips", row.chips},
                    {"share", row.share},
                    {"start", row.start},
                    {"commitment_usd", row.commitment.base_units()},
                    {"beyond_horizon_usd", row.beyond_horizon.base_units()},
                    {"usd_per_chip_hour", per_hour(row.price)},
                    {"break_even_usd_per_chip_hour", per_hour(row.break_even)},
                    {"saves_low_usd", number(row.saves_low)},
                    {"saves_high_usd", number(row.saves_high)},
                    {"why", row.why}});
  }
  return rows;
}

Json period_rows(const study::PeriodTable& table) {
  Json rows = Json::array();
  for (std::size_t t = 0; t < table.labels.size(); ++t) {
    Json fleet = Json::array();
    for (const study::FleetPart& part : table.fleet) {
      fleet.push_back({{"name", part.name},
                       {"supplier", part.supplier},
                       {"system", part.system},
                       {"signed", part.is_signed},
                       {"reference_chips", part.reference_chips[t]},
                       {"usd", part.usd[t]}});
    }
    Json unmet = Json::object();
    for (std::size_t w = 0; w < table.workloads.size(); ++w) {
      unmet[table.workloads[w]] = table.unmet[w][t];
    }
    Json row{{"period", table.labels[t]},
             {"year", table.years[t]},
             {"years", table.length_years[t]},
             {"need_reference_chips", spread(table.need[t])},
             {"fleet", fleet},
             {"unmet_reference_chips", unmet}};
    if (t < table.cash.size()) row["cash_usd"] = spread(table.cash[t]);
    if (t < table.emergency.size()) row["emergency_usd"] = spread(table.emergency[t]);
    rows.push_back(row);
  }
  return rows;
}

Json parts(const plan::CostParts& cost) {
  return {{"signed_bills_usd", cost.signed_bills},
          {"new_bills_usd", cost.new_bills},
          {"extra_take_usd", cost.extra_take},
          {"rentals_usd", cost.rentals},
          {"unmet_usd", cost.unmet},
          {"financing_usd", cost.financing},
          {"other_costs_usd", cost.other_costs},
          {"revenue_usd", -cost.revenue}};
}

Json yield_rows(const study::YieldTable& table) {
  Json rows = Json::array();
  for (const study::ChipYield& yield : table.yields) {
    const bool tokens = yield.measure == study::YieldMeasure::kTokens;
    Json row{{"workload", yield.workload}, {"system", yield.system}, {"feasible", yield.feasible}};
    if (yield.feasible) {
      row[tokens ? "tokens_per_s_per_chip" : "flop_per_s_per_chip"] = {
          {"value", yield.value}, {"low", yield.low}, {"high", yield.high}};
      row["site_power_w_per_chip"] = yield.site_power.base_units();
    }
    row["reason"] = yield.reason;
    rows.push_back(row);
  }
  return rows;
}

Json confident(const study::Confident& figure) {
  return {{"value", figure.value}, {"low", figure.low}, {"high", figure.high}};
}

Json fresh_json(const study::OutOfSample& sample) {
  if (sample.costs.empty()) return nullptr;
  Json rows = Json::array();
  for (const study::FreshCost& cost : sample.costs) {
    rows.push_back({{"name", cost.name.empty() ? "plan" : cost.name},
                    {"expected_cost_usd", confident(cost.expected)},
                    {"cvar_usd", confident(cost.cvar)},
                    {"plan_saves_usd", confident(cost.saves)}});
  }
  return {{"worlds", sample.worlds}, {"plans", rows}};
}

Json near_json(const BuyDecision& decision) {
  Json rows = Json::array();
  for (const study::AmountRow& row : decision.near_amounts) {
    rows.push_back({{"name", row.name},
                    {"chips", row.best},
                    {"least_chips", row.least},
                    {"least_chips_bound", row.least_bound},
                    {"most_chips", row.most},
                    {"most_chips_bound", row.most_bound}});
  }
  return {{"costs_more_usd", decision.near_usd}, {"amounts", rows}};
}

Json undone_json(const BuyDecision& decision) {
  Json rows = Json::array();
  for (const study::UndoneRow& row : decision.undone) {
    rows.push_back({{"workload", row.workload},
                    {"share", row.share},
                    {"lost_usd_per_chip_hour", row.price},
                    {"market_usd_per_chip_hour", row.market}});
  }
  return rows;
}

Json by_year(const std::map<int, double>& prices) {
  Json years = Json::object();
  for (const auto& [year, price] : prices) years[std::to_string(year)] = price;
  return years;
}

Json price_json(const BuyDecision& decision) {
  Json chips = Json::array();
  for (const study::ShadowPrice& price : decision.chip_prices) {
    chips.push_back({{"pool", price.name}, {"usd_per_chip_hour", by_year(price.by_year)}});
  }
  Json limits = Json::array();
  for (const study::LimitPrice& price : decision.limit_prices) {
    limits.push_back({{"limit", price.name}, {"usd_per_usd", price.usd_per_usd}});
  }
  return {{"chips", chips}, {"cash_usd_per_usd", by_year(decision.cash_price)}, {"limits", limits}};
}

}  // namespace

Json plan_json(const BuyDecision& decision, const study::YieldTable& yields) {
  Json values = Json::array();
  for (const study::ValueRow& row : decision.value_of) {
    values.push_back({{"name", row.name},
                      {"low_usd", row.low.base_units()},
                      {"high_usd", row.high.base_units()},
                      {"resolved", row.resolved},
                      {"low_without_options_usd", number(row.low_without_options)},
                      {"high_without_options_usd", number(row.high_without_options)}});
  }
  Json baselines = Json::array();
  for (const study::CostRow& row : decision.baselines) {
    baselines.push_back({{"name", row.name},
                         {"expected_cost_usd", row.expected.base_units()},
                         {"cvar_usd", row.cvar.base_units()}});
  }
  Json frontier = Json::array();
  for (const study::RiskPoint& point : decision.frontier) {
    frontier.push_back({{"lambda", point.lambda},
                        {"expected_cost_usd", point.expected.base_units()},
                        {"cvar_usd", point.cvar.base_units()}});
  }
  Json years = Json::array();
  for (const study::YearRow& row : decision.by_year) {
    years.push_back({{"year", row.year},
                     {"need_usd", spread(row.need_usd)},
                     {"signed_usd", row.signed_usd},
                     {"signed_capacity_usd", row.signed_capacity_usd},
                     {"revenue_usd", spread(row.revenue_usd)}});
  }
  Json regrets = Json::array();
  for (const study::RegretRow& row : decision.regrets) {
    regrets.push_back({{"name", row.name.empty() ? "plan" : row.name},
                       {"mean_usd", row.mean.base_units()},
                       {"worst_usd", row.worst.base_units()}});
  }
  return {{"status", text(decision.status)},
          {"objective_usd", number(decision.objective.base_units())},
          {"lower_bound_usd", number(decision.bound.base_units())},
          {"gap", number(decision.gap)},
          {"gap_of_gross_cost", number(decision.gap_of_gross)},
          {"expected_cost_usd", number(decision.expected.base_units())},
          {"cvar_usd", number(decision.cvar.base_units())},
          {"lambda", decision.lambda},
          {"alpha", decision.alpha},
          {"expected_cost_parts", parts(decision.mean_cost)},
          {"decisions", decision_rows(decision)},
          {"by_year", years},
          {"by_period", period_rows(decision.by_period)},
          {"scenario_costs_usd", decision.costs},
          {"evpi_usd", number(decision.evpi.base_units())},
          {"vss_usd", number(decision.vss)},
          {"value_of", values},
          {"baselines", baselines},
          {"frontier", frontier},
          {"regret", regrets},
          {"left_undone", undone_json(decision)},
          {"near_optimal", near_json(decision)},
          {"shadow_prices", price_json(decision)},
          {"broken_limits", decision.broken_limits},
          {"out_of_sample", fresh_json(decision.out_of_sample)},
          {"yields", yield_rows(yields)},
          {"scenarios", decision.scenarios},
          {"iterations", decision.iterations},
          {"method", decision.method}};
}

Json access_json(const study::AccessValue& value) {
  if (value.readings.empty()) return nullptr;
  Json rows = Json::array();
  for (const study::AccessReading& reading : value.readings) {
    Json ratios = Json::object();
    for (std::size_t w = 0; w < value.workloads.size(); ++w) {
      ratios[value.workloads[w]] = reading.ratios[w];
    }
    rows.push_back(
        {{"yields", reading.yields},
         {"ratios", ratios},
         {"unmet", reading.unmet == book::UnmetRule::kServeAll ? "serve_all" : "book_prices"},
         {"low_usd", reading.low.base_units()},
         {"high_usd", reading.high.base_units()}});
  }
  return {{"name", value.name}, {"system", value.system}, {"readings", rows}};
}

Json readings_json(const study::ReadingEffects& readings) {
  Json rows = Json::array();
  for (const study::ReadingEffect& effect : readings.effects) {
    Json row{{"setting", effect.setting},
             {"as_read", effect.as_read},
             {"otherwise", effect.otherwise},
             {"possible", effect.possible}};
    if (effect.possible) {
      row["cost_change_usd"] = effect.change.base_units();
      row["value_low_usd"] = effect.low.base_units();
      row["value_high_usd"] = effect.high.base_units();
    }
    rows.push_back(row);
  }
  return {{"value_of", readings.name},
          {"expected_cost_usd", readings.as_read.expected.base_units()},
          {"scenarios", readings.scenarios},
          {"rows", rows}};
}

}  // namespace offtake::api
