#include "offtake/fidelity/serving_fit.hpp"

#include <ceres/ceres.h>

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>
#include <optional>
#include <set>

#include "offtake/base/expects.hpp"
#include "offtake/fidelity/least_squares.hpp"
#include "offtake/fidelity/serving_prediction.hpp"
#include "offtake/fidelity/source_fault.hpp"
#include "offtake/hardware/fitted_figure.hpp"

namespace offtake::fidelity {
namespace {

using hardware::FittedFigure;
using hardware::serving_figures;
using measurement::Metric;
using measurement::Statistic;

constexpr double kStep = 1e-3;  ///< Of a derivative, in free space.
constexpr double kHeld = 1e-4;  ///< Spread of a figure that may not move.
constexpr double kUnfit = 3.0;  ///< Residual of a run that has no prediction.

/// Standard deviation of a row's logarithm that is expected of a good model.
double row_spread(const measurement::InferenceRow& row) {
  // Requests of a fixed batch meet no others, so their tail is near their middle.
  const bool of_batch = row.conditions.scenario == measurement::Scenario::kFixedBatch;
  const bool tail = row.statistic == Statistic::kP99;
  if (row.conditions.scenario == measurement::Scenario::kDisaggregated) return tail ? 0.4 : 0.24;
  if (row.metric != Metric::kTtft) return tail && !of_batch ? 0.4 : 0.08;
  if (tail) return of_batch ? 0.12 : 0.8;
  return row.statistic == Statistic::kP50 ? 0.12 : 0.2;
}

/// Pools that speculate are left out with all other speculation.
bool may_be_fitted(const ServingRun& run) {
  if (std::holds_alternative<FixedRate>(run.load) || run.notes.speculative) return false;
  return run.kind == RunKind::kPlain || run.kind == RunKind::kDisaggregated;
}

using Systems = std::map<std::pair<std::string, std::string>, hardware::System>;

/// Residuals of one run's rows; parameters: the stack's figures, then the chip's differences.
class RunCost : public ceres::CostFunction {
 public:
  RunCost(const FitRun& run, const hardware::System& system) : run_(run), system_(system) {
    const int figures = static_cast<int>(serving_figures().size());
    mutable_parameter_block_sizes()->assign({figures, figures});
    set_num_residuals(static_cast<int>(run.rows.size()));
  }

  bool Evaluate(double const* const* parameters, double* residuals,
                double** jacobians) const override {
    const std::size_t figures = serving_figures().size();
    FreeFigures free(figures);
    for (std::size_t i = 0; i < figures; ++i) free[i] = parameters[0][i] + parameters[1][i];
    hardware::System system = system_;
    const std::vector<double> base = residuals_at(free, system);
    std::ranges::copy(base, residuals);
    if (jacobians == nullptr) return true;
    for (std::size_t i = 0; i < figures; ++i) {
      FreeFigures moved = free;
      moved[i] += kStep;
      const std::vector<double> there = residuals_at(moved, system);
      for (std::size_t row = 0; row < base.size(); ++row) {
        const double slope = (there[row] - base[row]) / kStep;
        for (const int block : {0, 1}) {
          if (jacobians[block] != nullptr) jacobians[block][row * figures + i] = slope;
        }
      }
    }
    return true;
  }

 private:
  std::vector<double> residuals_at(const FreeFigures& free, hardware::System& system) const {
    apply(free, system);
    const auto prediction = predict(run_.run, system);
    std::vector<double> residuals;
    for (const measurement::InferenceRow& row : run_.rows) {
      const auto value = prediction ? prediction->of(row) : std::nullopt;
      residuals.push_back(value ? soft(std::log(*value / row.value) / row_spread(row)) : kUnfit);
    }
    return residuals;
  }

