#include <cmath>
#include <nlohmann/json.hpp>

#include "offtake/api/replayed_fleet.hpp"

namespace offtake::api {
namespace {

using Json = nlohmann::ordered_json;

constexpr double kNormal90 = 1.2815515655446004;  ///< An 80% band's half width in deviations.

Json interval_json(const std::optional<Interval>& interval) {
  if (!interval) return nullptr;
  return {interval->low, interval->high};
}

Json latency_json(const BatchedValues& values) {
  return {{"mean", values.mean()},
          {"p50", values.quantile(0.5)},
          {"p90", values.quantile(0.9)},
          {"p99", values.quantile(0.99)},
          {"mean_interval_95", interval_json(values.mean_interval())},
          {"p99_interval_95", interval_json(values.quantile_interval(0.99))}};
}

Json sketch_json(const QuantileSketch& sketch) {
  return {
      {"p50", sketch.quantile(0.5)}, {"p90", sketch.quantile(0.9)}, {"p99", sketch.quantile(0.99)}};
}

/// Factors between a prediction and the ends of its 80% band, by what it is a time of.
Json band_json(const hardware::PredictionError& error) {
  const auto factors = [](double deviation) {
    return Json{{"low", std::exp(-kNormal90 * deviation)},
                {"high", std::exp(kNormal90 * deviation)}};
  };
  return {{"ttft", factors(error.ttft.value)},
          {"tpot", factors(error.tpot.value)},
          {"throughput", factors(error.throughput.value)}};
}

Json layout_json(const study::PoolChoice& choice) {
  return {{"tp", choice.layout.tensor},
          {"pp", choice.layout.pipeline},
          {"ep", choice.layout.expert},
          {"attention_dp", choice.layout.attention_data},
          {"chips", choice.layout.chips()},
          {"weights", hardware::name(choice.layout.weights)},
          {"kv_cache", hardware::name(choice.layout.kv_cache)},
          {"searched", choice.layout_searched},
          {"sequences_max", choice.sequences_max}};
}

Json occupancy_json(const serve::TimeRows<serve::Occupancy>& rows) {
  Json json = Json::array();
  for (const serve::Occupancy& row : rows.rows()) {
    if (row.samples == 0.0) continue;
    json.push_back({{"waiting", row.waiting / row.samples},
                    {"decoding", row.decoding / row.samples},
                    {"in_service", row.in_service / row.samples},
                    {"kv_cache_used", row.cache_used / row.samples}});
  }
  return {{"period_s", seconds(rows.period()).base_units()}, {"rows", json}};
}

Json pool_json(const serve::PoolOutcome& pool, const study::PoolChoice& choice) {
  return {{"name", pool.name},
          {"system", choice.system},
          {"stack", choice.stack},
          {"layout", layout_json(choice)},
          {"kv_cache_tokens", choice.figures.cache_tokens},
          {"utilization", pool.utilization()},
          {"kv_cache_used", pool.cache_used},
          {"replicas_most", pool.replicas_most},
          {"failures", pool.failures},
          {"preemptions", pool.tally.preemptions},
          {"prompt_tokens_computed", pool.tally.prompt_tokens_computed},
          {"prompt_tokens_cached", pool.tally.prompt_tokens_cached},
          {"energy_j", pool.energy.base_units()},
          {"cost_usd", choice.price ? Json(pool.cost.base_units()) : Json(nullptr)},
          {"occupancy", occupancy_json(pool.occupancy)}};
}

Json class_json(const serve::ClassOutcome& service) {
  return {{"name", service.name},
          {"requests", service.counts.arrived},
          {"completed", service.counts.completed},
          {"slo_attainment", service.counts.attainment()},
          {"ttft_s", latency_json(service.latency.ttft)},
          {"tpot_s", latency_json(service.latency.tpot)},
          {"e2e_s", latency_json(service.latency.e2e)}};
}

Json by_minute_json(const serve::TimeRows<serve::RequestCounts>& rows) {
  Json json = Json::array();
  for (const serve::RequestCounts& row : rows.rows()) {
    json.push_back({{"requests", row.arrived},
                    {"slo_attainment", row.attainment()},
                    {"output_tokens", row.output_tokens}});
  }
  return {{"period_s", seconds(rows.period()).base_units()}, {"rows", json}};
}

Json curve_json(const std::vector<study::LoadPoint>& curve) {
  Json json = Json::array();
  for (const study::LoadPoint& point : curve) {
    json.push_back({{"load", point.load},
                    {"offered_rps", point.offered},
                    {"goodput_rps", point.goodput},
                    {"slo_attainment", point.attainment},
                    {"ttft_p99_s", point.ttft_p99.base_units()},
                    {"tpot_p99_s", point.tpot_p99.base_units()}});
  }
  return json;
}

Json size_json(const std::optional<study::FleetSize>& size) {
  if (!size) return nullptr;
  Json pools = Json::array();
  for (const study::PoolSize& pool : size->pools) {
    pools.push_back({{"name", pool.name}, {"replicas", pool.replicas}, {"spares", pool.spares}});
  }
  return {{"pools", pools}, {"slo_attainment", size->attainment}, {"runs", size->runs}};
}

}  // namespace

std::string replay_json(const ReplayedFleet& fleet) {
  const serve::RunOutcome& outcome = fleet.outcome;
  const serve::PoolTally tally = outcome.tally();
  const auto output = static_cast<double>(outcome.counts.output_tokens);
  const auto per_output = [&](double sum) {
    return output > 0.0 ? Json(sum / output) : Json(nullptr);
  };
  bool priced = true;
  double busy = 0.0;
  double in_service = 0.0;
  double cache_used = 0.0;
  std::int64_t failures = 0;
  Json pools = Json::array();
  for (std::size_t p = 0; p < outcome.pools.size(); ++p) {
    const serve::PoolOutcome& pool = outcome.pools[p];
    pools.push_back(pool_json(pool, fleet.ready.choices[p]));
    priced = priced && fleet.ready.choices[p].price.has_value();
    busy += static_cast<double>(pool.tally.busy.ns);
    in_service += static_cast<double>(pool.in_service.ns);
    cache_used = std::max(cache_used, pool.cache_used);
    failures += pool.failures;
  }
  Json classes = Json::array();
  for (const serve::ClassOutcome& service : outcome.classes) classes.push_back(class_json(service));
  Json json{{"fleet", fleet.ready.name},
            {"chips", fleet.ready.chips()},
            {"requests", outcome.counts.arrived},
            {"completed", outcome.counts.completed},
            {"refused", outcome.counts.refused},
            {"too_long", outcome.counts.too_long},
            {"ttft_s", latency_json(outcome.latency.ttft)},
            {"tpot_s", latency_json(outcome.latency.tpot)},
            {"e2e_s", latency_json(outcome.latency.e2e)},
            {"inter_token_s", sketch_json(tally.inter_token)},
            {"requests_per_s", outcome.requests_per_second()},
            {"output_tokens_per_s", outcome.output_rate().base_units()},
            {"goodput_rps", outcome.goodput()},
            {"slo_attainment", outcome.counts.attainment()},
            {"utilization", in_service > 0.0 ? busy / in_service : 0.0},
            {"kv_cache_used", cache_used},
            {"preemptions", tally.preemptions},
            {"failures", failures},
            {"restarts", outcome.restarts},
            {"prompt_tokens_cached", tally.prompt_tokens_cached},
            {"kv_bytes_transferred", outcome.bytes_transferred},
            {"energy_j", outcome.energy().base_units()},
            {"energy_j_per_output_token", per_output(outcome.energy().base_units())},
            {"cost_usd", priced ? Json(outcome.cost().base_units()) : Json(nullptr)},
            {"usd_per_million_output_tokens",
             priced ? per_output(1e6 * outcome.cost().base_units()) : Json(nullptr)},
            {"prediction_band_80", band_json(fleet.error)},
            {"duration_s", outcome.duration().base_units()},
            {"pools", pools},
            {"classes", classes},
            {"by_minute", by_minute_json(outcome.minutes)},
            {"trace",
             {{"passes", fleet.read.passes},
              {"requests_clipped", fleet.read.requests_clipped},
              {"input_tokens_clipped", fleet.read.input_clipped},
              {"output_tokens_clipped", fleet.read.output_clipped}}}};
  if (!fleet.curve.empty()) json["load_curve"] = curve_json(fleet.curve);
  if (fleet.size_asked) json["fleet_for"] = size_json(fleet.size);
  json["steps"] = tally.steps;
  json["events"] = outcome.events;
  json["elapsed_s"] = fleet.elapsed_s;
  return json.dump();
}

}  // namespace offtake::api
