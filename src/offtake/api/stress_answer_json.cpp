#include "offtake/api/stress_answer_json.hpp"

#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>
#include <vector>

namespace offtake::api {
namespace {

using Json = nlohmann::ordered_json;

Json number(const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); }
Json number(const std::optional<Dollars>& value) {
  return value ? Json(value->base_units()) : Json(nullptr);
}

Json share(const stress::Probability& probability) {
  return {{"value", probability.value}, {"low", probability.low}, {"high", probability.high}};
}

Json default_by(const std::vector<stress::YearProbability>& years) {
  Json rows = Json::array();
  for (const auto& year : years) {
    rows.push_back({{"year", year.year},
                    {"probability", year.probability.value},
                    {"low", year.probability.low},
                    {"high", year.probability.high}});
  }
  return rows;
}

Json usd_list(const std::vector<Dollars>& values) {
  Json rows = Json::array();
  for (const Dollars value : values) rows.push_back(value.base_units());
  return rows;
}

std::string_view text(contract::RoundRule rule) {
  switch (rule) {
    case contract::RoundRule::kNone:
      return "none";
    case contract::RoundRule::kListedLines:
      return "listed_lines";
    case contract::RoundRule::kRounds:
      return "rounds";
    case contract::RoundRule::kFree:
      return "free";
  }
  return "";
}

std::string_view text(stress::PartyTrouble trouble) {
  switch (trouble) {
    case stress::PartyTrouble::kHeldLiquidity:
      return "held_liquidity";
    case stress::PartyTrouble::kOwnHazard:
      return "own_hazard";
  }
  return "";
}

/// What a party's default rates mean, and where one is nothing by construction.
std::string_view reading_of(const stress::PartyResult& party) {
  if (!party.can_fail.at_all) {
    return "zero by construction: it has nothing to pay here, or outside money keeps its liquidity "
           "for good";
  }
  if (!party.can_fail.while_buyer_pays) {
    return "with the buyer alive zero by construction: the book does not state its funding, so "
           "outside money keeps its liquidity until the buyer defaults";
  }
  return "with the buyer alive counted on the same draws, the buyer paying in full: by its own "
         "hazard where that is drawn, and where stated funding does not suffice";
}

Json lender_rows(const stress::StressAnswer& answer) {
  Json rows = Json::array();
  for (const stress::LenderResult& row : answer.lenders) {
    rows.push_back({{"line", row.line},
                    {"unpaid_probability", row.unpaid},
                    {"owed_at_default_usd", row.owed_at_default.base_units()},
                    {"expected_loss_usd", row.expected_loss.base_units()},
                    {"cvar_usd", row.cvar.base_units()}});
  }
  return rows;
}

Json party_rows(const stress::StressAnswer& answer) {
  Json rows = Json::array();
  for (const stress::PartyResult& party : answer.parties) {
    rows.push_back({{"name", party.name},
                    {"default_probability",
                     party.default_by.empty() ? 0.0 : party.default_by.back().probability.value},
                    {"default_probability_buyer_alive", number(party.default_by_end_buyer_alive)},
                    {"default_probability_as_priced", party.default_by_end_as_priced},
                    {"reading", reading_of(party)},
                    {"default_by", default_by(party.default_by)},
                    {"expected_loss_usd", party.expected_loss.base_units()},
                    {"expected_loss_before_reletting_usd", party.expected_loss_gross.base_units()},
                    {"cvar_usd", party.cvar.base_units()},
                    {"expected_stake_loss_usd", party.expected_stake_loss.base_units()}});
  }
  return rows;
}

Json commitment_rows(const stress::StressAnswer& answer) {
  Json rows = Json::array();
  for (const stress::CommitmentResult& row : answer.commitments) {
    rows.push_back({{"name", row.name},
                    {"supplier", row.supplier},
                    {"on_time", row.on_time},
                    {"late", row.late},
                    {"never", row.never},
                    {"expected_loss_usd", row.expected_loss.base_units()},
                    {"raise_without_usd", number(row.raise_without)}});
  }
  return rows;
}

Json rule_rows(const stress::StressAnswer& answer) {
  Json rows = Json::array();
  for (const stress::FundingRuleResult& rule : answer.rules) {
    rows.push_back({{"rule", text(rule.rule)},
                    {"used", rule.used},
                    {"paid_on_time", share(rule.paid_on_time)},
                    {"default", share(rule.defaults)},
                    {"minimum_raise_usd", number(rule.minimum_raise)},
                    {"raised_mean_usd", rule.raised_mean.base_units()}});
  }
  return rows;
}

Json scenario_rows(const stress::StressAnswer& answer) {
  Json rows = Json::array();
  for (const stress::ScenarioResult& scenario : answer.scenarios) {
    rows.push_back({{"name", scenario.name},
                    {"probability", scenario.probability},
                    {"paths", scenario.paths},
                    {"paid_on_time", share(scenario.paid_on_time)},
                    {"default", share(scenario.defaults)},
                    {"cash_median_usd", usd_list(scenario.cash_median)}});
  }
  return rows;
}

Json raise_rows(const stress::StressAnswer& answer) {
  Json rows = Json::array();
  for (const stress::Raise& raise : answer.raises) {
    rows.push_back({{"end", raise.end},
                    {"confidence", raise.confidence},
                    {"minimum_usd", raise.minimum.base_units()},
                    {"low_usd", raise.low.base_units()},
                    {"high_usd", raise.high.base_units()},
                    {"fails_with_it", share(raise.fails_with_it)}});
  }
  return rows;
}

}  // namespace

