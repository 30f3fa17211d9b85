#include "offtake/study/replica_figures.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <cmath>

#include "offtake/perf/kv_cache.hpp"
#include "offtake/perf/kv_transfer.hpp"
#include "offtake/perf/serving_example.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::study {

using namespace offtake::literals;
namespace example = perf::example;

TEST_CASE("by hand: the cache of a 70B model on eight chips of 80 GB") {
  // 70.55e9 x 2 B / 8 = 17.64 GB of weights; activations 8,192 x 8,192 x 8 x 2 B = 1.074 GB;
  // reserve 2 GB. 72 - 20.71 = 51.29 GB over 163,840 x 2 B / 8 = 40,960 B a token: 1.2522e6.
  const auto model = perf::shard(example::llama_70b(), example::eight_chips(), {.tensor = 8});
  const auto figures =
      replica_figures(*model, example::eight_chips(), {.input = 1000, .output = 500});
  REQUIRE(figures.has_value());
  CHECK(static_cast<double>(figures->cache_tokens) == doctest::Approx(1.2522e6).epsilon(0.001));
  CHECK(figures->cache_blocks(16, 1) == figures->cache_tokens / 16);
  CHECK(figures->prompt_tokens == 8192);
  CHECK(figures->sequences_max == 2048);
  // 8 x (100 + 400) W x 1.2 and 8 x (700 + 400) W x 1.2.
  CHECK(figures->power_idle.in(1.0_W) == doctest::Approx(4800));
  CHECK(figures->power_busy.in(1.0_W) == doctest::Approx(10560));
}

TEST_CASE("by hand: two drafts of which each is accepted half the time yield 1.75 tokens a step") {
  perf::ServingAssumptions assumptions;
  assumptions.speculation = {.draft_tokens = 2, .acceptance = 0.5};
  const auto model =
      perf::shard(example::llama_70b(), example::eight_chips(), {.tensor = 8}, assumptions);
  CHECK(replica_figures(*model, example::eight_chips(), {})->tokens_per_step == 1.75);
}

TEST_CASE("blocks do not lie over two attention ranks") {
  const ReplicaFigures figures{.cache_tokens = 100};
  CHECK(figures.cache_blocks(16, 1) == 6);
  CHECK(figures.cache_blocks(16, 4) == 4);  // 25 tokens on each rank are one block.
}

TEST_CASE("by hand: a token of a full window costs less the longer the requests are") {
  // Window 1,000: a sequence of 4,000 holds 1,000, so a token is charged a quarter of a windowless
  // one's bytes, and four times as many fit.
  model::ModelArchitecture windowed = example::llama_70b();
  windowed.groups[0].attention =
      model::GroupedQueryAttention{.heads = 64, .kv_heads = 8, .window = 1000};
  const hardware::System system = example::eight_chips();
  const auto tokens = [&](const model::ModelArchitecture& of, double input) {
    const auto model = perf::shard(of, system, {.tensor = 8});
    return static_cast<double>(
        replica_figures(*model, system, {.input = input, .output = 0})->cache_tokens);
  };
  CHECK(tokens(windowed, 4000) / tokens(example::llama_70b(), 4000) ==
        doctest::Approx(4.0).epsilon(1e-5));
  CHECK(tokens(windowed, 500) == tokens(example::llama_70b(), 500));
}

TEST_CASE("what does not fit says how much is missing") {
  const auto model = perf::shard(example::llama_70b(), example::eight_chips(), {});
  const auto figures = replica_figures(*model, example::eight_chips(), {});
  REQUIRE(!figures.has_value());
  CHECK(figures.error().needed > figures.error().available);
}

TEST_CASE("law: the typical requests that fit are those of the cache's capacity") {
  CHECK(rc::check([] {
    const hardware::System system = example::eight_chips();
    const perf::RequestShape typical{.input = static_cast<double>(*rc::gen::inRange(1, 9000)),
                                     .output = static_cast<double>(*rc::gen::inRange(1, 9000))};
    const int data = *rc::gen::element(1, 2, 8);
    const auto model = perf::shard(example::deepseek_v3(), system,
                                   {.tensor = 8 / data,
                                    .attention_data = data,
                                    .pipeline = 2,
                                    .weights = hardware::NumericFormat::kFp8});
    const auto figures = replica_figures(*model, system, typical);
    RC_ASSERT(figures.has_value());
    const double context = typical.context_mean();
    const double sequences = static_cast<double>(figures->cache_tokens) / context;
    const auto use = perf::serving_memory(*model, system, sequences, context);
    RC_ASSERT(use.has_value());
    // One token more on each rank does not fit.
    const double more = (static_cast<double>(figures->cache_tokens) + data) / context;
    RC_ASSERT(sequences < data || !perf::serving_memory(*model, system, more, context));
  }));
}

TEST_CASE("law: a link moves a typical prompt's cache in the time of a transfer") {
  CHECK(rc::check([] {
    const auto part = [](int tensor) {
      return *perf::shard(example::llama_70b(), example::eight_chips(), {.tensor = tensor});
    };
    const perf::ShardedModel prefill = part(*rc::gen::element(2, 4, 8));
    const perf::ShardedModel decode = part(*rc::gen::element(2, 4, 8));
    const double input = *rc::gen::inRange(1, 9000);
    const int chips = *rc::gen::element(8, 64);
    const CacheLink link = cache_link(prefill, decode, input, chips);
    const Seconds time = link.handshake + input * link.per_token / link.bandwidth;
    const Seconds expected =
        perf::kv_transfer_time(prefill, decode, input, perf::kv_transfer(prefill, chips));
    RC_ASSERT(abs(time - expected) <= 1e-12 * expected);
  }));
}

}  // namespace offtake::study
