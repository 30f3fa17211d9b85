#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <set>

#include "offtake/serve/serving_example.hpp"
#include "offtake/serve/simulate.hpp"
#include "offtake/units/literals.hpp"

using namespace offtake;
using namespace offtake::literals;
using namespace offtake::serve;
using demand::Request;

namespace {

/// Steps whose times have a different line every 500 tokens of context.
class CrookedStepTimer : public LinearStepTimer {
 public:
  using LinearStepTimer::LinearStepTimer;

  DecodeLine decode_line(int sequences, std::int64_t context) const override {
    DecodeLine line = LinearStepTimer::decode_line(sequences, context);
    const std::int64_t piece = context / 500;
    line.per_token += 7 * piece;
    line.fixed += 1'000 * piece;
    line.context_end = 500 * (piece + 1);
    return line;
  }
};

const CrookedStepTimer kCrooked({.step = 2'000'000'123,
                                 .per_sequence = 30'000'017,
                                 .per_context_token = 50'003,
                                 .per_prompt_token = 12'000'007,
                                 .per_cached_token = 11});

/// Everything a fleet can be, small enough that queues, preemptions and failures are common.
Fleet any_fleet() {
  const auto pool = [](Role role) {
    Pool one = example::pool_of(kCrooked, *rc::gen::inRange(1, 4));
    one.replica.role = role;
    one.replica.batching =
        role == Role::kBoth
            ? *rc::gen::element(Batching::kChunked, Batching::kPromptsFirst, Batching::kStatic)
            : *rc::gen::element(Batching::kChunked, Batching::kPromptsFirst);
    one.replica.sequences_max = *rc::gen::inRange(1, 12);
    one.replica.token_budget = *rc::gen::inRange(12, 200);
    one.replica.block_tokens = *rc::gen::inRange(1, 17);
    one.replica.kv_blocks = *rc::gen::inRange(150, 900) / one.replica.block_tokens + 1;
    one.replica.prefix_blocks = *rc::gen::inRange(0, 3);
    one.replica.output_reserved = *rc::gen::element(0.0, 0.0, 0.4, 1.0);
    one.replica.preemption = *rc::gen::element(Preemption::kRecompute, Preemption::kSwap);
    one.replica.swap_per_token = 1'000'001;
    one.replica.request_overhead = SimTime{*rc::gen::inRange(0, 5'000'000)};
    if (*rc::gen::inRange(0, 3) == 0) {
      one.outages = {.mean_time_between_failures = sim_time(2.0_s),
                     .repair = sim_time(0.3_s),
                     .maintenance = {{.start = sim_time(0.5_s), .duration = sim_time(0.2_s)}}};
    }
    if (*rc::gen::inRange(0, 3) == 0) {
      one.scaling = Autoscaling{.replicas_min = 1,
                                .replicas_max = 5,
                                .outstanding_target = 3,
                                .interval = sim_time(0.05_s),
                                .start_up = sim_time(0.1_s),
                                .hold = sim_time(0.2_s)};
    }
    return one;
  };
  Fleet fleet;
  fleet.routing =
      *rc::gen::element(Routing::kRoundRobin, Routing::kLeastLoaded, Routing::kPowerOfTwo,
                        Routing::kPrefixAware, Routing::kSloAware, Routing::kCostAware);
  fleet.classes = {{.name = "low", .priority = 0, .objective = {}},
                   {.name = "high",
                    .priority = 1,
                    .objective = {.ttft = sim_time(80.0_ms), .tpot = sim_time(5.0_ms)}}};
  const int shape = *rc::gen::inRange(0, 3);
  if (shape != 1) fleet.pools.push_back(pool(Role::kBoth));
  if (shape != 0) {
    fleet.pools.push_back(pool(Role::kPrefill));
    fleet.pools.push_back(pool(Role::kDecode));
    fleet.link = LinkSettings{.shared = 1.0_GB_per_s,
                              .of_one = 0.6_GB_per_s,
                              .token = 0.1_MB,
                              .handshake = SimTime{*rc::gen::inRange(0, 3'000'000)}};
  }
  if (*rc::gen::inRange(0, 4) == 0) fleet.admission.waiting_max = 3;
  if (*rc::gen::inRange(0, 4) == 0) fleet.admission.refuse_late = true;
  return fleet;
}

std::vector<Request> any_requests() {
  std::vector<Request> requests;
  const int count = *rc::gen::inRange(1, 120);
  const std::int64_t pause = *rc::gen::element<std::int64_t>(0, 3'000'000, 20'000'000);
  SimTime now;
  for (int i = 0; i < count; ++i) {
    now.ns += *rc::gen::inRange<std::int64_t>(0, 2 * pause + 1);
    Request request{.arrival = now,
                    .input = *rc::gen::inRange(1, 160),
                    .output = *rc::gen::inRange(1, 60),
                    .service_class = *rc::gen::inRange(0, 2)};
    const std::uint64_t family = 1'000 * *rc::gen::inRange<std::uint64_t>(1, 4);
    for (std::uint64_t block = 0; block < 12; ++block) {
      request.prefix_blocks.push_back(family + block);
    }
    requests.push_back(request);
  }
  return requests;
}

struct Ran {
  RunOutcome outcome;
  std::vector<RecordedRequest> requests;  ///< In the order in which they ended.
  std::vector<RecordedRun> runs;
};

Ran run(const Fleet& fleet, const std::vector<Request>& requests) {
  example::ListedRequests source(requests);
  example::Recording recording;
  RunSettings settings;
  settings.recorder = &recording;
  RunOutcome outcome = simulate(fleet, source, settings);
  return {std::move(outcome), std::move(recording.requests), std::move(recording.runs)};
}

Fleet step_by_step(Fleet fleet) {
  for (Pool& pool : fleet.pools) pool.replica.jump = false;
  return fleet;
}

}  // namespace