Json stress_json(const stress::StressAnswer& answer) {
  Json first = Json::array();
  for (const stress::Probability& probability : answer.first_shortfall) {
    first.push_back(probability.value);
  }
  Json cash = Json::array();
  for (const stress::CashQuantiles& quantiles : answer.cash) {
    cash.push_back({{"p5", quantiles.p5.base_units()},
                    {"p25", quantiles.p25.base_units()},
                    {"p50", quantiles.p50.base_units()},
                    {"p75", quantiles.p75.base_units()},
                    {"p95", quantiles.p95.base_units()}});
  }
  Json investors = Json::array();
  for (const stress::CircularityResult& row : answer.circularity.investors) {
    investors.push_back({{"investor", row.investor},
                         {"paid_in_usd", row.paid_in.base_units()},
                         {"gross", row.gross},
                         {"netted", row.netted}});
  }
  Json tornado = Json::array();
  for (const stress::TornadoRow& row : answer.tornado) {
    tornado.push_back({{"input", row.name},
                       {"low", row.low_text},
                       {"high", row.high_text},
                       {"minimum_raise_at_low_usd", row.at_low.base_units()},
                       {"minimum_raise_at_high_usd", row.at_high.base_units()}});
  }
  return {{"paths", answer.paths},
          {"paid_on_time", share(answer.paid_on_time)},
          {"default", share(answer.defaults)},
          {"default_by", default_by(answer.default_by)},
          {"first_shortfall_by_quarter", first},
          {"cash_usd_by_quarter", cash},
          {"minimum_raise_usd", answer.minimum_raise.base_units()},
          {"minimum_raise_by", to_string(answer.raise_end)},
          {"minimum_raises", raise_rows(answer)},
          {"more_cash_hurts", answer.more_cash_hurts},
          {"funding_rules", rule_rows(answer)},
          {"scenarios", scenario_rows(answer)},
          {"party_trouble", text(answer.party_trouble)},
          {"parties", party_rows(answer)},
          {"lenders", lender_rows(answer)},
          {"contracts", commitment_rows(answer)},
          {"fragility", answer.fragility},
          {"circularity",
           {{"gross", answer.circularity.gross},
            {"netted", answer.circularity.netted},
            {"customers_money_usd", answer.circularity.customers_money.base_units()},
            {"investors", investors}}},
          {"tornado", tornado}};
}

}  // namespace offtake::api
