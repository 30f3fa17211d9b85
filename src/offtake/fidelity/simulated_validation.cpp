#include "offtake/fidelity/simulated_validation.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>
#include <utility>

#include "offtake/base/expects.hpp"
#include "offtake/base/quantile.hpp"
#include "offtake/fidelity/simulated_serving.hpp"
#include "offtake/fidelity/stacked_systems.hpp"

namespace offtake::fidelity {
namespace {

FormError error_of(const std::vector<double>& errors) {
  std::vector<double> sizes;
  for (const double error : errors) sizes.push_back(std::abs(error));
  return {.ape_median = quantile(sizes, 0.5),
          .ape_p90 = quantile(sizes, 0.9),
          .bias_median = quantile(errors, 0.5)};
}

/// Group, stack, metric.
using Part = std::tuple<std::string, std::string, std::string>;

FormComparison comparison_of(const Part& part, const std::vector<const ValidatedRow*>& rows) {
  std::vector<double> closed_form;
  std::vector<double> simulation;
  int nearer = 0;
  for (const ValidatedRow* row : rows) {
    closed_form.push_back(*row->predicted / row->measured - 1.0);
    simulation.push_back(*row->simulated / row->measured - 1.0);
    if (std::abs(simulation.back()) < std::abs(closed_form.back())) ++nearer;
  }
  const auto& [group, stack, metric] = part;
  return {.group = group,
          .stack = stack,
          .metric = metric,
          .rows = static_cast<int>(rows.size()),
          .closed_form = error_of(closed_form),
          .simulation = error_of(simulation),
          .nearer = static_cast<double>(nearer) / static_cast<double>(rows.size())};
}

}  // namespace

void add_simulated(const std::vector<measurement::InferenceRow>& rows,
                   const catalog::Catalog& catalog, Parallelism parallelism,
                   std::span<ValidatedRow> validated) {
  expects(rows.size() == validated.size(), "each row was validated");
  std::vector<MeasuredRun> runs = group_runs(rows);
  std::erase_if(runs, [&](const MeasuredRun& run) {
    return std::ranges::none_of(run.rows, [&](std::size_t i) {
      return validated[i].predicted.has_value() &&
             (validated[i].mode == "closed loop" || validated[i].mode == "pools");
    });
  });
  std::vector<ReadRun> read;
  for (const MeasuredRun& run : runs) read.push_back(read_run(run.conditions, catalog));
  const StackedSystems systems = stacked_systems(read, catalog);
  for_each_index(runs.size(), parallelism, [&](std::size_t index) {
    const ServingRun& run = *read[index];
    const auto simulated = predict_by_simulation(run, systems.at({run.system, run.stack}));
    if (!simulated) return;
    for (const std::size_t i : runs[index].rows) {
      if (validated[i].predicted) validated[i].simulated = simulated->of(rows[i]);
    }
  });
}

std::vector<FormComparison> compare_forms(std::span<const ValidatedRow> rows) {
  std::map<Part, std::vector<const ValidatedRow*>> parts;
  for (const ValidatedRow& row : rows) {
    if (!row.predicted || !row.simulated) continue;
    const std::string metric =
        row.statistic.empty() ? row.metric : row.metric + " " + row.statistic;
    parts[{row.group, "", metric}].push_back(&row);
    parts[{row.group, row.stack, metric}].push_back(&row);
  }
  std::vector<FormComparison> comparisons;
  for (const auto& [part, members] : parts) comparisons.push_back(comparison_of(part, members));
  return comparisons;
}

}  // namespace offtake::fidelity
