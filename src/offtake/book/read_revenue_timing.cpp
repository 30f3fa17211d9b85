#include <fmt/format.h>

#include <cmath>

#include "offtake/book/read_figure.hpp"
#include "offtake/book/reading_state.hpp"

namespace offtake::book {
namespace {

using yaml::ObjectReader;
using yaml::Value;

/// Whole months of a duration such as "-3 months".
int months_of(const Value& value) {
  constexpr double kMonth = 365.0 * 86400.0 / 12.0;
  const double months = read_figure<Seconds>(value, "6 months").base_units() / kMonth;
  if (std::abs(months - std::round(months)) > 1e-6) value.reject("a whole number of months");
  return static_cast<int>(std::lround(months));
}

demand::RevenueScenario read_scenario(const ObjectReader& fields) {
  fields.find("/assume");
  fields.find("/source");
  return {.name = fields.text("/name"),
          .probability = share_at(fields, "/probability"),
          .shift_months = months_of(fields.at("/shift")),
          .level = figure_or(fields, "/level", "0.95x", 1.0),
          .growth_scale = figure_or(fields, "/growth_scale", "0.5", 1.0)};
}

}  // namespace

demand::RevenueTiming read_revenue_timing(ReadingState& state) {
  demand::RevenueTiming timing;
  const auto years = static_cast<std::size_t>(state.horizon.years);
  if (const auto other = state.root.find("/other_revenue")) {
    const ObjectReader fields = other->object();
    timing.other.start = read_figure<MoneyRate>(*other, "1e9 USD/year");
    timing.other.per_year = factors_at(fields, "/per_year", years);
  }
  const auto value = state.root.find("/revenue_timing");
  if (!value) {
    timing.scenarios.push_back({.name = "on-path", .probability = 1.0});
    return timing;
  }
  const ObjectReader fields = value->object();
  timing.base_path = by_year_if_given<Dollars>(fields, "/base_path", "28e9 USD");
  timing.company_plan = by_year_if_given<Dollars>(fields, "/company_plan", "30e9 USD");
  timing.earned_before_start =
      by_year_if_given<Dollars>(fields, "/earned_before_start", "5.7e9 USD");
  for (const auto& entry : fields.entries("/receipts_lag")) {
    if (entry.key.text() == "assume" || entry.key.text() == "source") continue;
    const auto lag = read_figure<Seconds>(entry.value, "35 days");
    if (entry.key.text() == "other") timing.other_receipts_lag = lag;
  }
  for (const auto& entry : fields.entries("/reported")) {
    read_figure<Dollars>(entry.value, "13e9 USD");
  }
  double probability = 0.0;
  for (const Value& item : fields.at("/scenarios").list()) {
    timing.scenarios.push_back(read_scenario(item.object()));
    probability += timing.scenarios.back().probability;
  }
  if (std::abs(probability - 1.0) > 1e-6) {
    fields.at("/scenarios")
        .reject("probabilities that sum to 100%", fmt::format("{:.4g}%", 100.0 * probability));
  }
  return timing;
}

}  // namespace offtake::book
