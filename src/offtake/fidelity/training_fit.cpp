#include "offtake/fidelity/training_fit.hpp"

#include <ceres/ceres.h>

#include <Eigen/Core>
#include <algorithm>
#include <array>
#include <cmath>

#include "offtake/base/expects.hpp"
#include "offtake/fidelity/least_squares.hpp"
#include "offtake/fidelity/training_prediction.hpp"
#include "offtake/hardware/training_figure.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::fidelity {

using namespace literals;

namespace {

using hardware::training_figures;
using hardware::TrainingFigure;

constexpr double kStep = 1e-3;       ///< Of a derivative.
constexpr double kHeld = 1e-4;       ///< Spread of a multiple that may not move.
constexpr double kRunSpread = 0.04;  ///< Expected of a good model's logarithm.
constexpr double kSourcePower = -0.2;
constexpr int kBlocks = 5;  ///< Shared, stack, version, design, chip.

/// The residual of one run; parameters: the blocks that it shares with other runs.
class RunCost : public ceres::CostFunction {
 public:
  RunCost(const TrainingFitRun& run, const hardware::System& system, double weight)
      : run_(run), system_(system), weight_(weight) {
    const int figures = static_cast<int>(training_figures().size());
    mutable_parameter_block_sizes()->assign(kBlocks, figures);
    set_num_residuals(1);
  }

  bool Evaluate(double const* const* parameters, double* residuals,
                double** jacobians) const override {
    LogMultiples logs(training_figures().size(), 0.0);
    for (int block = 0; block < kBlocks; ++block) {
      for (std::size_t i = 0; i < logs.size(); ++i) logs[i] += parameters[block][i];
    }
    residuals[0] = residual_at(logs);
    if (jacobians == nullptr) return true;
    for (std::size_t i = 0; i < logs.size(); ++i) {
      LogMultiples moved = logs;
      moved[i] += kStep;
      const double slope = (residual_at(moved) - residuals[0]) / kStep;
      for (int block = 0; block < kBlocks; ++block) {
        if (jacobians[block] != nullptr) jacobians[block][i] = slope;
      }
    }
    return true;
  }

 private:
  double residual_at(const LogMultiples& logs) const {
    hardware::System system = system_;
    hardware::scale_training(logs, system);
    const auto prediction = predict(run_.run, system);
    expects(prediction.has_value(), "multiples do not make a run impossible");
    return weight_ * soft(std::log(prediction->time.total() / run_.step) / kRunSpread);
  }

  const TrainingFitRun& run_;
  const hardware::System& system_;
  double weight_;
};

std::vector<double> spreads(double TrainingFigure::* member) {
  std::vector<double> values;
  for (const TrainingFigure& figure : training_figures()) {
    values.push_back(std::max(kHeld, figure.*member));
  }
  return values;
}

/// The least-squares problem over a fit's multiples.
class Solution {
 public:
  Solution(const std::vector<TrainingFitRun>& runs, const TrainingSystems& systems,
           TrainingFit& fit)
      : fit_(fit),
        values_(size_ * (1 + fit.stacks.size() + fit.versions.size() + fit.designs.size() +
                         fit.chips.size())) {
    add(fit.shared, spread_shared_);
    for (auto& [key, logs] : fit.stacks) add(logs, spread_of_stack_);
    for (auto& [key, logs] : fit.versions) add(logs, spread_of_version_);
    for (auto& [key, logs] : fit.designs) add(logs, spread_of_design_);
    for (auto& [key, logs] : fit.chips) add(logs, spread_of_chip_);
    std::map<std::string, int> of_source;
    for (const TrainingFitRun& run : runs) ++of_source[run.source];
    for (const TrainingFitRun& run : runs) {
      const double weight = std::pow(of_source.at(run.source), kSourcePower / 2.0);
      problem_.AddResidualBlock(
          new RunCost(run, systems.at({run.run.system, run.run.stack}), weight), nullptr,
          block_of_.at(&fit.shared), block_of_.at(&fit.stacks.at(run.run.stack)),
          block_of_.at(&fit.versions.at({run.run.stack, run.run.version})),
          block_of_.at(&fit.designs.at(run.run.design)), block_of_.at(&fit.chips.at(run.run.chip)));
    }
  }

  void solve() {
    ceres::Solver::Options options;
    options.num_threads = 1;  // So that sums are in one order.
    options.linear_solver_type = ceres::SPARSE_NORMAL_CHOLESKY;
    options.max_num_iterations = 40;
    options.function_tolerance = 1e-5;
    options.logging_type = ceres::SILENT;
    ceres::Solver::Summary summary;
    ceres::Solve(options, &problem_, &summary);
    for (auto& [logs, block] : block_of_) std::copy_n(block, size_, logs->begin());
  }

