#include "offtake/stress/circularity.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>

#include "offtake/stress/random_problem.hpp"

namespace offtake::stress {
namespace {

using testing::between;

TEST_CASE("money that returns is counted by its widest way, at most what was put in") {
  // Investor 0 puts 10 into buyer 2; 4 come back at once, 9 more go by cloud 1, which passes 5 on.
  const std::vector<MoneyEdge> edges{{0, 2, 10.0}, {2, 0, 4.0}, {2, 1, 9.0}, {1, 0, 5.0}};
  const auto rows = money_returned(3, 2, edges, 0.5);
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].returned == 9.0);
  CHECK(rows[0].returned_netted == 4.5);
}

TEST_CASE("dropping an edge never raises what returns, and none exceeds its edges") {
  CHECK(rc::check([] {
    std::vector<MoneyEdge> edges{{0, 1, between(0.0, 10.0)}};
    for (std::size_t from = 0; from < 5; ++from) {
      for (std::size_t to = 0; to < 5; ++to) {
        if (from != to && *rc::gen::inRange(0, 2) == 0)
          edges.push_back({from, to, between(0.0, 5.0)});
      }
    }
    const double all = largest_flow(5, edges, 1, 0);
    double out = 0.0;
    for (const MoneyEdge& edge : edges) out += edge.from == 1 ? edge.amount : 0.0;
    double in = 0.0;
    for (const MoneyEdge& edge : edges) in += edge.to == 0 ? edge.amount : 0.0;
    RC_ASSERT(all <= std::min(out, in) + 1e-9);
    auto fewer = edges;
    fewer.erase(fewer.begin() +
                *rc::gen::inRange<std::ptrdiff_t>(0, static_cast<std::ptrdiff_t>(edges.size())));
    RC_ASSERT(largest_flow(5, fewer, 1, 0) <= all + 1e-9);
  }));
}

}  // namespace
}  // namespace offtake::stress
