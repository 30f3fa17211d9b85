#include "offtake/fidelity/collective_fit.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <cmath>

#include "offtake/perf/library_collective.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::fidelity {

using namespace offtake::literals;
using hardware::CollectiveLibrary;
using measurement::Collective;
using measurement::CollectiveRow;

namespace {

constexpr Collective kCollectives[] = {Collective::kAllReduce, Collective::kReduceScatter,
                                       Collective::kAllGather, Collective::kAllToAll};

CollectiveLibrary a_library() {
  return {.name = "a library",
          .ranks_max = 8,
          .ring = {.start = {5.0_us}, .step = {0.8_us}},
          .exchange = {.start = {8.0_us}, .step = {0.3_us}},
          .paths = {{.ranks = 2, .bandwidth = {300.0_GB_per_s}}},
          .in_switch = {},
          .own_share = {0.5},
          .knee = {0.65},
          .error = {0.2}};
}

/// What the library takes itself, of 1 KiB to 512 MiB.
std::vector<CollectiveRow> rows_of(const CollectiveLibrary& library) {
  std::vector<CollectiveRow> rows;
  for (const Collective collective : kCollectives) {
    for (const int ranks : {2, 4, 8}) {
      for (int power = 10; power < 30; ++power) {
        const Bytes message = std::exp2(power) * 1.0_B;
        const auto time =
            perf::library_collective_time(kind_of(collective), message, ranks, library);
        rows.push_back({.library = library.name,
                        .ranks = ranks,
                        .collective = collective,
                        .message = message,
                        .time = *time});
      }
    }
  }
  return rows;
}

void check_same(const CollectiveLibrary& found, const CollectiveLibrary& truth, double tolerance) {
  const auto near = [&](double a, double b) { CHECK(a == doctest::Approx(b).epsilon(tolerance)); };
  near(found.ring.start.value.in(1.0_us), truth.ring.start.value.in(1.0_us));
  near(found.ring.step.value.in(1.0_us), truth.ring.step.value.in(1.0_us));
  near(found.exchange.start.value.in(1.0_us), truth.exchange.start.value.in(1.0_us));
  near(found.exchange.step.value.in(1.0_us), truth.exchange.step.value.in(1.0_us));
  REQUIRE(found.paths.size() == truth.paths.size());
  for (std::size_t i = 0; i < truth.paths.size(); ++i) {
    CHECK(found.paths[i].ranks == truth.paths[i].ranks);
    near(found.paths[i].bandwidth.value.in(1.0_GB_per_s),
         truth.paths[i].bandwidth.value.in(1.0_GB_per_s));
  }
}

}  // namespace

TEST_CASE("a curve's own times give its figures back, with each path's and the switch's") {
  CollectiveLibrary truth = a_library();
  truth.paths.push_back({.ranks = 4, .bandwidth = {50.0_GB_per_s}});
  truth.in_switch = {.ranks = 8, .bandwidth = {80.0_GB_per_s}};
  const auto fit = fit_collectives(rows_of(truth), form_of(truth));
  REQUIRE(fit.has_value());
  CHECK(fit->rows == 4 * 3 * 20);
  check_same(fit->library, truth, 1e-3);
  CHECK(fit->library.in_switch->bandwidth.value.in(1.0_GB_per_s) ==
        doctest::Approx(80.0).epsilon(1e-3));
  CHECK(fit->error_p90 < 1e-3);
  CHECK(fit->library.ranks_max == 8);
  CHECK(fit->library.name == "a library");
}

TEST_CASE("one row in ten that is three times too slow moves the figures by less than a tenth") {
  auto rows = rows_of(a_library());
  for (std::size_t i = 0; i < rows.size(); i += 10) rows[i].time *= 3.0;
  const auto fit = fit_collectives(rows, {});
  REQUIRE(fit.has_value());
  check_same(fit->library, a_library(), 0.1);
}

TEST_CASE("law: bytes that take twice as long halve the bandwidth and double the times") {
  CHECK(rc::check([] {
    const double factor = *rc::gen::inRange(2, 40) / 4.0;
    auto rows = rows_of(a_library());
    for (CollectiveRow& row : rows) row.time *= factor;
    const auto fit = fit_collectives(rows, {});
    RC_ASSERT(fit.has_value());
    RC_ASSERT(std::abs(fit->library.paths[0].bandwidth.value.in(300.0_GB_per_s) * factor - 1) <
              1e-3);
    RC_ASSERT(std::abs(fit->library.ring.start.value.in(5.0_us) / factor - 1) < 1e-3);
  }));
}

TEST_CASE("rows over several nodes and rows that state no library are not fitted") {
  auto rows = rows_of(a_library());
  CollectiveRow other = rows.front();
  other.time *= 100.0;
  other.nodes = 2;
  rows.push_back(other);
  other.nodes = 1;
  other.library.clear();
  rows.push_back(other);
  CHECK(fit_collectives(rows, {})->rows == 4 * 3 * 20);
}

TEST_CASE("a figure on which no row depends cannot be fitted") {
  auto rows = rows_of(a_library());
  const CollectiveForm far{.paths = {2, 16}};
  CHECK(fit_collectives(rows, far).error().reason == "no row on the path that begins at 16 ranks");
  std::erase_if(rows, [](const auto& row) { return row.collective == Collective::kAllToAll; });
  CHECK(fit_collectives(rows, {}).error().reason == "no row of an all-to-all");
}

}  // namespace offtake::fidelity
