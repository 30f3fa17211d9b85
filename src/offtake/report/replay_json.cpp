#include <nlohmann/json.hpp>

#include "offtake/report/section_json.hpp"

namespace offtake::report {

static void to_json(Json& json, const ReplayFleet& x) {
  json = {{"name", x.name}, {"family", x.family}};
}

static void to_json(Json& json, const ObjectiveRule& x) {
  json = {{"label", x.label}, {"at_s", x.at_s}};
}

static void to_json(Json& json, const LatencyView& x) {
  json = {{"name", x.name}, {"objectives", x.objectives}, {"at_s", x.at_s}};
}

static void to_json(Json& json, const LatencyPicture& x) {
  json = {{"name", x.name}, {"levels", x.levels}, {"views", x.views}};
}

static void to_json(Json& json, const LoadPoint& x) {
  json = {{"rate", x.rate}, {"goodput", x.goodput}, {"attainment", x.attainment}};
}

static void to_json(Json& json, const LoadPicture& x) { json = {{"curves", x.curves}}; }

static void to_json(Json& json, const OccupancyLines& x) {
  json = {{"waiting", x.waiting},
          {"decoding", x.decoding},
          {"replicas", x.replicas},
          {"cache", x.cache}};
}

static void to_json(Json& json, const OccupancyPicture& x) {
  json = {{"period_s", x.period_s}, {"warm_up_s", x.warm_up_s}, {"fleets", x.fleets}};
}

static void to_json(Json& json, const AttainmentPicture& x) {
  json = {
      {"period_s", x.period_s}, {"attainment", x.attainment}, {"arrivals_per_s", x.arrivals_per_s}};
}

/// The tables already stand in the page.
void to_json(Json& json, const ReplaySection& x) {
  json = {{"fleets", x.fleets}, {"ttft", x.ttft},           {"tpot", x.tpot},
          {"load", x.load},     {"occupancy", x.occupancy}, {"attainment", x.attainment}};
}

}  // namespace offtake::report
