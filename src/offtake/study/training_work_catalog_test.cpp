#include <doctest/doctest.h>

#include "offtake/catalog/catalog.hpp"
#include "offtake/perf/training_work.hpp"

namespace offtake::study {

namespace {

/// FLOP that a token of a sequence of one asks in training, as weights: a sixth.
double trained_weights(const catalog::Catalog& catalog, const char* model) {
  return perf::model_flops_per_token(perf::training_work(**catalog.model(model), 1)) / 6.0;
}

}  // namespace

/// A token trains each active weight with six FLOP. The input table, which is read and not
/// multiplied, is taken off where the maker counts it as active. Scans of a state add some 0.5%;
/// 13e9 is rounded to 4%.
TEST_CASE("hybrids and mixtures of the catalog train at six FLOP an active weight") {
  struct Case {
    const char* model;
    double active;  ///< By the maker, input table taken off.
    double tolerance;
  };
  const Case cases[] = {
      {.model = "nemotron-3-nano", .active = 3.6e9 - 131072.0 * 2688, .tolerance = 0.01},
      {.model = "nemotron-3-super", .active = 12.8e9 - 131072.0 * 4096, .tolerance = 0.01},
      {.model = "gpt-oss-120b", .active = 5.1e9, .tolerance = 0.01},
      {.model = "deepseek-v4-flash", .active = 13e9, .tolerance = 0.04},
  };
  const catalog::Catalog catalog = catalog::load_catalog(OFFTAKE_SOURCE_DIR "/catalog");
  for (const Case& each : cases) {
    CAPTURE(each.model);
    CHECK(trained_weights(catalog, each.model) ==
          doctest::Approx(each.active).epsilon(each.tolerance));
  }
}

TEST_CASE("a gated delta rule trains its projections and three passes of its state") {
  // Qwen3-Next: 48 x (10 experts and a shared one of 3 x 2048 x 512, a router of 2048 x 512), 36 x
  // 2048 x (2 x 16 + 3 x 32) x 128, 12 x 2 x 2048 x 256 x (16 + 2), an output layer of 151936 x
  // 2048; the state of 32 x 128 x 128 with 6 FLOP an element, three times, in 36
  // layers; scores of 12 layers of 16 heads with one token, half of it.
  const double experts = 48 * (11.0 * 3 * 2048 * 512 + 2048 * 512);
  const double mixers = 36 * 2048.0 * (2 * 16 + 3 * 32) * 128 + 12 * 2 * 2048.0 * 256 * (16 + 2);
  const double output = 151936 * 2048.0;
  const double states = 36 * 3 * 6 * 32.0 * 128 * 128 / 6;
  const double scores = 12 * 3 * 4 * 16 * 256 / 2.0 / 6;
  const catalog::Catalog catalog = catalog::load_catalog(OFFTAKE_SOURCE_DIR "/catalog");
  CHECK(trained_weights(catalog, "qwen3-next-80b-a3b") ==
        doctest::Approx(experts + mixers + output + states + scores).epsilon(1e-9));
}

}  // namespace offtake::study
