#include "offtake/findings/reading_findings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "offtake/report/number_text.hpp"

namespace offtake::findings {
namespace {

double middle(Dollars low, Dollars high) {
  return (low.base_units() + high.base_units()) / 2.0 + 0.0;  // No minus before a zero.
}

/// The finding: how far the worth goes, and which reading takes it furthest from the book's.
std::string title_of(const study::ReadingEffects& readings) {
  const double own = middle(readings.as_read.low, readings.as_read.high);
  double least = own, most = own, furthest = 0.0;
  const study::ReadingEffect* strongest = nullptr;
  for (const study::ReadingEffect& effect : readings.effects) {
    if (!effect.possible) continue;
    const double worth = middle(effect.low, effect.high);
    least = std::min(least, worth);
    most = std::max(most, worth);
    if (std::abs(worth - own) > furthest) {
      furthest = std::abs(worth - own);
      strongest = &effect;
    }
  }
  if (strongest == nullptr) {
    return fmt::format("{} is worth {} under every reading", readings.name, report::money(own));
  }
  return fmt::format("{} is worth {} to {}, by how the book is read; {} moves it most",
                     readings.name, report::money(least), report::money(most), strongest->setting);
}

}  // namespace

report::ReadingSection reading_section(const study::ReadingEffects& readings) {
  report::ReadingSection section{.thing = readings.name};
  for (const study::ReadingEffect& effect : readings.effects) {
    report::ReadingRow row{
        .setting = effect.setting, .as_read = effect.as_read, .otherwise = effect.otherwise};
    if (effect.possible) {
      row.change_usd = effect.change.base_units() + 0.0;
      if (!readings.name.empty()) {
        row.worth_usd = {middle(effect.low, effect.high),
                         report::Interval{effect.low.base_units(), effect.high.base_units()}};
      }
    }
    section.rows.push_back(row);
  }
  std::ranges::stable_sort(section.rows, std::ranges::greater{}, [](const report::ReadingRow& row) {
    return std::abs(row.change_usd.value_or(std::numeric_limits<double>::infinity()));
  });
  section.text.title = readings.name.empty() ? "What no source settles" : title_of(readings);
  section.text.subtitle = fmt::format(
      "Questions that no source settles: change of expected net cost from {} if one is answered "
      "otherwise, everything re-planned on {} scenarios",
      report::money(readings.as_read.expected.base_units()), readings.scenarios);
  return section;
}

}  // namespace offtake::findings
