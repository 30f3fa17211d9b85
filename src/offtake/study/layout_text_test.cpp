#include "offtake/study/layout_text.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

namespace offtake::study {

namespace {

perf::TrainingLayout random_layout() {
  perf::TrainingLayout layout;
  const auto count = [] { return *rc::gen::inRange(1, 100); };
  layout.parallel = {count(), count(), count(), count(), count()};
  layout.virtual_stages = count();
  layout.micro_batch = count();
  layout.recompute = static_cast<perf::Recompute>(*rc::gen::inRange(0, 4));
  if (layout.recompute == perf::Recompute::kBlock) layout.recompute_layers = count();
  layout.sharding = static_cast<perf::Sharding>(*rc::gen::inRange(0, 4));
  layout.shard_ranks = *rc::gen::inRange(0, 9);
  layout.sequence_parallel = *rc::gen::arbitrary<bool>();
  layout.schedule = static_cast<perf::Schedule>(*rc::gen::inRange(0, 3));
  layout.context_kind = static_cast<perf::ContextKind>(*rc::gen::inRange(0, 2));
  return layout;
}

}  // namespace

TEST_CASE("a layout is read as it is written") {
  CHECK(rc::check([] {
    const perf::TrainingLayout layout = random_layout();
    std::vector<Problem> problems;
    RC_ASSERT(parse_layout(describe(layout), "--layout", problems) == layout);
    RC_ASSERT(problems.empty());
  }));
}

TEST_CASE("what is usual is not written") {
  CHECK(describe({.parallel = {.tensor = 8}, .recompute = perf::Recompute::kSelective}) ==
        "tp=8,pp=1,dp=1,cp=1,ep=1,vpp=1,micro=1,recompute=selective,sharding=zero1");
  CHECK(describe({.recompute = perf::Recompute::kBlock,
                  .recompute_layers = 4,
                  .sharding = perf::Sharding::kZero3,
                  .shard_ranks = 8,
                  .sequence_parallel = false,
                  .schedule = perf::Schedule::kZeroBubble,
                  .context_kind = perf::ContextKind::kUlysses}) ==
        "tp=1,pp=1,dp=1,cp=1,ep=1,vpp=1,micro=1,recompute=block:4,sharding=zero3,sp=0,"
        "schedule=zero-bubble,context=ulysses,shard=8");
}

TEST_CASE("fully sharded data parallelism has its own names") {
  std::vector<Problem> problems;
  CHECK(parse_layout("sharding=fsdp", "--layout", problems).sharding == perf::Sharding::kZero3);
  const perf::TrainingLayout hybrid = parse_layout("shard=8,sharding=hsdp", "--layout", problems);
  CHECK(hybrid.sharding == perf::Sharding::kZero3);
  CHECK(hybrid.shard_ranks == 8);
  CHECK(problems.empty());
}

TEST_CASE("all that cannot be read is told at once") {
  std::vector<Problem> problems;
  (void)parse_layout(
      "tp=0,pp=x,recompute=block:0,sharding=hsdp,sp=2,schedule=gpipe,context=all,shards=8",
      "--layout", problems);
  REQUIRE(problems.size() == 8);
  CHECK(problems[0].path == "--layout tp");
  CHECK(problems[2].path == "--layout recompute");
  CHECK(problems[4].found == "\"gpipe\"");
  CHECK(problems[7].path == "--layout shard");
}

}  // namespace offtake::study
