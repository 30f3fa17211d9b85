#include "offtake/serve/simulate.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "offtake/serve/serving_example.hpp"
#include "offtake/units/literals.hpp"

using namespace offtake;
using namespace offtake::literals;
using namespace offtake::serve;
using demand::Request;
using example::kMillisecond;

namespace {

constexpr SimTime ms(std::int64_t count) { return {count * 1'000'000}; }

/// A step takes 10 ms.
const LinearStepTimer kTen({.step = 10 * kMillisecond});
/// And 1 ms more for each token of a prompt.
const LinearStepTimer kTenAndTokens({.step = 10 * kMillisecond, .per_prompt_token = kMillisecond});

struct Run {
  RunOutcome outcome;
  std::vector<RequestTimes> times;  ///< In order of arrival.
};

Run run(const Fleet& fleet, std::vector<Request> requests, RunSettings settings = {}) {
  example::ListedRequests source(std::move(requests));
  example::Recording recording;
  settings.recorder = &recording;
  Run run{.outcome = simulate(fleet, source, settings), .times = {}};
  std::ranges::sort(recording.requests, {}, &RecordedRequest::number);
  for (const RecordedRequest& request : recording.requests) run.times.push_back(request.times);
  return run;
}

Fleet fleet_of(Pool pool) {
  Fleet fleet;
  fleet.pools.push_back(std::move(pool));
  return fleet;
}

Pool small_pool(const StepTimer& timer) {
  Pool pool = example::pool_of(timer, 1);
  pool.replica.token_budget = 100;
  pool.replica.kv_blocks = 1000;
  pool.replica.watermark = 0.0;
  return pool;
}

}  // namespace

TEST_CASE("a prompt is computed in chunks beside the decodes") {
  Pool pool = small_pool(kTenAndTokens);
  pool.replica.token_budget = 10;
  // The first: 10 of 12 tokens by 20 ms, 2 by 32 ms with its first token. The second comes at
  // 25 ms and is let in at 32: its 5 tokens beside the first's second token take 15 ms, to 47. A
  // last step of 10 ms ends both.
  const Run r = run(fleet_of(pool), {{.arrival = ms(0), .input = 12, .output = 3},
                                     {.arrival = ms(25), .input = 5, .output = 2}});
  REQUIRE(r.times.size() == 2);
  CHECK(r.times[0].ttft == ms(32));
  CHECK(r.times[0].e2e == ms(57));
  CHECK(r.times[0].tpot().in(1.0_ms) == doctest::Approx(12.5));
  CHECK(r.times[1].ttft == ms(22));
  CHECK(r.times[1].e2e == ms(32));
  CHECK(r.outcome.counts.completed == 2);
  const PoolTally tally = r.outcome.tally();
  CHECK(tally.prompt_tokens_computed == 17);
  CHECK(tally.tokens_generated == 5);
  CHECK(tally.busy == ms(57));
  CHECK(tally.steps == 4);
}

TEST_CASE("prompts that go first make decodes wait") {
  Pool pool = small_pool(kTenAndTokens);
  pool.replica.batching = Batching::kPromptsFirst;
  // The first's prompt ends at 15 ms, its second token at 25 ms. The other's prompt of 20 tokens,
  // which came at 18 ms, runs to 55 ms; then both decode to 65 ms, and the first to 75.
  const Run r = run(fleet_of(pool), {{.arrival = ms(0), .input = 5, .output = 4},
                                     {.arrival = ms(18), .input = 20, .output = 2}});
  CHECK(r.times[0].ttft == ms(15));
  CHECK(r.times[1].ttft == ms(37));
  CHECK(r.times[1].e2e == ms(47));
  CHECK(r.times[0].e2e == ms(75));
  // Gaps of the first: 10, 40 and 10 ms; of the second: 10.
  const QuantileSketch gaps = r.outcome.tally().inter_token;
  CHECK(gaps.count() == 4);
  CHECK(gaps.quantile(1.0) == doctest::Approx(0.040).epsilon(0.006));
  CHECK(gaps.quantile(0.6) == doctest::Approx(0.010).epsilon(0.006));
}

