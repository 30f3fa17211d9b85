#pragma once

#include <span>
#include <vector>

namespace offtake {

/// The `level` quantile of `sorted` values, linear between neighbours (Hyndman and Fan, "Sample
/// quantiles in statistical packages", American Statistician 50(4), 1996, type 7). `sorted` is not
/// empty and ascends; `level` is in [0, 1].
double quantile_of_sorted(std::span<const double> sorted, double level);

/// The same of values in any order.
double quantile(std::vector<double> values, double level);

/// The smallest value whose share of the total weight, with all smaller ones, reaches `level`.
/// `values` and `weights` are equally long, the weights not negative and not all zero.
double weighted_quantile(std::span<const double> values, std::span<const double> weights,
                         double level);

}  // namespace offtake
