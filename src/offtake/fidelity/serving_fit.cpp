#include "offtake/fidelity/serving_fit.hpp"

#include <ceres/ceres.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <memory>
#include <optional>
#include <set>

#include "offtake/base/expects.hpp"
#include "offtake/fidelity/fitted_figure.hpp"
#include "offtake/fidelity/serving_prediction.hpp"

namespace offtake::fidelity {
namespace {

using measurement::Metric;
using measurement::Statistic;

constexpr double kStep = 1e-3;  ///< Of a derivative, in free space.
constexpr double kUnfit = 3.0;  ///< Residual of a run that has no prediction.

/// Standard deviation of a row's logarithm that is expected of a good model.
double row_spread(const measurement::InferenceRow& row) {
  if (row.metric != Metric::kTtft) return row.statistic == Statistic::kP99 ? 0.4 : 0.08;
  return row.statistic == Statistic::kP99 ? 0.8 : row.statistic == Statistic::kP50 ? 0.12 : 0.2;
}

/// The loss of Charbonnier, as a residual: its square is 2 (sqrt(1 + r^2) - 1).
double soft(double r) {
  const double loss = 2.0 * (std::sqrt(1.0 + r * r) - 1.0);
  return r < 0.0 ? -std::sqrt(loss) : std::sqrt(loss);
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

/// Draws each figure of a block to a centre.
class PriorCost : public ceres::CostFunction {
 public:
  PriorCost(FreeFigures centre, std::vector<double> spread)
      : centre_(std::move(centre)), spread_(std::move(spread)) {
    mutable_parameter_block_sizes()->push_back(static_cast<int>(centre_.size()));
    set_num_residuals(static_cast<int>(centre_.size()));
  }
  bool Evaluate(double const* const* parameters, double* residuals,
                double** jacobians) const override {
    const std::size_t n = centre_.size();
    for (std::size_t i = 0; i < n; ++i) {
      residuals[i] = (parameters[0][i] - centre_[i]) / spread_[i];
    }
    if (jacobians == nullptr || jacobians[0] == nullptr) return true;
    std::fill(jacobians[0], jacobians[0] + n * n, 0.0);
    for (std::size_t i = 0; i < n; ++i) jacobians[0][i * n + i] = 1.0 / spread_[i];
    return true;
  }

 private:
  FreeFigures centre_;
  std::vector<double> spread_;
};

FreeFigures free_figures(const hardware::System& system) {
  FreeFigures free;
  for (const FittedFigure& figure : serving_figures()) {
    free.push_back(figure.to_free(figure.get(system)));
  }
  return free;
}

std::vector<double> spreads(double FittedFigure::* member) {
  constexpr double kHeld = 1e-4;  // A figure that may not move.
  std::vector<double> values;
  for (const FittedFigure& figure : serving_figures()) {
    const char* s = std::getenv(member == &FittedFigure::spread_of_stack ? "SS" : "SC");
    values.push_back(std::max(kHeld, figure.*member * (s ? std::atof(s) : 1.0)));
  }
  return values;
}

}  // namespace

void apply(const FreeFigures& figures, hardware::System& system) {
  const auto known = serving_figures();
  expects(figures.size() == known.size(), "a value for each figure");
  for (std::size_t i = 0; i < known.size(); ++i) {
    known[i].set(system, known[i].from_free(figures[i]));
  }
}

GradedFigures figures_of(const ServingFit& fit, const std::string& stack,
                         const hardware::Chip& chip, const catalog::Catalog& catalog) {
  const auto own = fit.chips.find({stack, chip.id});
  if (own != fit.chips.end()) return {FitGrade::kOwn, chip.id, own->second};
  const FreeFigures* nearest = nullptr;
  std::string relative;
  std::pair distance(2, 0);  // Design first, then months between the announcements.
  for (const auto& [key, figures] : fit.chips) {
    if (key.first != stack) continue;
    const hardware::Chip& other = **catalog.chip(key.second);
    if (other.vendor != chip.vendor || !other.announced || !chip.announced) continue;
    const std::pair there(other.architecture == chip.architecture ? 0 : 1,
                          std::abs(other.announced->month - chip.announced->month));
    if (there >= distance) continue;
    distance = there;
    nearest = &figures;
    relative = key.second;
  }
  if (nearest != nullptr) return {FitGrade::kRelative, relative, *nearest};
  const auto shared = fit.stacks.find(stack);
  if (shared != fit.stacks.end()) return {FitGrade::kStack, {}, shared->second};
  return {};
}

ServingFit fit_serving(const std::vector<FitRun>& runs, const catalog::Catalog& catalog,
                       Parallelism parallelism) {
  ServingFit fit;
  Systems systems;
  const FreeFigures none(serving_figures().size(), 0.0);
  for (const FitRun& run : runs) {
    const std::pair key(run.run.stack, run.run.chip);
    if (!systems.contains(key)) {
      systems.emplace(key, catalog.on_stack(**catalog.system(run.run.system), run.run.stack));
    }
    fit.chips.emplace(key, none);
    fit.stacks.emplace(run.run.stack, free_figures(systems.at(key)));
    fit.rows += static_cast<int>(run.rows.size());
  }
  ceres::Problem problem;
  for (const FitRun& run : runs) {
    const std::pair key(run.run.stack, run.run.chip);
    problem.AddResidualBlock(new RunCost(run, systems.at(key)), nullptr,
                             fit.stacks.at(run.run.stack).data(), fit.chips.at(key).data());
  }
  for (auto& [stack, figures] : fit.stacks) {
    problem.AddResidualBlock(new PriorCost(figures, spreads(&FittedFigure::spread_of_stack)),
                             nullptr, figures.data());
  }
  for (auto& [key, figures] : fit.chips) {
    problem.AddResidualBlock(new PriorCost(none, spreads(&FittedFigure::spread_of_chip)), nullptr,
                             figures.data());
  }
  ceres::Solver::Options options;
  options.num_threads = parallelism.threads;
  options.linear_solver_type = ceres::SPARSE_NORMAL_CHOLESKY;
  options.max_num_iterations = 40;
  options.function_tolerance = 1e-5;
  ceres::Solver::Summary summary;
  ceres::Solve(options, &problem, &summary);
  fit.seconds = summary.total_time_in_seconds;
  for (auto& [key, figures] : fit.chips) {
    for (std::size_t i = 0; i < figures.size(); ++i) figures[i] += fit.stacks.at(key.first)[i];
  }
  return fit;
}

}  // namespace offtake::fidelity
