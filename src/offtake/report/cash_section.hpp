#pragma once

#include <optional>
#include <string>
#include <vector>

#include "offtake/report/figure_text.hpp"
#include "offtake/report/fleet_section.hpp"

namespace offtake::report {

/// A line of funding that the book lists, expected to be paid in at a date.
struct FundingLine {
  std::string name;  ///< "SoftBank second closing".
  double at_year;    ///< 2026.0 is 1 January 2026.
  double amount_usd;
};

/// One named scenario's median path, such as "late by 12 months".
struct ScenarioLine {
  std::string name;
  std::vector<double> cash_usd;  ///< [step]
};

/// Cash and undrawn credit over time, at the end of each step, over all paths.
struct CashSection {
  FigureText text;
  TimeSteps steps;
  std::vector<double> p5_usd;  ///< [step]
  std::vector<double> p25_usd;
  std::vector<double> median_usd;
  std::vector<double> p75_usd;
  std::vector<double> p95_usd;
  std::optional<double> floor_usd;  ///< The least cash that the book asks for.
  std::vector<ScenarioLine> scenarios;
  std::vector<FundingLine> funding;           ///< Drawn as steps under the fan.
  std::vector<double> first_shortfall_share;  ///< [step] share of all paths that first fail here.
  std::optional<Estimate> shortfall_ever;     ///< Share of paths that ever fail, Monte Carlo error.
};

/// What must be raised at the start so that the bills are paid up to a date, in a share of paths.
struct RaiseCurve {
  double confidence;                ///< 0.5, 0.95, 0.99
  std::vector<double> minimum_usd;  ///< [end]
};

/// A sum that has been announced, to compare with: "SoftBank 22.5".
struct AnnouncedSum {
  std::string name;
  double amount_usd;
};

struct RaiseSection {
  FigureText text;
  std::vector<double> ends;  ///< The end dates in years, ascending: 2027.0 is end of 2026.
  std::vector<RaiseCurve> curves;
  std::vector<AnnouncedSum> announced;
};

/// The same stress under one rule of who may raise money when.
struct FundingRuleRow {
  std::string rule;         ///< "none", "listed lines", "rounds", "free".
  std::string explanation;  ///< "only what the book lists, each with its probability".
  Estimate paid_on_time;    ///< Share of paths; the band is the Monte Carlo error.
  std::optional<Estimate> minimum_raise_usd;
  std::optional<double> expected_shortfall_usd;
  bool used = false;  ///< The rule behind the other figures.
};

struct FundingRuleSection {
  FigureText text;
  std::vector<FundingRuleRow> rows;
};

}  // namespace offtake::report
