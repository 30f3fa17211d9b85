#include "offtake/stress/who_can_fail.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "offtake/stress/monte_carlo.hpp"
#include "offtake/stress/random_problem.hpp"

namespace offtake::stress {
namespace {

using namespace offtake::literals;
using testing::random_problem;
using testing::small_problem;

TEST_CASE(
    "a party without stated funding cannot fail while the buyer pays, unless a hazard strikes") {
  StressProblem problem = small_problem();
  problem.parties[0].hazard = 0.1;
  CHECK(who_can_fail(problem)[0].at_all);
  CHECK_FALSE(who_can_fail(problem)[0].while_buyer_pays);
  problem.settings.party_trouble = PartyTrouble::kOwnHazard;
  CHECK(who_can_fail(problem)[0].while_buyer_pays);
  problem.settings.party_hazard_share = 0.0;
  CHECK_FALSE(who_can_fail(problem)[0].while_buyer_pays);
  problem.parties[0].funding = 1.0_BUSD;
  CHECK(who_can_fail(problem)[0].while_buyer_pays);
}

TEST_CASE("a creditor of a party that can fail can fail too, if it has anything to pay") {
  StressProblem problem = small_problem();
  problem.parties[0].funding = 0.0_BUSD;
  problem.parties.push_back({.name = "Builder", .free_cash_flow = -1.0_BUSD});
  problem.parties.push_back({.name = "Lender"});
  problem.dues = {{.from = 0, .to = 1, .amounts = {1.0_BUSD}},
                  {.from = 1, .to = 2, .amounts = {1.0_BUSD}}};
  const std::vector<CanFail> can = who_can_fail(problem);
  CHECK(can[1].while_buyer_pays);
  CHECK_FALSE(can[2].while_buyer_pays);
  CHECK_FALSE(can[2].at_all);
}

TEST_CASE("who cannot fail by construction never does, and its rate is not shown") {
  CHECK(rc::check([] {
    StressProblem problem = random_problem();
    if (*rc::gen::arbitrary<bool>()) problem.parties[1].funding = 1.0_BUSD;
    problem.settings.paths = 200;
    problem.settings.raise_paths = 10;
    for (const PartyResult& party : answer_stress(problem, {}, {1}).parties) {
      RC_ASSERT(party.can_fail.while_buyer_pays == party.default_by_end_buyer_alive.has_value());
      if (!party.can_fail.at_all) RC_ASSERT(party.default_by.back().probability.value == 0.0);
    }
    // The run itself, whatever is shown: with the buyer alive nobody fails who cannot.
    const PathResults paths = run_paths(problem, {1});
    const std::vector<CanFail> can = who_can_fail(problem);
    for (std::size_t path = 0; path < paths.count; ++path) {
      for (std::size_t party = 0; party < can.size(); ++party) {
        const PartyOnPath& row = paths.parties[path * can.size() + party];
        RC_ASSERT(!row.fails_with_buyer_alive || can[party].while_buyer_pays);
        if (paths.buyer[path].default_quarter == problem.quarters) {
          RC_ASSERT(row.default_quarter == problem.quarters || can[party].while_buyer_pays);
        }
      }
    }
  }));
}

}  // namespace
}  // namespace offtake::stress
