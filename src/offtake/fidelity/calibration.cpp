#include "offtake/fidelity/calibration.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <functional>
#include <optional>
#include <set>
#include <string_view>

#include "offtake/base/quantile.hpp"
#include "offtake/fidelity/serving_prediction.hpp"
#include "offtake/fidelity/source_fault.hpp"

namespace offtake::fidelity {
namespace {

using measurement::InferenceRow;
using measurement::Metric;

constexpr double kNormal90 = 1.2816;
constexpr std::size_t kFewRows = 12;  ///< Fewer say less of their error than the larger whole does.

/// What a row of a run came to under some fit.
struct Residual {
  std::string stack;
  std::string chip;
  std::string_view metric;  ///< "throughput", "tpot" or "ttft".
  double error = 0;         ///< ln(predicted / measured).
  double spread = 0;        ///< That the fit's figures explain.
};
using Residuals = std::vector<Residual>;

std::string_view class_of(Metric metric) {
  if (metric == Metric::kTtft) return "ttft";
  return metric == Metric::kTpot || metric == Metric::kEndToEnd ? "tpot" : "throughput";
}

/// Left out together: models of one width and depth are one model under several names.
std::string shape_of(const model::ModelArchitecture& model) {
  return std::to_string(model.hidden) + "x" + std::to_string(model.layers());
}

/// Tails are not scored with the middle.
bool is_scored(const InferenceRow& row) { return row.statistic != measurement::Statistic::kP99; }

void add_residuals(const FitRun& run, const FittedFigures* fitted, const catalog::Catalog& catalog,
                   Residuals& residuals) {
  hardware::System system = catalog.unfitted(**catalog.system(run.run.system), run.run.stack);
  if (fitted != nullptr) {
    apply(fitted->figures, system);
    system.serving.calibration.spread = fitted->spread;
  }
  const auto prediction = predict(run.run, system);
  if (!prediction) return;
  std::vector<InferenceRow> rows = run.rows;
  std::erase_if(rows, [&](const InferenceRow& row) {
    return !is_scored(row) || !prediction->of(row).has_value();
  });
  const std::vector<double> spread = fitted_spread(run.run, system, rows);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    residuals.push_back({.stack = run.run.stack,
                         .chip = run.run.chip,
                         .metric = class_of(rows[i].metric),
                         .error = std::log(*prediction->of(rows[i]) / rows[i].value),
                         .spread = spread[i]});
  }
}

using Belongs = std::function<bool(const Residual&)>;

/// The deviation at which the band holds 80% of the residuals; nothing when there are few.
std::optional<double> deviation(const Residuals& residuals, std::string_view metric,
                                const Belongs& belongs) {
  std::vector<double> unexplained;
  for (const Residual& residual : residuals) {
    if (residual.metric != metric || !belongs(residual)) continue;
    const double whole = residual.error / kNormal90;
    unexplained.push_back(
        std::sqrt(std::max(0.0, whole * whole - residual.spread * residual.spread)));
  }
  if (unexplained.size() < kFewRows) return std::nullopt;
  return quantile(unexplained, 0.8);
}

/// Of those that belong to the first of `wholes` that has enough rows.
FitError error_of(const Residuals& residuals, const std::vector<Belongs>& wholes) {
  const auto of = [&](std::string_view metric) {
    for (const Belongs& belongs : wholes) {
      if (const auto found = deviation(residuals, metric, belongs)) return *found;
    }
    return 1.0;  // Nothing like it was measured: a factor of 3.6 either way.
  };
  return {.throughput = of("throughput"), .tpot = of("tpot"), .ttft = of("ttft")};
}

bool any(const Residual&) { return true; }

std::map<std::string, FitScore> scores_of(const Residuals& residuals) {
  std::map<std::string, FitScore> scores;
  for (const std::string_view metric : {"tpot", "throughput", "ttft"}) {
    std::vector<double> sizes;
    for (const Residual& residual : residuals) {
      if (residual.metric == metric) sizes.push_back(std::abs(std::expm1(residual.error)));
    }
    if (sizes.empty()) continue;
    scores[std::string(metric)] = {.rows = static_cast<int>(sizes.size()),
                                   .median = quantile(sizes, 0.5),
                                   .p90 = quantile(sizes, 0.9)};
  }
  return scores;
}

/// Fits anew without each of the keys, and predicts what was left out.
Residuals leave_out(const std::vector<FitRun>& runs, const catalog::Catalog& catalog,
                    const std::function<std::string(const ServingRun&)>& key_of,
                    Parallelism parallelism, const Progress& progress, std::string_view stage) {
  std::set<std::string> distinct;
  for (const FitRun& run : runs) distinct.insert(key_of(run.run));
  const std::vector<std::string> keys(distinct.begin(), distinct.end());
  std::vector<Residuals> folds(keys.size());
  std::atomic<int> done{0};
  for_each_index(keys.size(), parallelism, [&](std::size_t fold) {
    std::vector<FitRun> kept;
    for (const FitRun& run : runs) {
      if (key_of(run.run) != keys[fold]) kept.push_back(run);
    }
    const ServingFit fit = fit_serving(kept, catalog, FitDetail::kSpread);
    for (const FitRun& run : runs) {
      if (key_of(run.run) != keys[fold] || run.run.pools) continue;
      const hardware::Chip& chip = **catalog.chip(run.run.chip);
      add_residuals(run, nearest_fit(fit, run.run.stack, chip, catalog).fitted, catalog,
                    folds[fold]);
    }
    tell(progress, stage, static_cast<double>(++done) / static_cast<double>(keys.size()));
  });
  Residuals residuals;
  for (const Residuals& fold : folds) {
    residuals.insert(residuals.end(), fold.begin(), fold.end());
  }
  return residuals;
}

/// Residuals of the runs of a kind that no fit uses, under the fit.
Residuals residuals_apart(const std::vector<InferenceRow>& rows, const catalog::Catalog& catalog,
                          const ServingFit& fit, const std::function<bool(const ServingRun&)>& is) {
  Residuals residuals;
  for (const MeasuredRun& measured : group_runs(rows)) {
    const auto run = read_run(measured.conditions, catalog);
    if (!run || !is(*run)) continue;
    FitRun with_rows{.run = *run, .rows = {}};
    for (const std::size_t i : measured.rows) with_rows.rows.push_back(rows[i]);
    with_rows.rows = sound_rows(with_rows.rows);
    const hardware::Chip& chip = **catalog.chip(run->chip);
    const NearestFit nearest = nearest_fit(fit, run->stack, chip, catalog);
    add_residuals(with_rows, nearest.fitted, catalog, residuals);
  }
  return residuals;
}

}  // namespace

