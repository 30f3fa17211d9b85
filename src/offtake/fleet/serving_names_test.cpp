#include "offtake/fleet/serving_names.hpp"

#include <doctest/doctest.h>

namespace offtake::fleet {

TEST_CASE("rules of serving go by the names that the field gives them") {
  CHECK(parse_routing("round-robin") == serve::Routing::kRoundRobin);
  CHECK(parse_routing("least-loaded") == serve::Routing::kLeastLoaded);
  CHECK(parse_routing("power-of-two") == serve::Routing::kPowerOfTwo);
  CHECK(parse_routing("prefix-aware") == serve::Routing::kPrefixAware);
  CHECK(parse_routing("slo-aware") == serve::Routing::kSloAware);
  CHECK(parse_routing("cost-aware") == serve::Routing::kCostAware);
  CHECK(parse_batching("chunked") == serve::Batching::kChunked);
  CHECK(parse_batching("prompts-first") == serve::Batching::kPromptsFirst);
  CHECK(parse_batching("static") == serve::Batching::kStatic);
  CHECK(parse_role("both") == serve::Role::kBoth);
  CHECK(parse_role("prefill") == serve::Role::kPrefill);
  CHECK(parse_role("decode") == serve::Role::kDecode);
  CHECK(parse_preemption("recompute") == serve::Preemption::kRecompute);
  CHECK(parse_preemption("swap") == serve::Preemption::kSwap);
}

TEST_CASE("other names are none, near ones too") {
  CHECK_FALSE(parse_routing("Round-Robin"));
  CHECK_FALSE(parse_routing("least_loaded"));
  CHECK_FALSE(parse_batching(""));
  CHECK_FALSE(parse_role("prefill "));
  CHECK_FALSE(parse_preemption("recompute,swap"));
}

TEST_CASE("a message lists all names of a rule") {
  CHECK(names_of(kPreemptions) == "\"recompute\" or \"swap\"");
  CHECK(names_of(kRoles) == "\"both\", \"prefill\" or \"decode\"");
}

}  // namespace offtake::fleet
