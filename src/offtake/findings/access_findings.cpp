#include "offtake/findings/access_findings.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "offtake/findings/system_words.hpp"
#include "offtake/report/number_text.hpp"

namespace offtake::findings {
namespace {

report::Estimate bounded(const study::AccessReading& reading) {
  const double low = reading.low.base_units();
  const double high = reading.high.base_units();
  return {(low + high) / 2.0 + 0.0, report::Interval{low, high}};
}

std::string ratio_range(const std::vector<double>& ratios) {
  if (ratios.empty()) return "";
  const auto [least, most] = std::ranges::minmax(ratios);
  const std::string low = fmt::format("{:.2f}", least);
  const std::string high = fmt::format("{:.2f}", most);
  return low == high ? low : report::range(low, high);
}

}  // namespace

report::AccessSection access_section(const book::Book& book, const study::AccessValue& value) {
  report::AccessSection section;
  section.ratio_head =
      fmt::format("Over a {} chip, by workload", system_words(book.reference_chip.system));
  for (const study::AccessReading& reading : value.readings) {
    if (reading.unmet == book::UnmetRule::kBookPrices) {
      section.rows.push_back({.yields = reading.yields,
                              .ratios = ratio_range(reading.ratios),
                              .at_prices_usd = bounded(reading),
                              .all_served_usd = {},
                              .used = reading.yields == study::kAsPredicted});
    } else {
      section.rows.back().all_served_usd = bounded(reading);
    }
  }
  double least = section.rows.front().at_prices_usd.value;
  double most = least;
  for (const report::AccessRow& row : section.rows) {
    for (const report::Estimate& usd :
         {row.at_prices_usd, row.all_served_usd.value_or(row.at_prices_usd)}) {
      least = std::min(least, usd.value);
      most = std::max(most, usd.value);
    }
  }
  const double nothing = 1e6;  // Dollars: below what any of these plans is solved to.
  section.text.title =
      std::max(-least, most) <= nothing
          ? fmt::format("{} is worth nothing under any of these readings", value.name)
          : fmt::format(
                "{} is worth {} to {}, by what its chip yields and by what work "
                "left undone costs",
                value.name, report::money(least), report::money(most));
  section.text.subtitle = fmt::format(
      "Cost without it less cost with it, weighted for risk, all else planned again; {} at both "
      "ends of its 80% band",
      system_words(value.system));
  if (section.rows.front().all_served_usd) {
    section.text.note =
        "Left: what is not worth its cost is left undone, at the book’s price of it. Right: all "
        "work must be done, with what the market sells if need be.";
  }
  return section;
}

}  // namespace offtake::findings
