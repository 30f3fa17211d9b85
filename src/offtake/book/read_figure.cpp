#include "offtake/book/read_figure.hpp"

#include <fmt/format.h>

namespace offtake::book {
namespace {

double checked_share(const yaml::Value& value) {
  const double share = read_figure<double>(value, "35%");
  if (share < 0.0 || share > 1.0) value.reject("a share from 0% to 100%", "one outside it");
  return share;
}

}  // namespace

double share_at(const yaml::ObjectReader& object, std::string_view path) {
  return checked_share(object.at(path));
}

double share_or(const yaml::ObjectReader& object, std::string_view path, double fallback) {
  const auto value = object.find(path);
  return value ? checked_share(*value) : fallback;
}

std::vector<double> factors_at(const yaml::ObjectReader& object, std::string_view path,
                               std::size_t least) {
  std::vector<double> factors;
  const auto list = object.at(path);
  const std::vector<yaml::Value> values = list.list();
  for (const yaml::Value& value : values) {
    factors.push_back(read_figure<double>(value, "1.5x"));
    if (factors.back() <= 0.0) value.reject("a factor above zero, such as \"1.5x\"");
  }
  if (list.kind() == yaml::Value::Kind::kList && values.size() < least) {
    list.reject(fmt::format("a factor for each of the {} years", least),
                fmt::format("{}", values.size()));
  }
  return factors;
}

std::vector<yaml::KeyedValue> entries_without_mark(const yaml::Value& value) {
  std::vector<yaml::KeyedValue> kept;
  for (yaml::KeyedValue& entry : value.entries()) {
    const std::string key = entry.key.text();
    if (key != "assume" && key != "source" && key != "note") kept.push_back(std::move(entry));
  }
  return kept;
}

int year_of(const yaml::Value& key) {
  constexpr std::int64_t kFirst = 1990;
  constexpr std::int64_t kLast = 2100;
  const std::int64_t year = key.integer();
  if (year != 0 && (year < kFirst || year > kLast)) {
    key.reject(fmt::format("a calendar year from {} to {}", kFirst, kLast));
  }
  return static_cast<int>(year);
}

void reject_sum(const yaml::Value& value, Dollars sum, Dollars total) {
  value.reject(fmt::format("parts that sum to {:.4g}e9 USD", total.base_units() / 1e9),
               fmt::format("a sum of {:.4g}e9 USD", sum.base_units() / 1e9));
}

std::vector<std::string> texts(const yaml::ObjectReader& object, std::string_view path) {
  std::vector<std::string> result;
  for (const yaml::Value& value : object.list(path)) result.push_back(value.text());
  return result;
}

std::optional<Dimension> dimension_of(const yaml::Value& value) {
  if (value.kind() == yaml::Value::Kind::kMapping) {
    const auto inner = value.object().find("/value");
    return inner ? dimension_of(*inner) : std::nullopt;
  }
  if (value.kind() != yaml::Value::Kind::kScalar) return std::nullopt;
  const auto parsed = parse_any_quantity(value.text());
  if (!parsed) return std::nullopt;
  return parsed->dimension;
}

}  // namespace offtake::book
