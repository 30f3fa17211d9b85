#include "offtake/fidelity/collective_fit.hpp"

#include <ceres/ceres.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "offtake/base/expects.hpp"
#include "offtake/base/quantile.hpp"
#include "offtake/perf/library_collective.hpp"

namespace offtake::fidelity {
namespace {

using hardware::CollectiveLibrary;
using measurement::Collective;
using measurement::CollectiveRow;

constexpr double kRobustScale = 0.1;      ///< Of a logarithm; beyond it the loss grows linearly.
constexpr double kTimeLeast = 1e-8;       ///< Seconds; a step below has no effect that is seen.
constexpr double kTimeGuess = 4e-6;       ///< Seconds.
constexpr double kBandwidthGuess = 2e11;  ///< Bytes a second.

/// The figures that are free, by their logarithms: four times, then the bandwidths.
using Logarithms = std::vector<double>;

CollectiveLibrary library_of(const CollectiveForm& form, const double* logarithms) {
  const auto time = [&](int at) {
    return Sourced<Seconds>{Seconds::in_base_units(std::exp(logarithms[at]))};
  };
  int next = 4;
  const auto path = [&](int ranks) {
    return CollectiveLibrary::Path{ranks, {Bandwidth::in_base_units(std::exp(logarithms[next++]))}};
  };
  CollectiveLibrary library{.ring = {time(0), time(1)}, .exchange = {time(2), time(3)}};
  for (const int ranks : form.paths) library.paths.push_back(path(ranks));
  if (form.in_switch) library.in_switch = path(*form.in_switch);
  library.own_share.value = form.own_share;
  library.knee.value = form.knee;
  return library;
}

/// Log of predicted over measured time.
double log_error(const CollectiveRow& row, CollectiveLibrary library) {
  library.ranks_max = std::max(library.ranks_max, row.ranks);
  const auto time =
      perf::library_collective_time(kind_of(row.collective), row.message, row.ranks, library);
  expects(time.has_value(), "a library has every collective up to its ranks");
  return std::log(time.value_or(Seconds{}) / row.time);
}

/// One row's residual; the parameters are one block of logarithms.
struct RowResidual {
  const CollectiveRow* row;
  const CollectiveForm* form;

  bool operator()(double const* const* logarithms, double* residual) const {
    residual[0] = log_error(*row, library_of(*form, logarithms[0]));
    return std::isfinite(residual[0]);
  }
};

/// The path that a row takes, by its place in library_of's order.
std::size_t path_of(const CollectiveRow& row, const CollectiveForm& form) {
  if (form.in_switch && row.collective == Collective::kAllReduce && row.ranks >= *form.in_switch) {
    return form.paths.size();
  }
  return static_cast<std::size_t>(std::ranges::upper_bound(form.paths, row.ranks) -
                                  form.paths.begin()) -
         1;
}

std::optional<CannotFit> undetermined(std::span<const CollectiveRow> rows,
                                      const CollectiveForm& form) {
  std::vector<bool> seen(form.paths.size() + (form.in_switch ? 1 : 0));
  bool ring = false;
  bool exchange = false;
  for (const CollectiveRow& row : rows) {
    seen[path_of(row, form)] = true;
    (row.collective == Collective::kAllToAll ? exchange : ring) = true;
  }
  if (!ring || !exchange) {
    return CannotFit{fmt::format("no row of {}", ring ? "an all-to-all" : "a ring's collective")};
  }
  for (std::size_t path = 0; path < seen.size(); ++path) {
    if (seen[path]) continue;
    const int ranks = path < form.paths.size() ? form.paths[path] : *form.in_switch;
    return CannotFit{fmt::format("no row on the path that begins at {} ranks", ranks)};
  }
  return std::nullopt;
}

Logarithms solve(std::span<const CollectiveRow> rows, const CollectiveForm& form) {
  const std::size_t paths = form.paths.size() + (form.in_switch ? 1 : 0);
  Logarithms free(4, std::log(kTimeGuess));
  free.resize(4 + paths, std::log(kBandwidthGuess));
  ceres::Problem problem;
  for (const CollectiveRow& row : rows) {
    auto* cost =
        new ceres::DynamicNumericDiffCostFunction<RowResidual>(new RowResidual{&row, &form});
    cost->AddParameterBlock(static_cast<int>(free.size()));
    cost->SetNumResiduals(1);
    problem.AddResidualBlock(cost, new ceres::SoftLOneLoss(kRobustScale), free.data());
  }
  for (int time = 0; time < 4; ++time) {
    problem.SetParameterLowerBound(free.data(), time, std::log(kTimeLeast));
  }
  ceres::Solver::Options options;
  options.linear_solver_type = ceres::DENSE_QR;
  options.max_num_iterations = 200;
  ceres::Solver::Summary summary;
  ceres::Solve(options, &problem, &summary);
  return free;
}

}  // namespace

perf::CollectiveKind kind_of(Collective collective) {
  switch (collective) {
    case Collective::kAllReduce:
      return perf::CollectiveKind::kAllReduce;
    case Collective::kReduceScatter:
      return perf::CollectiveKind::kReduceScatter;
    case Collective::kAllGather:
      return perf::CollectiveKind::kAllGather;
    case Collective::kAllToAll:
      break;
  }
  return perf::CollectiveKind::kAllToAll;
}

CollectiveForm form_of(const CollectiveLibrary& library) {
  CollectiveForm form{.paths = {},
                      .in_switch = {},
                      .own_share = library.own_share.value,
                      .knee = library.knee.value};
  for (const CollectiveLibrary::Path& path : library.paths) form.paths.push_back(path.ranks);
  if (library.in_switch) form.in_switch = library.in_switch->ranks;
  return form;
}

bool fits(const CollectiveRow& row) { return !row.library.empty() && row.nodes == 1; }

std::expected<CollectiveFit, CannotFit> fit_collectives(std::span<const CollectiveRow> rows,
                                                        const CollectiveForm& form) {
  expects(!form.paths.empty() && form.paths.front() == 2 && std::ranges::is_sorted(form.paths),
          "paths ascend from two ranks");
  std::vector<CollectiveRow> used;
  std::ranges::copy_if(rows, std::back_inserter(used), fits);
  if (const auto reason = undetermined(used, form)) return std::unexpected(*reason);
  CollectiveFit fit{.library = library_of(form, solve(used, form).data()),
                    .rows = static_cast<int>(used.size())};
  std::vector<double> errors;
  std::vector<double> factors;
  for (const CollectiveRow& row : used) {
    const double error = log_error(row, fit.library);
    errors.push_back(std::abs(std::expm1(error)));
    factors.push_back(std::expm1(std::abs(error)));
    fit.library.ranks_max = std::max(fit.library.ranks_max, row.ranks);
  }
  fit.error_median = quantile(errors, 0.5);
  fit.error_p90 = quantile(errors, 0.9);
  fit.library.name = used.front().library;
  fit.library.error.value = quantile(factors, 0.9);
  return fit;
}

}  // namespace offtake::fidelity