TEST_CASE("nobody joins a static batch before its last token") {
  Pool pool = small_pool(kTen);
  pool.replica.batching = Batching::kStatic;
  pool.replica.sequences_max = 2;
  // Two start together: prompts to 10 ms, the one's last token at 20, the other's at 50. The third
  // waits for it.
  const Run r = run(fleet_of(pool), {{.arrival = ms(0), .input = 5, .output = 2},
                                     {.arrival = ms(0), .input = 5, .output = 5},
                                     {.arrival = ms(0), .input = 5, .output = 1}});
  CHECK(r.times[0].e2e == ms(20));
  CHECK(r.times[1].e2e == ms(50));
  CHECK(r.times[2].ttft == ms(60));
}

TEST_CASE("the newest sequence gives way when the cache is full, and is computed anew") {
  Pool pool = small_pool(kTen);
  pool.replica.kv_blocks = 4;
  pool.replica.block_tokens = 4;
  // Both prompts take two blocks of four; after two steps, at 30 ms, both need a third. The second
  // goes: the first alone ends at 60 ms. Then 6 + 3 tokens of the second are computed in one step,
  // which also samples its fourth and last.
  const std::vector<Request> requests{{.arrival = ms(0), .input = 6, .output = 6},
                                      {.arrival = ms(0), .input = 6, .output = 4}};
  const Run r = run(fleet_of(pool), requests);
  CHECK(r.times[0].e2e == ms(60));
  CHECK(r.times[1].ttft == ms(10));
  CHECK(r.times[1].e2e == ms(70));
  CHECK(r.outcome.tally().preemptions == 1);
  CHECK(r.outcome.tally().prompt_tokens_computed == 6 + 6 + 9);
  CHECK(r.outcome.tally().inter_token.quantile(1.0) == doctest::Approx(0.040).epsilon(0.006));

  SUBCASE("or is moved to the host and back") {
    // 8 tokens at 1 ms each make the step after 30 ms end at 48, and the one after 68 at 86.
    pool.replica.preemption = Preemption::kSwap;
    pool.replica.swap_per_token = kMillisecond;
    const Run swapped = run(fleet_of(pool), requests);
    CHECK(swapped.times[0].e2e == ms(68));
    CHECK(swapped.times[1].e2e == ms(86));
    CHECK(swapped.outcome.tally().prompt_tokens_computed == 12);
  }
  SUBCASE("unless its whole output was reserved") {
    pool.replica.output_reserved = 1.0;
    // 3 + 3 blocks of 4 are too many: the second waits for the first's end at 60 ms.
    const Run reserved = run(fleet_of(pool), requests);
    CHECK(reserved.outcome.tally().preemptions == 0);
    CHECK(reserved.times[1].ttft == ms(70));
  }
}

TEST_CASE("a request that no cache can hold is refused at once") {
  Pool pool = small_pool(kTen);
  pool.replica.kv_blocks = 2;
  const Run r = run(fleet_of(pool), {{.arrival = ms(0), .input = 30, .output = 3},
                                     {.arrival = ms(0), .input = 30, .output = 2}});
  CHECK(r.outcome.counts.too_long == 1);
  CHECK(r.outcome.counts.completed == 1);
}

TEST_CASE("a prefix that is cached is not computed again") {
  Pool pool = small_pool(kTenAndTokens);
  pool.replica.block_tokens = 4;
  pool.replica.prefix_blocks = 2;  // Eight tokens.
  // The first computes 20 tokens in 30 ms and leaves two whole blocks of prefix. The second shares
  // both: of its 18 tokens 2 are computed, by 12 ms. The third shares one: 10 tokens, 20 ms. The
  // fourth is the third again, 16 tokens that are all cached: one whole block is, so that there is
  // something to compute: 8 tokens, 18 ms.
  const Run r = run(fleet_of(pool),
                    {{.arrival = ms(0), .input = 20, .output = 1, .prefix_blocks = {1, 2, 3}},
                     {.arrival = ms(100), .input = 18, .output = 1, .prefix_blocks = {1, 2, 4}},
                     {.arrival = ms(200), .input = 18, .output = 1, .prefix_blocks = {1, 5, 6}},
                     {.arrival = ms(300), .input = 16, .output = 1, .prefix_blocks = {1, 5}}});
  CHECK(r.times[0].ttft == ms(30));
  CHECK(r.times[1].ttft == ms(12));
  CHECK(r.times[2].ttft == ms(20));
  CHECK(r.times[3].ttft == ms(18));
  CHECK(r.outcome.tally().prompt_tokens_cached == 16 + 8 + 8);
}

