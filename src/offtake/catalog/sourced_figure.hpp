#pragma once

#include <array>
#include <string_view>

#include "offtake/base/sourced.hpp"
#include "offtake/yaml/object_reader.hpp"

namespace offtake::catalog {

inline constexpr std::array kStatuses{
    yaml::Choice{"datasheet", FigureStatus::kDatasheet},
    yaml::Choice{"measured", FigureStatus::kMeasured},
    yaml::Choice{"announced", FigureStatus::kAnnounced},
    yaml::Choice{"estimate", FigureStatus::kEstimate},
};

/// Reads `{value, low, high, source, status, note}`. The catalog's own files must give a source and
/// a status; in a user's file a bare scalar will do, and is taken as an estimate.
template <class T>
Sourced<T> sourced_figure(const yaml::Value& value, std::string_view example,
                          yaml::Evidence evidence) {
  const yaml::Figure<T> figure = value.figure<T>(example, evidence);
  Sourced<T> result{.value = figure.value,
                    .low = figure.low,
                    .high = figure.high,
                    .source = figure.source.empty() ? figure.assume : figure.source};
  if (value.kind() != yaml::Value::Kind::kMapping) return result;
  const yaml::ObjectReader fields = value.object();
  if (!figure.status.empty()) {
    result.status = fields.choice("/status", kStatuses);
  } else if (evidence == yaml::Evidence::kRequired) {
    fields.text("/status");
  }
  return result;
}

/// The same for a share of one, such as an efficiency: in [0, 1].
inline Sourced<double> sourced_share(const yaml::Value& value, yaml::Evidence evidence) {
  const auto share = sourced_figure<double>(value, "60%", evidence);
  if (share.value < 0.0 || share.value > 1.0) value.reject("a share from 0% to 100%");
  return share;
}

/// The same for a figure that must be above nothing.
template <class Q>
Sourced<Q> sourced_positive(const yaml::Value& value, std::string_view example,
                            yaml::Evidence evidence) {
  const auto figure = sourced_figure<Q>(value, example, evidence);
  if (figure.value < Q{}) value.reject("a figure that is not negative");
  return figure;
}

}  // namespace offtake::catalog
