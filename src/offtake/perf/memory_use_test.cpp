#include "offtake/perf/memory_use.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "offtake/perf/kv_cache.hpp"
#include "offtake/perf/serving_example.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::perf {

using namespace offtake::literals;
using hardware::NumericFormat;

TEST_CASE("a 70B model in 16 bits takes an eighth of 141 GB on each of eight chips") {
  const hardware::System system = example::eight_chips();
  const auto model = shard(example::llama_70b(), system, {.tensor = 8});
  CHECK(weights_of_chip(*model).in(1.0_GB) == doctest::Approx(141.1 / 8).epsilon(0.001));
  // 10 sequences of 4,000 tokens: 10 x 4,000 x 163,840 x 2 B / 8 = 1.638 GB; activations
  // 8,192 x 8,192 x 8 x 2 B = 1.074 GB; reserve 2 GB.
  const auto use = serving_memory(*model, system, 10, 4000);
  REQUIRE(use.has_value());
  CHECK(use->kv_cache.in(1.0_GB) == doctest::Approx(1.638).epsilon(0.001));
  CHECK(use->total().in(1.0_GB) == doctest::Approx(17.64 + 1.638 + 1.074 + 2.0).epsilon(0.001));
}

TEST_CASE("a 70B model in 16 bits does not fit one chip of 80 GB, and says by how much") {
  const hardware::System system = example::eight_chips();
  const auto model = shard(example::llama_70b(), system, {});
  const auto use = serving_memory(*model, system, 1, 1000);
  REQUIRE(!use.has_value());
  CHECK(use.error().available.in(1.0_GB) == doctest::Approx(72));
  CHECK(use.error().needed.in(1.0_GB) == doctest::Approx(141.1 + 0.328 + 1.074 + 2).epsilon(0.001));
}

TEST_CASE("the capacity's sequences fit, one more a rank does not") {
  CHECK(rc::check([] {
    const hardware::System system = example::eight_chips();
    const ServingLayout layout{.tensor = *rc::gen::element(4, 8),
                               .pipeline = *rc::gen::element(1, 2),
                               .weights = NumericFormat::kFp8};
    const auto model = shard(example::llama_70b(), system, layout);
    const double context = *rc::gen::inRange(500, 30000);
    const auto empty = serving_memory(*model, system, 1, context);
    RC_PRE(empty.has_value());
    const Bytes free = memory_available(system) - (empty->total() - empty->kv_cache);
    const double capacity = kv_cache_capacity(*model, context, free);
    RC_ASSERT(serving_memory(*model, system, capacity * (1.0 - 1e-9), context).has_value());
    RC_ASSERT(!serving_memory(*model, system, capacity + 1.0, context).has_value());
  }));
}

}  // namespace offtake::perf
