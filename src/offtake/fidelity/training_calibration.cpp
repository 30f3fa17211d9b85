#include "offtake/fidelity/training_calibration.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <functional>
#include <set>
#include <string_view>

#include "offtake/base/expects.hpp"
#include "offtake/base/quantile.hpp"
#include "offtake/fidelity/training_prediction.hpp"

namespace offtake::fidelity {
namespace {

constexpr double kNormal90 = 1.2816;
constexpr std::size_t kFolds = 8;
constexpr std::size_t kFewRuns = 12;

/// ln(predicted / measured) of each run, in their order.
using Errors = std::vector<double>;

double error_of(const TrainingFitRun& run, const TrainingFit& fit, const TrainingSystems& systems) {
  hardware::System system = systems.at({run.run.system, run.run.stack});
  apply(fit, run.run, system);
  const auto prediction = predict(run.run, system);
  expects(prediction.has_value(), "a run of a fit has a prediction");
  return std::log(prediction->time.total() / run.step);
}

bool is_mixture(const TrainingFitRun& run) { return model::has_experts(*run.run.model); }

double deviation(const std::vector<TrainingFitRun>& runs, const Errors& errors, bool mixtures) {
  std::vector<double> sizes;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (is_mixture(runs[i]) == mixtures) sizes.push_back(std::abs(errors[i]));
  }
  if (sizes.size() >= kFewRuns) return quantile(sizes, 0.8) / kNormal90;
  sizes.clear();
  for (const double error : errors) sizes.push_back(std::abs(error));
  return quantile(sizes, 0.8) / kNormal90;
}

StepDeviation deviations(const std::vector<TrainingFitRun>& runs, const Errors& errors) {
  return {.dense = deviation(runs, errors, false), .mixture = deviation(runs, errors, true)};
}

TrainingScore score_of(const std::vector<TrainingFitRun>& runs, const Errors& errors,
                       const StepDeviation& band) {
  std::vector<double> sizes;
  int inside = 0;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    sizes.push_back(std::abs(std::expm1(errors[i])));
    const double deviation = is_mixture(runs[i]) ? band.mixture : band.dense;
    if (std::abs(errors[i]) <= kNormal90 * deviation) ++inside;
  }
  return {.error = {.rows = static_cast<int>(sizes.size()),
                    .median = quantile(sizes, 0.5),
                    .p90 = quantile(sizes, 0.9)},
          .band_coverage = inside / static_cast<double>(runs.size())};
}

using Key = std::function<std::string(const TrainingFitRun&)>;

/// Fits anew without the runs of each key, and predicts these.
class LeaveOut {
 public:
  LeaveOut(const std::vector<TrainingFitRun>& runs, const catalog::Catalog& catalog,
           Parallelism parallelism, const Progress& progress)
      : runs_(runs),
        catalog_(catalog),
        systems_(systems_of(runs, catalog)),
        parallelism_(parallelism),
        progress_(progress) {}

  Errors in_sample(const TrainingFit& fit) const {
    Errors errors;
    for (const TrainingFitRun& run : runs_) errors.push_back(error_of(run, fit, systems_));
    return errors;
  }

  Errors operator()(std::string_view stage, const Key& key_of) const {
    std::set<std::string> distinct;
    for (const TrainingFitRun& run : runs_) distinct.insert(key_of(run));
    const std::vector<std::string> keys(distinct.begin(), distinct.end());
    Errors errors(runs_.size());
    std::atomic<int> done{0};
    for_each_index(keys.size(), parallelism_, [&](std::size_t fold) {
      std::vector<TrainingFitRun> kept;
      for (const TrainingFitRun& run : runs_) {
        if (key_of(run) != keys[fold]) kept.push_back(run);
      }
      const TrainingFit fit = fit_training(kept, catalog_, TrainingFitDetail::kMultiples);
      for (std::size_t i = 0; i < runs_.size(); ++i) {
        if (key_of(runs_[i]) == keys[fold]) errors[i] = error_of(runs_[i], fit, systems_);
      }
      tell(progress_, stage, static_cast<double>(++done) / static_cast<double>(keys.size()));
    });
    return errors;
  }

 private:
  const std::vector<TrainingFitRun>& runs_;
  const catalog::Catalog& catalog_;
  TrainingSystems systems_;
  Parallelism parallelism_;
  const Progress& progress_;
};

/// The eighth that a configuration belongs to: they are dealt out in alphabetical order.
std::map<std::string, std::size_t> folds_of(const std::vector<TrainingFitRun>& runs) {
  std::map<std::string, std::size_t> folds;
  for (const TrainingFitRun& run : runs) folds.emplace(run.configuration, 0);
  std::size_t next = 0;
  for (auto& [configuration, fold] : folds) fold = next++ % kFolds;
  return folds;
}

}  // namespace

TrainingCalibration calibrate_training(const std::vector<measurement::TrainingRow>& rows,
                                       const catalog::Catalog& catalog, Parallelism parallelism,
                                       const Progress& progress) {
  const std::vector<TrainingFitRun> runs = fit_runs(rows, catalog);
  if (runs.empty()) return {};
  tell(progress, "fitting training", 0.0);
  TrainingCalibration calibration{.fit =
                                      fit_training(runs, catalog, TrainingFitDetail::kEffective)};
  tell(progress, "fitting training", 1.0);
  const LeaveOut leave_out(runs, catalog, parallelism, progress);
  const auto folds = folds_of(runs);
  const Errors own = leave_out.in_sample(calibration.fit);
  const Errors of_configurations = leave_out(
      "leaving out configurations",
      [&](const TrainingFitRun& run) { return std::to_string(folds.at(run.configuration)); });
  calibration.own = deviations(runs, of_configurations);
  calibration.in_sample = score_of(runs, own, calibration.own);
  calibration.configuration_left_out = score_of(runs, of_configurations, calibration.own);
  const auto learn = [&](std::string_view stage, const Key& key_of, TrainingScore& score,
                         StepDeviation& deviation) {
    const Errors errors = leave_out(stage, key_of);
    deviation = deviations(runs, errors);
    score = score_of(runs, errors, deviation);
  };
  learn(
      "leaving out models", [](const TrainingFitRun& run) { return run.run.model->id; },
      calibration.model_left_out, calibration.of_model);
  learn(
      "leaving out chips", [](const TrainingFitRun& run) { return run.run.chip; },
      calibration.chip_left_out, calibration.of_chip);
  learn(
      "leaving out stacks", [](const TrainingFitRun& run) { return run.run.stack; },
      calibration.stack_left_out, calibration.of_stack);

  std::map<std::string, std::set<std::string>> models;
  std::map<std::string, std::set<std::string>> chips;
  for (const TrainingFitRun& run : runs) {
    models[run.run.stack].insert(run.run.model->id);
    chips[run.run.stack].insert(run.run.chip);
  }
  for (const auto& [stack, names] : models) {
    calibration.models[stack].assign(names.begin(), names.end());
  }
  for (const auto& [stack, names] : chips) {
    calibration.chips[stack].assign(names.begin(), names.end());
  }
  return calibration;
}

}  // namespace offtake::fidelity
