#pragma once

#include <optional>
#include <string>
#include <vector>

#include "offtake/report/figure_text.hpp"

namespace offtake::report {

/// Time split into steps that need not be equally long (months, then quarters). Step i runs from
/// edges[i] to edges[i + 1], in years: 2026.25 is 1 April 2026.
struct TimeSteps {
  std::vector<double> edges;        ///< One more than the labels, ascending.
  std::vector<std::string> labels;  ///< "2026-01" or "2028 Q3".
};

/// One layer of the stack: what a contract (or a group of them) supplies. The first layer stands at
/// the bottom: firm capacity first, options and on demand last.
struct FleetLayer {
  std::string supplier;   ///< Sets the colour: "AWS"; "on demand" is grey.
  std::string system;     ///< "Trainium3".
  std::string maker;      ///< Sets the texture: "Nvidia" (plain), "Trainium", "TPU", "AMD", ...
  bool optional = false;  ///< Not signed yet: labelled "if signed".
};

/// Demand in the unit of the view, a value for each step.
struct DemandLines {
  std::vector<double> median;
  std::vector<double> p10;
  std::vector<double> p90;
};

/// The fleet in one unit. Values are in the unit named, so "T tokens/day" holds 57.0, not 5.7e13.
struct FleetView {
  std::string key;  ///< On the switch: "tokens/day", "GB200-equivalents", "chips", "MW", "$/month".
  std::string unit;                         ///< On the axis: "T tokens/day".
  std::vector<std::vector<double>> supply;  ///< [layer][step]
  std::optional<DemandLines> demand;        ///< Only where demand has this unit.
};

struct FleetSection {
  FigureText text;
  TimeSteps steps;
  std::vector<FleetLayer> layers;
  std::vector<FleetView> views;  ///< The first is shown.
};

/// What is needed each year against what is signed, in dollars of that year.
struct NeedSection {
  struct Signed {
    std::string supplier;
    std::vector<double> usd;  ///< [year]
  };
  FigureText text;
  std::vector<int> years;
  std::vector<Estimate> need_usd;  ///< [year]
  std::vector<Signed> layers;      ///< Bottom first.
};

}  // namespace offtake::report
