#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "offtake/report/section_json.hpp"

namespace offtake::report {

/// Points are many: four figures each are all that a picture shows.
static double rounded(double value) { return std::stod(fmt::format("{:.4g}", value)); }

static void to_json(Json& json, const MeasuredSubject& x) {
  json = {{"name", x.name}, {"family", x.family}};
}

/// [row, subject, measured, predicted, apart]
static void to_json(Json& json, const MeasuredPoint& x) {
  json = Json::array({x.row, x.subject, rounded(x.measured), rounded(x.predicted), x.apart});
}

static void to_json(Json& json, const ErrorFigures& x) {
  json = {{"rows", x.rows},
          {"median", x.median},
          {"p90", x.p90},
          {"bias", x.bias},
          {"band_coverage", x.band_coverage}};
}

static void to_json(Json& json, const MeasuredPanel& x) {
  json = {{"name", x.name}, {"errors", x.errors}, {"band", x.band}, {"points", x.points}};
}

static void to_json(Json& json, const SegmentErrors& x) {
  json = {{"name", x.name}, {"family", x.family}, {"errors", x.errors}};
}

static void to_json(Json& json, const ErrorView& x) {
  json = {{"metric", x.metric}, {"segments", x.segments}};
}

static void to_json(Json& json, const ErrorSection& x) {
  json = {{"key", x.key}, {"text", x.text}, {"views", x.views}};
}

void to_json(Json& json, const ValidationSection& x) {
  json = {{"scatter", x.scatter},
          {"subjects", x.subjects},
          {"panels", x.panels},
          {"pictures", x.pictures}};
}

}  // namespace offtake::report
