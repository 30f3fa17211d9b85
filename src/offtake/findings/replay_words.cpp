#include "offtake/findings/replay_words.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "offtake/report/number_text.hpp"

namespace offtake::findings {

std::vector<FleetFigure> figures_of(
    const std::vector<ReplayedFleet>& fleets,
    const std::function<std::optional<double>(const ReplayedFleet&)>& figure) {
  std::vector<FleetFigure> figures;
  for (const ReplayedFleet& fleet : fleets) {
    if (const auto value = figure(fleet)) figures.push_back({fleet.name, *value});
  }
  return figures;
}

std::string compared(const std::vector<FleetFigure>& figures, std::size_t fleets,
                     const FigureWords& words) {
  if (figures.empty()) return std::string(report::kMissing);
  if (fleets == 1) return words(figures.front().value);
  const auto one = [&](const FleetFigure& figure) {
    return fmt::format("{} on {}", words(figure.value), figure.fleet);
  };
  const auto [least, most] = std::ranges::minmax_element(figures, {}, &FleetFigure::value);
  if (figures.size() == fleets && words(least->value) == words(most->value)) {
    return fmt::format("{} on {}", words(least->value), fleets == 2 ? "both" : "all");
  }
  if (figures.size() == 1) return one(figures.front());
  if (figures.size() == 2) return fmt::format("{}, {}", one(figures[0]), one(figures[1]));
  return fmt::format("{} to {}", one(*least), one(*most));
}

std::string share_words(double share) {
  if (share <= 0.0) return "0%";
  if (share >= 1.0) return "100%";
  return report::percent(share) + "%";
}

std::string objective_words(const serve::ServiceObjective& objective) {
  std::string words;
  const auto add = [&](const char* name, const std::optional<SimTime>& limit) {
    if (!limit) return;
    if (!words.empty()) words += ", ";
    words += fmt::format("{} {}", name, report::time_text(seconds(*limit).base_units()));
  };
  add("TTFT", objective.ttft);
  add("TPOT", objective.tpot);
  add("end to end", objective.e2e);
  return words.empty() ? "none" : words;
}

bool promises_any(const std::vector<serve::ServiceClass>& classes) {
  return std::ranges::any_of(classes, [](const serve::ServiceClass& one) {
    return one.objective != serve::ServiceObjective{};
  });
}

std::string period_words(SimTime period) {
  const std::int64_t whole = period.ns / 1'000'000'000;
  const auto words = [](std::int64_t count, const char* unit) {
    return count == 1 ? std::string(unit) : fmt::format("{} {}s", count, unit);
  };
  if (whole % 3600 == 0) return words(whole / 3600, "hour");
  if (whole % 60 == 0) return words(whole / 60, "minute");
  return words(whole, "second");
}

}  // namespace offtake::findings
