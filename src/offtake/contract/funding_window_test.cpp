#include "offtake/contract/funding_window.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "offtake/base/random_stream.hpp"

namespace offtake::contract {
namespace {

struct Share {
  double open = 0.0;
  double open_in_good_times = 0.0;
};

/// Over 400 scenarios of 40 quarters, leaving out the first ten.
Share shares(const FundingWindow& window) {
  Share share;
  double good = 0.0;
  for (std::uint64_t scenario = 0; scenario < 400; ++scenario) {
    RandomStream demand(1, "demand", scenario);
    std::vector<double> shocks(40);
    for (double& shock : shocks) shock = demand.normal();
    const auto open = open_quarters(window, shocks, 1, scenario);
    for (std::size_t quarter = 10; quarter < 40; ++quarter) {
      share.open += open[quarter];
      if (shocks[quarter] > 0.0) good += 1.0, share.open_in_good_times += open[quarter];
    }
  }
  share.open /= 400.0 * 30.0;
  share.open_in_good_times /= good;
  return share;
}

}  // namespace

TEST_CASE("in the long run the market is open for reopen / (close + reopen) of the time") {
  // 0.35 / (0.12 + 0.35) = 0.745, with or without a link to demand. 12,000 quarters of which some
  // four in a row are alike: a standard error below 0.01.
  const FundingWindow window{.close_per_quarter = 0.12, .reopen_per_quarter = 0.35};
  CHECK(shares(window).open == doctest::Approx(0.745).epsilon(0.03));
  FundingWindow linked = window;
  linked.correlation_with_demand = 0.6;
  CHECK(shares(linked).open == doctest::Approx(0.745).epsilon(0.03));
  CHECK(shares(linked).open_in_good_times > shares(linked).open + 0.05);
}

TEST_CASE("probabilities of nothing and one, and the state now, are kept to") {
  const std::vector<double> shocks(5, 0.0);
  CHECK(open_quarters({.open_now = false, .reopen_per_quarter = 0.0}, shocks, 1, 1) ==
        std::vector<char>(5, 0));
  CHECK(open_quarters({.close_per_quarter = 1.0, .reopen_per_quarter = 1.0}, shocks, 1, 1) ==
        std::vector<char>{1, 0, 1, 0, 1});
}

}  // namespace offtake::contract