  const FitRun& run_;
  const hardware::System& system_;
};

FreeFigures free_figures(const hardware::System& system) {
  FreeFigures free;
  for (const FittedFigure& figure : serving_figures()) {
    free.push_back(figure.to_free(figure.get(system)));
  }
  return free;
}

std::vector<double> spreads(double FittedFigure::* member) {
  std::vector<double> values;
  for (const FittedFigure& figure : serving_figures()) {
    values.push_back(std::max(kHeld, figure.*member));
  }
  return values;
}

const hardware::System& system_of(const ServingRun& run, const catalog::Catalog& catalog,
                                  Systems& systems) {
  const std::pair key(run.stack, run.chip);
  const auto at = systems.find(key);
  if (at != systems.end()) return at->second;
  return systems.emplace(key, catalog.unfitted(**catalog.system(run.system), run.stack))
      .first->second;
}

/// The least-squares problem over a fit's figures: of each stack its own, of each chip the
/// differences from its stack.
class Solution {
 public:
  Solution(const std::vector<FitRun>& runs, const Systems& systems, ServingFit& fit)
      : fit_(fit), values_(size_ * (fit.stacks.size() + fit.chips.size())) {
    std::size_t next = 0;
    for (auto& [stack, fitted] : fit.stacks) {
      double* block = stacks_[stack] = &values_[size_ * next++];
      std::ranges::copy(fitted.figures, block);
      add_prior(block, fitted.figures, stack_spreads_);
    }
    for (auto& [key, fitted] : fit.chips) {
      double* block = chips_[key] = &values_[size_ * next++];
      add_prior(block, FreeFigures(size_, 0.0), chip_spreads_);
    }
    for (const FitRun& run : runs) {
      const std::pair key(run.run.stack, run.run.chip);
      problem_.AddResidualBlock(new RunCost(run, systems.at(key)), nullptr, stacks_.at(key.first),
                                chips_.at(key));
    }
  }

  void solve() {
    ceres::Solver::Options options;
    options.num_threads = 1;  // So that sums are in one order.
    options.linear_solver_type = ceres::SPARSE_NORMAL_CHOLESKY;
    options.max_num_iterations = 60;
    options.function_tolerance = 1e-6;
    options.logging_type = ceres::SILENT;
    ceres::Solver::Summary summary;
    ceres::Solve(options, &problem_, &summary);
    for (auto& [stack, fitted] : fit_.stacks)
      std::copy_n(stacks_.at(stack), size_, fitted.figures.begin());
    for (auto& [key, fitted] : fit_.chips) {
      std::transform(fit_.stacks.at(key.first).figures.begin(),
                     fit_.stacks.at(key.first).figures.end(), chips_.at(key),
                     fitted.figures.begin(), std::plus<>());
    }
  }

  /// Of stacks their own covariance; of chips that of stack and difference together.
  void add_spreads() {
    std::vector<std::pair<const double*, const double*>> blocks;
    for (const auto& [stack, block] : stacks_) blocks.emplace_back(block, block);
    for (const auto& [key, block] : chips_) {
      blocks.emplace_back(block, block);
      blocks.emplace_back(stacks_.at(key.first), block);
    }
    ceres::Covariance::Options options;
    options.num_threads = 1;  // So that sums are in one order.
    ceres::Covariance covariance(options);
    expects(covariance.Compute(blocks, &problem_), "a fit with priors has a covariance");
    for (auto& [stack, fitted] : fit_.stacks) {
      const double* block = stacks_.at(stack);
      const Matrix own = part(covariance, block, block);
      fitted.spread = factor_of(own);
      count(own, stack_spreads_);
    }
    for (auto& [key, fitted] : fit_.chips) {
      const double* stack = stacks_.at(key.first);
      const double* block = chips_.at(key);
      const Matrix own = part(covariance, block, block);
      const Matrix cross = part(covariance, stack, block);
      fitted.spread = factor_of(part(covariance, stack, stack) + own + cross + cross.transpose());
      count(own, chip_spreads_);
    }
  }

 private:
  using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

  void add_prior(double* block, const FreeFigures& centre, const std::vector<double>& spread) {
    problem_.AddResidualBlock(new PriorCost(centre, spread), nullptr, block);
  }

  Matrix part(const ceres::Covariance& covariance, const double* a, const double* b) const {
    Matrix part(size_, size_);
    expects(covariance.GetCovarianceBlock(a, b, part.data()), "the block was asked for");
    return part;
  }

  /// Lower Cholesky factor, row by row.
  static std::vector<double> factor_of(const Matrix& covariance) {
    const Matrix lower = covariance.llt().matrixL();
    std::vector<double> factor;
    for (Eigen::Index row = 0; row < lower.rows(); ++row) {
      for (Eigen::Index column = 0; column <= row; ++column) factor.push_back(lower(row, column));
    }
    return factor;
  }