TEST_CASE("runs of equal steps taken at once end every request when single steps do") {
  CHECK(rc::check([] {
    const Fleet fleet = any_fleet();
    const std::vector<Request> requests = any_requests();
    const Ran at_once = run(fleet, requests);
    const Ran one_by_one = run(step_by_step(fleet), requests);
    RC_ASSERT(at_once.requests.size() == one_by_one.requests.size());
    for (std::size_t i = 0; i < at_once.requests.size(); ++i) {
      RC_ASSERT(at_once.requests[i].number == one_by_one.requests[i].number);
      RC_ASSERT(at_once.requests[i].times.ttft == one_by_one.requests[i].times.ttft);
      RC_ASSERT(at_once.requests[i].times.e2e == one_by_one.requests[i].times.e2e);
      RC_ASSERT(at_once.requests[i].replica == one_by_one.requests[i].replica);
    }
    const PoolTally a = at_once.outcome.tally();
    const PoolTally b = one_by_one.outcome.tally();
    RC_ASSERT(a.busy == b.busy);
    RC_ASSERT(a.preemptions == b.preemptions);
    RC_ASSERT(a.prompt_tokens_cached == b.prompt_tokens_cached);
    RC_ASSERT(a.inter_token.count() == b.inter_token.count());
    RC_ASSERT(a.runs <= b.runs);
  }));
}

TEST_CASE("no request is lost or served twice, and no token either") {
  CHECK(rc::check([] {
    Fleet fleet = any_fleet();
    if (*rc::gen::inRange(0, 2) == 0) {
      for (Pool& pool : fleet.pools) {
        pool.replica.speculation = {.draft_tokens = 2, .acceptance = 0.6};
      }
    }
    const std::vector<Request> requests = any_requests();
    const Ran ran = run(fleet, requests);
    const RequestCounts& counts = ran.outcome.counts;
    RC_ASSERT(counts.arrived == static_cast<std::int64_t>(requests.size()));
    RC_ASSERT(counts.completed + counts.refused + counts.too_long == counts.arrived);
    std::set<std::int64_t> numbers;
    std::int64_t outputs = 0;
    std::int64_t inputs = 0;
    std::int64_t preemptions = 0;
    for (const RecordedRequest& request : ran.requests) {
      preemptions += request.preemptions;
      RC_ASSERT(numbers.insert(request.number).second);
      RC_ASSERT(request.times.ttft > SimTime{});
      RC_ASSERT(request.times.ttft <= request.times.e2e);
      outputs += request.request.output;
      inputs += request.request.input;
    }
    RC_ASSERT(counts.completed == static_cast<std::int64_t>(numbers.size()));
    RC_ASSERT(counts.output_tokens == outputs);
    RC_ASSERT(counts.input_tokens == inputs);
    const PoolTally tally = ran.outcome.tally();
    RC_ASSERT(preemptions <= tally.preemptions);
    if (ran.outcome.restarts == 0) {
      RC_ASSERT(preemptions == tally.preemptions);
      RC_ASSERT(tally.tokens_generated == outputs);
      if (tally.preemptions == 0) {
        RC_ASSERT(tally.prompt_tokens_computed + tally.prompt_tokens_cached == inputs);
      } else {
        RC_ASSERT(tally.prompt_tokens_computed + tally.prompt_tokens_cached >= inputs);
      }
    }
    // That all blocks come back to the caches, the simulation itself expects.
  }));
}

