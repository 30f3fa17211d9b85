#pragma once

#include <optional>
#include <string>
#include <vector>

#include "offtake/report/figure_text.hpp"

namespace offtake::report {

/// What a million output tokens cost on one system at the workload's objective.
struct TokenCostRow {
  std::string system;  ///< "GB200 NVL72".
  std::string family;  ///< Sets colour and mark: "Nvidia", "Trainium", "TPU", "AMD", ...
  Estimate usd_per_million_tokens;
  std::vector<double> measured;  ///< Each measured point, in the same unit; may be fewer than `n`.
  int measurements = 0;          ///< n; with none the mark is hollow.
};

struct TokenCostSection {
  FigureText text;
  std::vector<TokenCostRow> rows;  ///< Cheapest first.
};

/// A plan as a point: expected cost against the mean of its worst scenarios.
struct CostRiskPoint {
  std::string name;  ///< "This plan", or a baseline in words: "Keep today's contracts".
  double expected_cost_usd;
  double cvar_usd;
};

/// The best plan for one weight of risk.
struct FrontierPoint {
  double lambda;  ///< Weight of CVaR in the objective, in [0, 1].
  double expected_cost_usd;
  double cvar_usd;
};

struct CostRiskSection {
  FigureText text;
  double cvar_level;  ///< 0.95: the mean of the worst 5% of scenarios.
  CostRiskPoint plan;
  std::optional<double> plan_lambda;
  std::vector<FrontierPoint> frontier;  ///< By expected cost, ascending; may be empty.
  std::vector<CostRiskPoint> baselines;
  std::optional<double> perfect_foresight_usd;  ///< No plan can cost less in the mean.
};

}  // namespace offtake::report