TEST_CASE("what was generated is kept for the next turn of a conversation") {
  Pool pool = small_pool(kTenAndTokens);
  pool.replica.block_tokens = 4;
  pool.replica.prefix_blocks = 1;
  // The first turn has 8 tokens and an answer of 9, of which 8 are in the cache: 4 whole blocks of
  // 16 tokens. The next prompt is all 17 and 3 more: 4 tokens are computed, in 14 ms.
  const Run r =
      run(fleet_of(pool),
          {{.arrival = ms(0), .input = 8, .output = 9, .prefix_blocks = {1, 2, 3, 4}},
           {.arrival = ms(500), .input = 20, .output = 1, .prefix_blocks = {1, 2, 3, 4, 5}}});
  CHECK(r.times[1].ttft == ms(14));
  CHECK(r.outcome.tally().prompt_tokens_cached == 16);
}

namespace {

Fleet two_pools() {
  Fleet fleet;
  fleet.pools = {small_pool(kTen), small_pool(kTen)};
  fleet.pools[0].replica.role = Role::kPrefill;
  fleet.pools[1].replica.role = Role::kDecode;
  fleet.link = LinkSettings{
      .shared = 1.0_GB_per_s, .of_one = 1.0_GB_per_s, .token = 1.0_MB, .handshake = ms(5)};
  return fleet;
}

}  // namespace

TEST_CASE("a cache moves from a prefill replica to a decode replica") {
  // 10 ms of prefill, 5 of handshake, 100 MB at 1 GB/s: the first token is shown at 115 ms, two
  // more steps end it at 135.
  const Run alone = run(two_pools(), {{.arrival = ms(0), .input = 100, .output = 3}});
  CHECK(alone.times[0].ttft == ms(115));
  CHECK(alone.times[0].e2e == ms(135));
  CHECK(alone.outcome.bytes_transferred == doctest::Approx(100e6));
  // Two of 50 tokens in one step share the link: 100 MB in 100 ms again.
  const Run both = run(two_pools(), {{.arrival = ms(0), .input = 50, .output = 3},
                                     {.arrival = ms(0), .input = 50, .output = 3}});
  CHECK(both.times[0].ttft == ms(115));
  CHECK(both.times[1].ttft == ms(115));
  // One of a single token never leaves the prefill replica.
  const Run single = run(two_pools(), {{.arrival = ms(0), .input = 100, .output = 1}});
  CHECK(single.times[0].e2e == ms(10));
  CHECK(single.outcome.bytes_transferred == 0.0);
}

TEST_CASE("a prompt's cache is held until it has moved") {
  Fleet fleet = two_pools();
  fleet.pools[0].replica.kv_blocks = 7;  // One prompt of 100 tokens.
  // The second prompt is let in when the first's cache has gone, at 115 ms.
  const Run r = run(fleet, {{.arrival = ms(0), .input = 100, .output = 2},
                            {.arrival = ms(0), .input = 100, .output = 2}});
  CHECK(r.times[0].ttft == ms(115));
  CHECK(r.times[1].ttft == ms(230));
}

TEST_CASE("the overhead of a request is on every latency") {
  Pool pool = small_pool(kTen);
  pool.replica.request_overhead = ms(7);
  const Run r = run(fleet_of(pool), {{.arrival = ms(3), .input = 5, .output = 3}});
  CHECK(r.times[0].ttft == ms(17));
  CHECK(r.times[0].e2e == ms(37));
  CHECK(r.times[0].tpot().in(1.0_ms) == doctest::Approx(10.0));
}

