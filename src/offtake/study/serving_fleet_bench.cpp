#include <benchmark/benchmark.h>

#include <memory>

#include "offtake/catalog/catalog.hpp"
#include "offtake/demand/arrival_process.hpp"
#include "offtake/demand/open_loop_source.hpp"
#include "offtake/demand/request_lengths.hpp"
#include "offtake/serve/simulate.hpp"
#include "offtake/study/serving_fleet.hpp"

namespace offtake::study {
namespace {

/// Requests served a second: Llama-2-70B on four replicas of four A100, at most 128 sequences and
/// 512 tokens a step, six requests a second at random, lengths log-normal with the means of Azure's
/// conversations. The fleet is made once; all metrics are on.
void serve_chat(benchmark::State& state) {
  const catalog::Catalog catalog = catalog::load_catalog(OFFTAKE_SOURCE_DIR "/catalog");
  fleet::PoolTerms pool{.name = "a100",
                        .system = "dgx-a100-80g",
                        .replicas = 4,
                        .layout = {.tensor = 4, .weights = "bf16", .kv_cache = "bf16"},
                        .batch = {.sequences_max = 128, .chunk = 512},
                        .price = {},
                        .scaling = {},
                        .outages = {}};
  const auto ready =
      serving_fleet({.terms = {.name = "a100", .pools = {pool}},
                     .model = **catalog.model("llama-2-70b"),
                     .systems = {{.system = **catalog.system("dgx-a100-80g"), .price = {}}},
                     .typical = {.input = 1155, .output = 211}});
  for (auto _ : state) {
    demand::OpenLoopSource source(
        demand::PoissonArrivals{.rate = Hertz::in_base_units(6.0)},
        std::make_unique<demand::DrawnLengths>(
            demand::IndependentLengths{.input = demand::LognormalLength{.mean = 1155, .cv = 1.0},
                                       .output = demand::LognormalLength{.mean = 211, .cv = 0.8}},
            1),
        demand::ArrivalLimits{.requests = state.range(0)}, 1);
    benchmark::DoNotOptimize(serve::simulate(ready->fleet, source, {}));
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(serve_chat)->Arg(50'000)->Arg(500'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace offtake::study
