#include "offtake/lp/sample_average.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <string>

#include "offtake/base/random_stream.hpp"
#include "offtake/lp/highs_solver.hpp"

using namespace offtake;
using namespace offtake::lp;

namespace {

/// Commit to x at .6, pay 1 later; demand is uniform on (0, 200). The optimum is 84 at x = 80:
/// .6 x 80 + (200 - 80)^2 / 400.
StochasticProgram newsvendor(std::string_view purpose, std::size_t first, std::size_t count,
                             std::uint64_t seed) {
  StochasticProgram program;
  program.first_stage.add_column({.objective = 0.6, .upper = 1000.0});
  for (std::size_t s = 0; s < count; ++s) {
    RandomStream random(seed, purpose, first + s);
    ScenarioBlock block{.probability = 1.0 / static_cast<double>(count)};
    const int bought = block.recourse.add_column({.objective = 1.0});
    const int row = block.recourse.add_row(at_least(200.0 * random.uniform()), {{bought, 1.0}});
    block.coupling.push_back({row, 0, 1.0});
    program.scenarios.push_back(block);
  }
  return program;
}

SampleAverage sampled(std::uint64_t seed, const SampleAverageQuestion& question) {
  return sample_average(
      [seed](std::string_view purpose, std::size_t first, std::size_t count) {
        return newsvendor(purpose, first, count, seed);
      },
      question, HighsSolver());
}

}  // namespace

TEST_CASE("quantiles of Student's t are those of tables") {
  // NIST/SEMATECH e-Handbook of Statistical Methods, section 1.3.6.7.2, column .975.
  CHECK(student_quantile_975(1) == doctest::Approx(12.706).epsilon(1e-4));
  CHECK(student_quantile_975(4) == doctest::Approx(2.776).epsilon(2e-4));
  CHECK(student_quantile_975(5) == doctest::Approx(2.571).epsilon(1e-3));
  CHECK(student_quantile_975(9) == doctest::Approx(2.262).epsilon(2e-4));
  CHECK(student_quantile_975(29) == doctest::Approx(2.045).epsilon(2e-4));
  CHECK(student_quantile_975(100) == doctest::Approx(1.984).epsilon(2e-4));
}

TEST_CASE("the bounds of samples hold the newsvendor's optimum as often as they say") {
  // Both intervals together miss in at most about 5% of the seeds (2.5% on either outer side). Of
  // 40 seeds more than 6 miss with a probability of .3%.
  int misses = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    const SampleAverage answer =
        sampled(seed, {.samples = 50, .fresh = 2000, .method = {}, .each = {}});
    REQUIRE(answer.status == Status::kOptimal);
    REQUIRE(answer.first_stage.size() == 1);
    // The sample's quantile of .4 of 50 has a deviation of 200 sqrt(.24 / 50) = 14.
    CHECK(std::abs(answer.first_stage[0] - 80.0) < 5.0 * 14.0);
    const bool holds = answer.lower.mean - answer.lower.half_width <= 84.0 &&
                       84.0 <= answer.upper.mean + answer.upper.half_width;
    misses += holds ? 0 : 1;
  }
  CHECK(misses <= 6);
}

TEST_CASE("the measured cost of a sample's first stage is what that first stage costs") {
  const SampleAverage answer =
      sampled(7, {.samples = 20, .fresh = 20'000, .method = {}, .each = {.parallelism = {2}}});
  const double x = answer.first_stage[0];
  const double cost = 0.6 * x + (200.0 - x) * (200.0 - x) / 400.0;
  // The half width is 1.96 deviations; five of them are beyond doubt.
  CHECK(std::abs(answer.upper.mean - cost) < 5.0 / 1.96 * answer.upper.half_width);
  CHECK(answer.upper.half_width < 1.0);
}

TEST_CASE("samples do not depend on threads, and other seeds give other answers") {
  const SampleAverageQuestion one{.samples = 30, .fresh = 1500, .method = {}, .each = {}};
  SampleAverageQuestion three = one;
  three.each.parallelism = {3};
  const SampleAverage a = sampled(1, one), b = sampled(1, three), c = sampled(2, one);
  CHECK(a.lower.mean == b.lower.mean);
  CHECK(a.upper.mean == b.upper.mean);
  CHECK(a.upper.half_width == b.upper.half_width);
  CHECK(a.first_stage == b.first_stage);
  CHECK(a.lower.mean != c.lower.mean);
}

TEST_CASE("fresh scenarios without recourse are counted") {
  const SampleAverage answer = sample_average(
      [](std::string_view purpose, std::size_t first, std::size_t count) {
        StochasticProgram program = newsvendor(purpose, first, count, 1);
        for (ScenarioBlock& block : program.scenarios) block.recourse.columns[0].upper = 50.0;
        return program;
      },
      {.samples = 10, .fresh = 1000, .method = {}, .each = {}}, HighsSolver());
  // x covers the largest of the sample's demands but 50; demands above that come.
  CHECK(answer.without_recourse > 0);
  CHECK(answer.without_recourse < 1000);
}