  void count_figures() {
    std::vector<std::pair<const double*, const double*>> blocks;
    for (const auto& [block, spread] : blocks_) blocks.emplace_back(block, block);
    ceres::Covariance::Options options;
    options.num_threads = 1;
    ceres::Covariance covariance(options);
    expects(covariance.Compute(blocks, &problem_), "a fit with priors has a covariance");
    using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    for (const auto& [block, spread] : blocks_) {
      Matrix own(size_, size_);
      expects(covariance.GetCovarianceBlock(block, block, own.data()), "the block was asked for");
      for (std::size_t i = 0; i < size_; ++i) {
        const double prior = (*spread)[i];
        if (prior <= kHeld) continue;
        const auto at = static_cast<Eigen::Index>(i);
        fit_.figures_effective += 1.0 - own(at, at) / (prior * prior);
        ++fit_.figures;
      }
    }
  }

 private:
  void add(LogMultiples& logs, const std::vector<double>& spread) {
    double* block = &values_[size_ * blocks_.size()];
    block_of_[&logs] = block;
    blocks_.emplace_back(block, &spread);
    problem_.AddResidualBlock(new PriorCost(LogMultiples(size_, 0.0), spread), nullptr, block);
  }

  const std::size_t size_ = training_figures().size();
  const std::vector<double> spread_shared_ = spreads(&TrainingFigure::spread_shared);
  const std::vector<double> spread_of_stack_ = spreads(&TrainingFigure::spread_of_stack);
  const std::vector<double> spread_of_version_ = spreads(&TrainingFigure::spread_of_version);
  const std::vector<double> spread_of_design_ = spreads(&TrainingFigure::spread_of_design);
  const std::vector<double> spread_of_chip_ = spreads(&TrainingFigure::spread_of_chip);
  TrainingFit& fit_;
  std::vector<double> values_;  ///< In one piece: Ceres orders blocks by their addresses.
  std::vector<std::pair<double*, const std::vector<double>*>> blocks_;
  std::map<LogMultiples*, double*> block_of_;
  ceres::Problem problem_;
};

/// What makes two runs repeats of one another.
std::string configuration_of(const measurement::TrainingConditions& c) {
  const auto text = [](const std::optional<int>& number) {
    return number ? std::to_string(*number) : std::string("-");
  };
  std::string key = c.model + '|' + c.chip + '|' + c.format;
  for (const auto& number : {c.chips, c.tensor, c.pipeline, c.virtual_stages, c.context, c.expert,
                             c.sequence, c.global_batch, c.micro_batch}) {
    key += '|' + text(number);
  }
  return key + '|' + std::to_string(static_cast<int>(c.recompute));
}

}  // namespace

TrainingSystems systems_of(const std::vector<TrainingFitRun>& runs,
                           const catalog::Catalog& catalog) {
  TrainingSystems systems;
  for (const TrainingFitRun& run : runs) {
    const std::pair key(run.run.system, run.run.stack);
    if (systems.contains(key)) continue;
    systems.emplace(key, catalog.training_unfitted(**catalog.system(key.first), key.second));
  }
  return systems;
}

std::vector<TrainingFitRun> fit_runs(const std::vector<measurement::TrainingRow>& rows,
                                     const catalog::Catalog& catalog) {
  TrainingSystems systems;
  std::vector<TrainingFitRun> runs;
  for (const MeasuredTraining& measured : group_runs(rows)) {
    if (!measured.scored) continue;
    auto run = read_run(measured.conditions, catalog);
    if (!run || run->regression) continue;
    const std::pair key(run->system, run->stack);
    if (!systems.contains(key)) {
      systems.emplace(key, catalog.training_unfitted(**catalog.system(key.first), key.second));
    }
    const auto prediction = predict(*run, systems.at(key));
    if (!prediction) continue;
    const measurement::TrainingRow& row = rows[*measured.scored];
    runs.push_back({.run = *std::move(run),
                    .step = *prediction->step_of(row.metric, row.value),
                    .source = measured.conditions.source,
                    .configuration = configuration_of(measured.conditions)});
  }
  return runs;
}

TrainingFit fit_training(const std::vector<TrainingFitRun>& runs, const catalog::Catalog& catalog,
                         TrainingFitDetail detail) {
  const LogMultiples ones(training_figures().size(), 0.0);
  TrainingFit fit{.shared = ones, .runs = static_cast<int>(runs.size())};
  for (const TrainingFitRun& run : runs) {
    fit.stacks.try_emplace(run.run.stack, ones);
    ++fit.runs_of_stack[run.run.stack];
    fit.versions.try_emplace({run.run.stack, run.run.version}, ones);
    fit.designs.try_emplace(run.run.design, ones);
    fit.chips.try_emplace(run.run.chip, ones);
  }
  const TrainingSystems systems = systems_of(runs, catalog);
  Solution solution(runs, systems, fit);
  solution.solve();
  if (detail == TrainingFitDetail::kEffective) solution.count_figures();
  return fit;
}

void apply(const TrainingFit& fit, const TrainingRun& run, hardware::System& system) {
  LogMultiples sum = fit.shared;
  const auto add = [&](const auto& blocks, const auto& key) {
    const auto found = blocks.find(key);
    if (found == blocks.end()) return;
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += found->second[i];
  };
  add(fit.stacks, run.stack);
  add(fit.versions, std::pair(run.stack, run.version));
  add(fit.designs, run.design);
  add(fit.chips, run.chip);
  hardware::scale_training(sum, system);
}

}  // namespace offtake::fidelity