ServingCalibration calibrate_serving(const std::vector<InferenceRow>& rows,
                                     const catalog::Catalog& catalog, Parallelism parallelism,
                                     const Progress& progress) {
  const std::vector<FitRun> runs = fit_runs(rows, catalog);
  if (runs.empty()) return {};
  tell(progress, "fitting", 0.0);
  ServingCalibration calibration{.fit = fit_serving(runs, catalog, FitDetail::kSpread),
                                 .runs = static_cast<int>(runs.size())};
  tell(progress, "fitting", 1.0);
  Residuals own;
  for (const FitRun& run : runs) {
    if (run.run.pools) continue;
    add_residuals(run, &calibration.fit.chips.at({run.run.stack, run.run.chip}), catalog, own);
  }
  const Residuals by_model = leave_out(
      runs, catalog, [](const ServingRun& run) { return shape_of(*run.model); }, parallelism,
      progress, "leaving out models");
  const Residuals by_chip = leave_out(
      runs, catalog, [](const ServingRun& run) { return run.chip; }, parallelism, progress,
      "leaving out chips");
  for (const auto& [stack, fitted] : calibration.fit.stacks) {
    const Belongs in_stack = [&](const Residual& r) { return r.stack == stack; };
    calibration.stacks[stack] = {.shared = error_of(own, {in_stack, any}),
                                 .new_model = error_of(by_model, {in_stack, any}),
                                 .new_chip = error_of(by_chip, {in_stack, any}),
                                 .chips = {}};
  }
  for (const auto& [key, fitted] : calibration.fit.chips) {
    const Belongs in_stack = [&](const Residual& r) { return r.stack == key.first; };
    const Belongs on_chip = [&](const Residual& r) { return in_stack(r) && r.chip == key.second; };
    calibration.stacks[key.first].chips[key.second] = error_of(own, {on_chip, in_stack, any});
  }
  tell(progress, "runs set apart", 0.0);
  const auto apart = [&](const std::function<bool(const ServingRun&)>& is) {
    return error_of(residuals_apart(rows, catalog, calibration.fit, is), {any});
  };
  calibration.speculation =
      apart([](const ServingRun& run) { return run.kind == RunKind::kSpeculative && !run.pools; });
  calibration.pools = apart([](const ServingRun& run) { return run.pools.has_value(); });
  calibration.search =
      apart([](const ServingRun& run) { return std::holds_alternative<BestFound>(run.load); });
  tell(progress, "runs set apart", 1.0);
  calibration.in_sample = scores_of(own);
  calibration.model_left_out = scores_of(by_model);
  calibration.chip_left_out = scores_of(by_chip);
  return calibration;
}

}  // namespace offtake::fidelity
