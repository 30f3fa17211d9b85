#pragma once

#include <span>
#include <string>
#include <vector>

#include "offtake/base/parallel.hpp"
#include "offtake/catalog/catalog.hpp"
#include "offtake/fidelity/validation.hpp"
#include "offtake/measurement/inference_row.hpp"

namespace offtake::fidelity {

/// Simulates each run in closed loop once and sets `simulated` of its rows that the closed form
/// predicts. `validated` is what validate_inference() said of the same `rows`.
void add_simulated(const std::vector<measurement::InferenceRow>& rows,
                   const catalog::Catalog& catalog, Parallelism parallelism,
                   std::span<ValidatedRow> validated);

/// Errors of one way to predict. Of predicted / measured - 1.
struct FormError {
  double ape_median = 0;
  double ape_p90 = 0;
  double bias_median = 0;
};

/// Both ways on the same rows.
struct FormComparison {
  std::string group;
  std::string stack;   ///< Empty: all of the group.
  std::string metric;  ///< With its statistic: "ttft_ms p50"; "tpot_ms" alone where none is stated.
  int rows = 0;
  FormError closed_form;
  FormError simulation;
  double nearer = 0;  ///< Share of the rows to which the simulation is nearer.
};

/// Of the rows that both predict, by group and metric, and by group, stack and metric.
std::vector<FormComparison> compare_forms(std::span<const ValidatedRow> rows);

}  // namespace offtake::fidelity