TEST_CASE("speculation ends a sequence in fewer steps") {
  Pool pool = small_pool(kTen);
  pool.replica.speculation = {.draft_tokens = 3, .acceptance = 1.0};
  // All drafts accepted: after the first token four a step: 9 tokens in 3 steps, the last cut.
  const Run all = run(fleet_of(pool), {{.arrival = ms(0), .input = 5, .output = 10}});
  CHECK(all.times[0].e2e == ms(40));
  pool.replica.speculation.acceptance = 0.0;
  const Run none = run(fleet_of(pool), {{.arrival = ms(0), .input = 5, .output = 10}});
  CHECK(none.times[0].e2e == ms(100));
  // At 0.5: 1 + .5 + .25 + .125 tokens a step in the mean.
  pool.replica.speculation.acceptance = 0.5;
  const Run some = run(fleet_of(pool), {{.arrival = ms(0), .input = 5, .output = 15'001}});
  const double steps = (seconds(some.times[0].e2e) - 10.0_ms).in(10.0_ms);
  CHECK(15'000.0 / steps == doctest::Approx(1.875).epsilon(0.02));
}

TEST_CASE("a higher class goes before a lower one that waits") {
  Pool pool = small_pool(kTen);
  pool.replica.sequences_max = 1;
  Fleet fleet = fleet_of(pool);
  fleet.classes = {{.name = "batch", .priority = 0, .objective = {}},
                   {.name = "chat", .priority = 5, .objective = {.ttft = ms(25), .tpot = {}}}};
  const Run r = run(fleet, {{.arrival = ms(0), .input = 5, .output = 1},
                            {.arrival = ms(1), .input = 5, .output = 1, .service_class = 0},
                            {.arrival = ms(2), .input = 5, .output = 1, .service_class = 1}});
  CHECK(r.times[2].e2e == ms(18));
  CHECK(r.times[1].e2e == ms(29));
  REQUIRE(r.outcome.classes.size() == 2);
  CHECK(r.outcome.classes[1].counts.kept == 1);
  CHECK(r.outcome.classes[0].counts.arrived == 2);
}

TEST_CASE("admission control refuses what would wait too long") {
  Pool pool = small_pool(kTenAndTokens);
  pool.replica.sequences_max = 1;
  Fleet fleet = fleet_of(pool);
  fleet.admission.waiting_max = 1;
  const std::vector<Request> three{{.arrival = ms(0), .input = 90, .output = 1},
                                   {.arrival = ms(1), .input = 90, .output = 1},
                                   {.arrival = ms(2), .input = 90, .output = 1}};
  const Run r = run(fleet, three);
  CHECK(r.outcome.counts.refused == 1);
  CHECK(r.outcome.counts.completed == 2);
  CHECK(r.outcome.counts.attainment() == doctest::Approx(2.0 / 3.0));
  // A prompt token takes 1.1 ms of a full step; with 180 before it, the third would take 297 ms.
  fleet.admission = {.waiting_max = {}, .refuse_late = true};
  fleet.classes.front().objective.ttft = ms(290);
  CHECK(run(fleet, three).outcome.counts.refused == 1);
  fleet.classes.front().objective.ttft = ms(298);
  CHECK(run(fleet, three).outcome.counts.refused == 0);
}

TEST_CASE("a replica in maintenance ends its work first, and others take what waits") {
  Pool pool = small_pool(kTen);
  pool.replicas = 2;
  pool.replica.sequences_max = 1;
  pool.outages.maintenance = {{.start = ms(15), .duration = ms(100), .replicas = 1}};
  // One a replica, to 50 ms; the third and the fourth wait, one for each. At 15 ms the third moves
  // to the second replica, behind the fourth.
  const Run r = run(fleet_of(pool), {{.arrival = ms(0), .input = 5, .output = 5},
                                     {.arrival = ms(0), .input = 5, .output = 5},
                                     {.arrival = ms(1), .input = 5, .output = 5},
                                     {.arrival = ms(1), .input = 5, .output = 5}});
  CHECK(r.times[0].e2e == ms(50));
  CHECK(r.times[1].e2e == ms(50));
  CHECK(r.times[3].e2e == ms(99));
  CHECK(r.times[2].e2e == ms(149));
  // In service: the second to 150 ms; the first to 50 ms, and again from then on at 150 ms.
  CHECK(r.outcome.pools[0].in_service == ms(200));
  CHECK(r.outcome.pools[0].rented == ms(300));
}

TEST_CASE("replicas are added when many requests are there, after their start-up") {
  Pool pool = small_pool(kTen);
  pool.replica.sequences_max = 1;
  pool.scaling = Autoscaling{.replicas_min = 1,
                             .replicas_max = 3,
                             .outstanding_target = 2,
                             .interval = ms(10),
                             .start_up = ms(20),
                             .hold = ms(30)};
  std::vector<Request> requests;
  for (int i = 0; i < 4; ++i) requests.push_back({.arrival = ms(1), .input = 5, .output = 4});
  for (int i = 0; i < 2; ++i) requests.push_back({.arrival = ms(31), .input = 5, .output = 4});
  requests.push_back({.arrival = ms(300), .input = 5, .output = 4});
  pool.price = Dollars::in_base_units(1.0) / Seconds::in_base_units(1.0);
  // Four are there at 10 ms: a second replica is ordered, and serves from 30 ms. It takes the two
  // that come at 31: to 71 and 111. The first has ended its four by 161.
  const Run r = run(fleet_of(pool), requests);
  CHECK(r.times[4].e2e == ms(40));
  CHECK(r.times[5].e2e == ms(80));
  CHECK(r.times[3].e2e == ms(160));
  CHECK(r.outcome.pools[0].replicas_most >= 2);
  // It leaves when no more than two are there, 30 ms after the last was added at the earliest.
  CHECK(r.outcome.pools[0].rented < ms(2 * 340));
  CHECK(r.outcome.pools[0].cost.base_units() ==
        doctest::Approx(seconds(r.outcome.pools[0].rented).base_units()));
}

TEST_CASE("requests of a replica that fails begin anew elsewhere") {
  Pool pool = small_pool(kTen);
  pool.replicas = 3;
  pool.outages.mean_time_between_failures = ms(400);
  pool.outages.repair = ms(100);
  std::vector<Request> requests;
  for (int i = 0; i < 200; ++i) {
    requests.push_back({.arrival = ms(7 * i), .input = 20, .output = 1 + i % 15});
  }
  const Run r = run(fleet_of(pool), requests);
  CHECK(r.outcome.counts.completed == 200);
  CHECK(r.outcome.pools[0].failures > 0);
  CHECK(r.outcome.restarts > 0);
  CHECK(r.times.size() == 200);
}

TEST_CASE("replicas that fail once in a century may not fail at all") {
  Pool pool = small_pool(kTen);
  pool.replicas = 2000;  // Some of them would fail after more years than simulated time has.
  pool.outages.mean_time_between_failures = sim_time(100.0_years);
  const Run r = run(fleet_of(pool), {{.arrival = ms(0), .input = 5, .output = 3}});
  CHECK(r.times.at(0).e2e == ms(30));
  CHECK(r.outcome.pools[0].failures == 0);
}

TEST_CASE("what comes in the warm-up is served but not counted") {
  const Pool pool = small_pool(kTen);
  const Run r = run(
      fleet_of(pool),
      {{.arrival = ms(0), .input = 5, .output = 1}, {.arrival = ms(50), .input = 5, .output = 3}},
      {.warm_up = ms(20), .progress = {}});
  CHECK(r.times.size() == 2);
  CHECK(r.outcome.counts.completed == 1);
  CHECK(r.outcome.duration().in(1.0_ms) == doctest::Approx(60.0));
  CHECK(r.outcome.tally().busy == ms(30));
  CHECK(r.outcome.pools[0].utilization() == doctest::Approx(0.5));
  CHECK(r.outcome.output_rate().base_units() == doctest::Approx(3 / 0.060));
}

TEST_CASE("energy is that of rented time and of steps") {
  Pool pool = small_pool(kTen);
  pool.power_idle = 100.0_W;
  pool.power_busy = 300.0_W;
  // 30 ms of steps in 80 ms: 80 x 100 + 30 x 200 = 14,000 mJ.
  const Run r = run(fleet_of(pool), {{.arrival = ms(50), .input = 5, .output = 3}});
  CHECK(r.outcome.energy().base_units() == doctest::Approx(14.0));
}
