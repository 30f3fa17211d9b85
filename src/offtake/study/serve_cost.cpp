#include "offtake/study/serve_cost.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "offtake/perf/prediction_spread.hpp"
#include "offtake/perf/site_power.hpp"

namespace offtake::study {
namespace {

perf::SearchSpace search_space(const hardware::Chip& chip, const ServeQuestion& question) {
  perf::SearchSpace space = perf::default_search_space(chip);
  if (!question.weights.empty()) space.weights = question.weights;
  if (!question.kv_cache.empty()) space.kv_cache = question.kv_cache;
  space.mode = question.mode;
  if (question.chips) {
    space.chips_max = std::min(space.chips_max, *question.chips);
    space.pools_chips_max = std::min(space.pools_chips_max, *question.chips);
  }
  return space;
}

ServedAs served_as(const perf::Deployment& deployment) {
  return {.layout = deployment.layout,
          .concurrency = deployment.state.concurrency,
          .mode = deployment.prefill ? "disaggregated" : "aggregated",
          .prefill = deployment.prefill};
}

/// A price is the chip's over its rate, so its band is the rate's turned over.
perf::Yield<TokenPrice> token_price(ChipPrice price, const perf::Yield<ChipTokenRate>& rate) {
  return {.value = price / rate.value, .low = price / rate.high, .high = price / rate.low};
}

/// Standard deviations of the logarithms of an answer's figures.
struct AnswerErrors {
  double ttft_p50;
  double ttft_p99;
  double tpot_p50;
  double tpot_p99;
  double rate;
};

bool is_known(const model::ModelArchitecture& model, const hardware::System& system) {
  const std::vector<std::string>& known = system.serving.calibration.models;
  return std::ranges::find(known, model.id) != known.end();
}

/// What measurements leave unexplained for such a deployment, and the spread of the fit's figures.
AnswerErrors errors_of(const perf::Deployment& best, const model::ModelArchitecture& model,
                       const hardware::System& system, const ServeQuestion& question) {
  const hardware::Efficiency& serving = system.serving;
  const hardware::PredictionError& error = best.prefill ? serving.error_of_pools
                                           : question.assumptions.speculation.draft_tokens > 0
                                               ? serving.error_of_speculation
                                           : is_known(model, system) ? serving.error
                                                                     : serving.error_of_new_model;
  const std::vector<double> spread = perf::prediction_spread(
      [&](const hardware::System& moved) {
        const auto state = state_on(best, model, moved, question.request, question.assumptions);
        if (!state) return std::vector<double>{};
        return std::vector{
            std::log(state->ttft_p50.base_units()), std::log(state->ttft_p99.base_units()),
            std::log(state->tpot_p50.base_units()), std::log(state->tpot_p99.base_units()),
            std::log(state->output_rate.base_units())};
      },
      system);
  return {.ttft_p50 = std::hypot(error.ttft.value, spread[0]),
          .ttft_p99 = std::hypot(error.ttft.value, spread[1]),
          .tpot_p50 = std::hypot(error.tpot.value, spread[2]),
          .tpot_p99 = std::hypot(error.tpot.value, spread[3]),
          .rate = std::hypot(error.throughput.value, spread[4])};
}

ServeAnswer answer_of(const perf::Deployment& best, const model::ModelArchitecture& model,
                      const hardware::System& system, const ServeQuestion& question) {
  const perf::SteadyState& state = best.state;
  const AnswerErrors error = errors_of(best, model, system, question);
  ServeAnswer answer{.served = served_as(best),
                     .replicas = question.chips ? *question.chips / best.chips() : 1,
                     .ttft_p50 = perf::with_band(state.ttft_p50, error.ttft_p50),
                     .ttft_p99 = perf::with_band(state.ttft_p99, error.ttft_p99),
                     .tpot_p50 = perf::with_band(state.tpot_p50, error.tpot_p50),
                     .tpot_p99 = perf::with_band(state.tpot_p99, error.tpot_p99),
                     .output_rate = perf::with_band(best.output_rate_per_chip(), error.rate),
                     .total_rate = perf::with_band(best.total_rate_per_chip(), error.rate),
                     .site_power = perf::site_power(system.power, state.busy),
                     .decode_step = state.decode,
                     .prefill_alone = state.prefill_alone,
                     .memory = best.memory};
  if (question.price) {
    answer.price_output = token_price(*question.price, answer.output_rate);
    answer.price_blended = token_price(*question.price, answer.total_rate);
  }
  return answer;
}

}  // namespace

int ServedAs::chips() const {
  if (!prefill) return layout.chips();
  return prefill->workers * prefill->layout.chips() + prefill->decode_workers * layout.chips();
}

std::string describe(const perf::ServingLayout& layout) {
  std::string text = fmt::format("tp {}", layout.tensor);
  if (layout.attention_data > 1) text += fmt::format(", attention dp {}", layout.attention_data);
  if (layout.expert > 1) text += fmt::format(", ep {}", layout.expert);
  if (layout.pipeline > 1) text += fmt::format(", pp {}", layout.pipeline);
  return text;
}

std::string describe(const ServedAs& served) {
  const perf::ServingLayout& layout = served.layout;
  std::string text = describe(layout);
  if (const auto& prefill = served.prefill) {
    text = fmt::format("prefill {} x ({}), decode {} x ({})", prefill->workers,
                       describe(prefill->layout), prefill->decode_workers, text);
  }
  return text + fmt::format(", {} weights, {} cache, {:.0f} requests", name(layout.weights),
                            name(layout.kv_cache), served.concurrency);
}

ServeCost serve_cost(const model::ModelArchitecture& model, const hardware::System& system,
                     const ServeQuestion& question) {
  const perf::SearchResult result =
      perf::search_deployments(model, system, question.request, question.objective,
                               search_space(system.chip, question), question.assumptions);
  ServeCost cost{.system = system.id,
                 .model = model.id,
                 .stack = system.serving.stack,
                 .grade = system.serving.calibration.grade,
                 .fitted_chip = system.serving.calibration.chip,
                 .fitted_rows = system.serving.calibration.rows,
                 .known_model = is_known(model, system),
                 .reason = result.reason,
                 .evaluated = result.evaluated};
  for (const perf::Deployment& point : result.frontier) {
    cost.frontier.push_back({.served = served_as(point),
                             .tpot_p50 = point.state.tpot_p50,
                             .ttft_p50 = point.state.ttft_p50,
                             .output_rate = point.output_rate_per_chip()});
  }
  if (result.best) cost.answer = answer_of(*result.best, model, system, question);
  return cost;
}

}  // namespace offtake::study
