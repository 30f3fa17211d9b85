#pragma once

namespace offtake::demand {

/// How volumes wander about their base paths. The log of a workload's factor follows
///   d log f = - mean_reversion * log f * dt + volatility * dW
/// (Uhlenbeck and Ornstein, "On the theory of the Brownian motion", Physical Review 36, 1930), so
/// its median stays on the base path; with mean_reversion 0 it is a random walk. The dW of any two
/// workloads have the same `correlation`, from one common factor.
struct DemandProcess {
  double volatility_scale = 1.0;  ///< Factor on every volatility; 0 leaves the scenarios alone.
  double correlation = 0.5;
  double mean_reversion = 0.0;  ///< A year.
  double price_volatility =
      0.2;  ///< Of the log of the market price of compute, a square-root year.
};

}  // namespace offtake::demand
