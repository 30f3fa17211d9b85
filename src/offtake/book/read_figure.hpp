#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "offtake/units/dimension.hpp"
#include "offtake/units/parse_quantity.hpp"
#include "offtake/yaml/object_reader.hpp"

/// Figures as books give them: a bare scalar, or {value, low, high, source | assume}, in which case
/// one of the last two must be there. The mark itself is kept by `marked_figures`.
namespace offtake::book {

template <class T>
T read_figure(const yaml::Value& value, std::string_view example) {
  const bool marked = value.kind() == yaml::Value::Kind::kMapping;
  const auto evidence = marked ? yaml::Evidence::kRequired : yaml::Evidence::kOptional;
  return value.template figure<T>(example, evidence).value;
}

template <class T>
T figure_at(const yaml::ObjectReader& object, std::string_view path, std::string_view example) {
  return read_figure<T>(object.at(path), example);
}

template <class T>
std::optional<T> figure_if_given(const yaml::ObjectReader& object, std::string_view path,
                                 std::string_view example) {
  const auto value = object.find(path);
  if (!value) return std::nullopt;
  return read_figure<T>(*value, example);
}

template <class T>
T figure_or(const yaml::ObjectReader& object, std::string_view path, std::string_view example,
            T fallback) {
  return figure_if_given<T>(object, path, example).value_or(fallback);
}

/// A share from 0 to 1.
double share_at(const yaml::ObjectReader& object, std::string_view path);
double share_or(const yaml::ObjectReader& object, std::string_view path, double fallback);

/// A list of yearly factors such as [2.1x, 1.8x], each above zero, at least `least` of them.
std::vector<double> factors_at(const yaml::ObjectReader& object, std::string_view path,
                               std::size_t least);

/// A mapping's keys without `assume`, `source` and `note`, which speak for the whole.
std::vector<yaml::KeyedValue> entries_without_mark(const yaml::Value& value);

/// The key as a calendar year; notes a problem when it is none.
int year_of(const yaml::Value& key);

/// A mapping from calendar years, with `assume`, `source` and `note` for the whole.
template <class T>
std::map<int, T> by_year(const yaml::Value& value, std::string_view example) {
  std::map<int, T> result;
  for (const yaml::KeyedValue& entry : entries_without_mark(value)) {
    result[year_of(entry.key)] = read_figure<T>(entry.value, example);
  }
  return result;
}

template <class T>
std::map<int, T> by_year_if_given(const yaml::ObjectReader& object, std::string_view path,
                                  std::string_view example) {
  const auto value = object.find(path);
  return value ? by_year<T>(*value, example) : std::map<int, T>{};
}

/// A mapping from months, likewise.
template <class T>
std::map<Month, T> by_month(const yaml::Value& value, std::string_view example) {
  std::map<Month, T> result;
  for (const yaml::KeyedValue& entry : entries_without_mark(value)) {
    result[entry.key.month()] = read_figure<T>(entry.value, example);
  }
  return result;
}

/// Notes that parts were expected to sum to `total`.
void reject_sum(const yaml::Value& value, Dollars sum, Dollars total);

/// Makes `parts` sum to `total`, in the proportions they have, if the run `moved` the total; else
/// notes a problem at `value` when they miss it by more than 1%, as rounded figures may.
template <class Key>
void fit_to_total(std::map<Key, Dollars>& parts, Dollars total, bool moved,
                  const yaml::Value& value) {
  Dollars sum;
  for (const auto& [key, part] : parts) sum += part;
  if (moved && sum > Dollars{}) {
    for (auto& [key, part] : parts) part *= total / sum;
  } else if (abs(sum - total) > 0.01 * total) {
    reject_sum(value, sum, total);
  }
}

/// A list of texts; empty when it is not there.
std::vector<std::string> texts(const yaml::ObjectReader& object, std::string_view path);

/// The dimension of the figure at `value`, to choose how to read it; nothing when it has none that
/// can be read.
std::optional<Dimension> dimension_of(const yaml::Value& value);

}  // namespace offtake::book