TEST_CASE("the same seed serves the same way, and latencies merge to the whole's") {
  CHECK(rc::check([] {
    const Fleet fleet = any_fleet();
    const std::vector<Request> requests = any_requests();
    const Ran a = run(fleet, requests);
    const Ran b = run(fleet, requests);
    RC_ASSERT(a.outcome.events == b.outcome.events);
    RC_ASSERT(a.outcome.latency.e2e.mean() == b.outcome.latency.e2e.mean());
    std::int64_t completed = 0;
    for (const ClassOutcome& service : a.outcome.classes) completed += service.counts.completed;
    RC_ASSERT(completed == a.outcome.counts.completed);
    RequestCounts by_minute;
    for (const RequestCounts& row : a.outcome.minutes.rows()) by_minute += row;
    RC_ASSERT(by_minute.completed == completed);
    RC_ASSERT(by_minute.kept == a.outcome.counts.kept);
  }));
}

namespace {

/// One replica that only its tokens and places limit.
Fleet one_roomy_replica(Batching batching) {
  Fleet fleet;
  fleet.pools.push_back(example::pool_of(kCrooked, 1));
  fleet.pools[0].replica.sequences_max = *rc::gen::inRange(1, 12);
  fleet.pools[0].replica.token_budget = *rc::gen::inRange(12, 200);
  fleet.pools[0].replica.batching = batching;
  fleet.classes = {{.name = "a", .objective = {}}, {.name = "b", .objective = {}}};
  return fleet;
}

}  // namespace

TEST_CASE("a replica never rests while a request is with it") {
  CHECK(rc::check([] {
    const Fleet fleet = one_roomy_replica(
        *rc::gen::element(Batching::kChunked, Batching::kPromptsFirst, Batching::kStatic));
    std::vector<Request> requests = any_requests();
    const Ran ran = run(fleet, requests);
    for (const RecordedRequest& request : ran.requests) {
      SimTime worked;
      for (const RecordedRun& steps : ran.runs) {
        const SimTime begin = std::max(steps.run.start, request.request.arrival);
        const SimTime end = std::min(steps.run.end(), request.request.arrival + request.times.e2e);
        if (begin < end) worked += end - begin;
      }
      RC_ASSERT(worked == request.times.e2e);
    }
  }));
}

TEST_CASE("first tokens come in the order of arrival") {
  CHECK(rc::check([] {
    const Fleet fleet =
        one_roomy_replica(*rc::gen::element(Batching::kChunked, Batching::kPromptsFirst));
    std::vector<Request> requests = any_requests();
    Ran ran = run(fleet, requests);
    std::ranges::sort(ran.requests, {}, &RecordedRequest::number);
    SimTime last;
    for (const RecordedRequest& request : ran.requests) {
      const SimTime shown = request.request.arrival + request.times.ttft;
      RC_ASSERT(shown >= last);
      last = shown;
    }
  }));
}

TEST_CASE("a faster chip never ends the last request later") {
  CHECK(rc::check([] {
    const CrookedStepTimer faster({.step = 1'500'000'123,
                                   .per_sequence = 30'000'017,
                                   .per_context_token = 50'003,
                                   .per_prompt_token = 12'000'007,
                                   .per_cached_token = 11});
    Fleet fleet = one_roomy_replica(Batching::kChunked);
    fleet.pools[0].replica.sequences_max = 1;  // One after another: no batching anomalies.
    const std::vector<Request> requests = any_requests();
    const SimTime slow = run(fleet, requests).outcome.ended;
    fleet.pools[0].replica.timer = &faster;
    RC_ASSERT(run(fleet, requests).outcome.ended <= slow);
  }));
}
