#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>

#include "offtake/catalog/catalog.hpp"
#include "offtake/model/parameter_count.hpp"
#include "offtake/perf/sharded_model.hpp"
#include "offtake/study/serve_cost.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::study {

using namespace offtake::literals;

namespace {

const ServeQuestion kOpen{.request = {.input = 1024, .output = 512}, .price = 2.0_USD_per_chip_h};
const ServeQuestion kPromised{.request = {.input = 6000, .output = 800, .cached_share = 0.5},
                              .objective = {.ttft_p99 = 3.0_s, .tpot_p99 = 30.0_ms},
                              .price = 2.0_USD_per_chip_h};

/// Weights that one token passes in the layers.
double weights_passed(const model::ModelArchitecture& model) {
  const model::ParameterCount count = model::parameter_count(model);
  return count.attention + count.dense + count.router + count.experts_active;
}

/// The highest peak among the formats that the parts of the model multiply in.
ComputeRate peak(const hardware::Chip& chip, const perf::PartFormats& formats) {
  ComputeRate fastest;
  for (const auto stored : {formats.attention, formats.dense, formats.experts}) {
    fastest = std::max(fastest, chip.compute_peak.find(*multiply_format(chip, stored))->value);
  }
  return fastest;
}

/// The smallest size of a weight of any part.
Bytes weight(const model::ModelArchitecture& model, const perf::PartFormats& formats) {
  Bytes least = std::min({element_size(formats.attention), element_size(formats.dense),
                          element_size(formats.experts)});
  if (model.expert_bytes_per_parameter) {
    least = std::min(least, Bytes::in_base_units(*model.expert_bytes_per_parameter));
  }
  return least;
}

/// Cache that the next token of one sequence reads.
Bytes cache_read(const model::ModelArchitecture& model, double context, Bytes element) {
  double elements = 0.0;
  for (const model::LayerGroup& group : model.groups) {
    elements += group.layers * model::kv_elements_moved(group.attention, context);
  }
  return elements * element;
}

template <class T>
bool in_order(const perf::Yield<T>& figure) {
  return T{} < figure.low && figure.low <= figure.value && figure.value <= figure.high;
}

void check_bounds(const model::ModelArchitecture& model, const hardware::System& system,
                  const ServeQuestion& question, const ServeAnswer& answer) {
  const perf::ServingLayout& layout = answer.served.layout;
  const perf::PartFormats formats = perf::part_formats(model, layout.weights);
  const perf::RequestShape& request = question.request;
  const double passed = weights_passed(model);
  // 2 FLOP a weight for each token that is not found in the cache.
  const double computed =
      (request.input_computed() + request.output) / (request.input + request.output);
  const double tokens_second = computed * answer.total_rate.value.base_units();
  CHECK(2.0 * passed * tokens_second * 1.0_FLOP / 1.0_s <= peak(system.chip, formats));
  // Each step reads what one token passes, each stage of a pipeline after the last one.
  const Bandwidth bandwidth = system.chip.hbm_bandwidth.value;
  CHECK(answer.tpot_p50.value >=
        passed * weight(model, formats) / (layout.chips_per_stage() * bandwidth));
  // Each token reads its own cache.
  const double outputs_second = answer.output_rate.value.base_units();
  const Bytes cache = cache_read(model, request.context_mean(), element_size(layout.kv_cache));
  CHECK(outputs_second * cache / 1.0_s <= bandwidth);
}

void check_answer(const hardware::System& system, const ServeAnswer& answer) {
  CHECK(in_order(answer.output_rate));
  CHECK(in_order(answer.total_rate));
  CHECK(in_order(answer.tpot_p50));
  CHECK(in_order(answer.ttft_p50));
  CHECK(in_order(*answer.price_output));
  CHECK(in_order(*answer.price_blended));
  CHECK(answer.tpot_p99.value >= answer.tpot_p50.value);
  CHECK(answer.site_power > 0.0_W);
  CHECK(answer.memory.total() <= perf::memory_available(system));
}

bool is_reason(std::string_view reason) {
  return std::ranges::any_of(
      std::initializer_list<std::string_view>{"does not fit: ", "no layout meets the objective: "},
      [&](std::string_view start) { return reason.starts_with(start); });
}

}  // namespace

TEST_CASE(
    "every model on every system of the catalog is answered within its roofline, or refused") {
  const catalog::Catalog catalog = catalog::load_catalog(OFFTAKE_SOURCE_DIR "/catalog");
  for (const ServeQuestion& question : {kOpen, kPromised}) {
    int answers = 0;
    std::map<std::string, int> refusals;
    for (const hardware::System& system : catalog.systems()) {
      for (const model::ModelArchitecture& model : catalog.models()) {
        CAPTURE(system.id);
        CAPTURE(model.id);
        const ServeCost cost = serve_cost(model, system, question);
        if (!cost.answer) {
          CHECK(is_reason(cost.reason));
          ++refusals[cost.reason.substr(0, cost.reason.find(':'))];
          continue;
        }
        ++answers;
        check_answer(system, *cost.answer);
        check_bounds(model, system, question, *cost.answer);
      }
    }
    std::string summary = fmt::format("{} answers", answers);
    for (const auto& [reason, count] : refusals) {
      summary += fmt::format("; {} times \"{}\"", count, reason);
    }
    MESSAGE(summary);
    CHECK(answers > 0);
  }
}

}  // namespace offtake::study