  void count(const Matrix& covariance, const std::vector<double>& prior) {
    for (std::size_t i = 0; i < prior.size(); ++i) {
      if (prior[i] <= kHeld) continue;
      const auto at = static_cast<Eigen::Index>(i);
      fit_.figures_effective += 1.0 - covariance(at, at) / (prior[i] * prior[i]);
      ++fit_.figures;
    }
  }

  const std::size_t size_ = serving_figures().size();
  const std::vector<double> stack_spreads_ = spreads(&FittedFigure::spread_of_stack);
  const std::vector<double> chip_spreads_ = spreads(&FittedFigure::spread_of_chip);
  ServingFit& fit_;
  std::vector<double> values_;  ///< In one piece: Ceres orders blocks by their addresses.
  std::map<std::string, double*> stacks_;
  std::map<std::pair<std::string, std::string>, double*> chips_;
  ceres::Problem problem_;
};

}  // namespace

void apply(const FreeFigures& figures, hardware::System& system) {
  const auto known = serving_figures();
  expects(figures.size() == known.size(), "a value for each figure");
  for (std::size_t i = 0; i < known.size(); ++i) {
    known[i].set(system, known[i].from_free(figures[i]));
  }
}

NearestFit nearest_fit(const ServingFit& fit, const std::string& stack, const hardware::Chip& chip,
                       const catalog::Catalog& catalog) {
  const auto own = fit.chips.find({stack, chip.id});
  if (own != fit.chips.end()) return {hardware::FitGrade::kOwn, chip.id, &own->second};
  std::vector<const hardware::Chip*> others;
  for (const auto& [key, figures] : fit.chips) {
    if (key.first == stack) others.push_back(*catalog.chip(key.second));
  }
  if (const hardware::Chip* nearest = hardware::nearest_relative(chip, others)) {
    return {hardware::FitGrade::kRelative, nearest->id, &fit.chips.at({stack, nearest->id})};
  }
  const auto shared = fit.stacks.find(stack);
  if (shared == fit.stacks.end()) return {};
  return {hardware::FitGrade::kStack, {}, &shared->second};
}

std::vector<FitRun> fit_runs(const std::vector<measurement::InferenceRow>& rows,
                             const catalog::Catalog& catalog) {
  Systems systems;
  std::vector<FitRun> runs;
  for (const MeasuredRun& measured : group_runs(rows)) {
    const auto run = read_run(measured.conditions, catalog);
    if (!run || !may_be_fitted(*run)) continue;
    std::vector<measurement::InferenceRow> own;
    for (const std::size_t i : measured.rows) own.push_back(rows[i]);
    const auto prediction = predict(*run, system_of(*run, catalog, systems));
    if (!prediction) continue;
    own = sound_rows(own);
    std::erase_if(own, [&](const auto& row) {
      return !prediction->of(row).has_value() || (run->pools && row.metric == Metric::kTtft);
    });
    if (!own.empty()) runs.push_back({.run = *run, .rows = std::move(own)});
  }
  return runs;
}

ServingFit fit_serving(const std::vector<FitRun>& runs, const catalog::Catalog& catalog,
                       FitDetail detail) {
  ServingFit fit;
  Systems systems;
  for (const FitRun& run : runs) {
    const hardware::System& system = system_of(run.run, catalog, systems);
    FittedFigures& chip = fit.chips[{run.run.stack, run.run.chip}];
    FittedFigures& stack = fit.stacks[run.run.stack];
    if (chip.figures.empty()) chip.figures.assign(serving_figures().size(), 0.0);
    if (stack.figures.empty()) stack.figures = free_figures(system);
    for (FittedFigures* fitted : {&chip, &stack}) {
      fitted->rows += static_cast<int>(run.rows.size());
      fitted->models.insert(run.run.model->id);
    }
    fit.rows += static_cast<int>(run.rows.size());
  }
  Solution solution(runs, systems, fit);
  solution.solve();
  if (detail == FitDetail::kSpread) solution.add_spreads();
  return fit;
}

}  // namespace offtake::fidelity
