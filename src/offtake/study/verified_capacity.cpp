#include "offtake/study/verified_capacity.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include "offtake/base/expects.hpp"
#include "offtake/demand/arrival_process.hpp"
#include "offtake/demand/closed_loop_source.hpp"
#include "offtake/demand/open_loop_source.hpp"
#include "offtake/study/serving_fleet.hpp"

namespace offtake::study {
namespace {

constexpr double kRequestsOfPlace = 30;
constexpr double kRequestsLeast = 3000;
constexpr std::uint64_t kSeed = 1;

/// Requests that are all alike and share the cached part of their prompt.
class AlikeRequests final : public demand::RequestSource {
 public:
  explicit AlikeRequests(const perf::RequestShape& shape) {
    request_.input = static_cast<std::int32_t>(std::lround(std::max(1.0, shape.input)));
    request_.output = static_cast<std::int32_t>(std::lround(std::max(1.0, shape.output)));
    const auto cached = static_cast<std::uint64_t>(shape.input * shape.cached_share / kBlockTokens);
    for (std::uint64_t block = 1; block <= cached; ++block) request_.prefix_blocks.push_back(block);
  }

  std::optional<demand::Request> next() override { return request_; }

 private:
  demand::Request request_;
};

fleet::FleetFile fleet_of(const ServedAs& served, const perf::ServingAssumptions& assumptions) {
  fleet::PoolTerms pool{.name = "replica",
                        .layout = terms_of(served.layout),
                        .price = {},
                        .scaling = {},
                        .outages = {}};
  const double workers = served.prefill ? served.prefill->decode_workers : 1;
  pool.batch.sequences_max = static_cast<int>(std::ceil(served.concurrency / workers));
  if (assumptions.speculation.draft_tokens > 0) {
    pool.batch.draft_tokens = assumptions.speculation.draft_tokens;
    pool.batch.acceptance = assumptions.speculation.acceptance;
  }
  if (!served.prefill) return {.name = "deployment", .pools = {pool}, .admission = {}, .link = {}};
  fleet::PoolTerms prefill = pool;
  prefill.name = "prefill";
  prefill.role = serve::Role::kPrefill;
  prefill.layout = terms_of(served.prefill->layout);
  prefill.replicas = served.prefill->workers;
  pool.name = "decode";
  pool.role = serve::Role::kDecode;
  pool.replicas = served.prefill->decode_workers;
  return {.name = "deployment", .pools = {prefill, pool}, .admission = {}, .link = {}};
}

VerifiedCapacity capacity_of(const LoadPoint& point, const serve::RunOutcome& outcome, int chips,
                             int runs) {
  const auto output = static_cast<double>(outcome.counts.output_tokens);
  const auto input = static_cast<double>(outcome.counts.input_tokens);
  const ChipTokenRate rate = outcome.output_rate() / Chips::in_base_units(chips);
  return {.knee = point,
          .output_rate = rate,
          .total_rate = rate * ((input + output) / std::max(1.0, output)),
          .ttft_p50 = Seconds::in_base_units(outcome.latency.ttft.quantile(0.5)),
          .tpot_p50 = Seconds::in_base_units(outcome.latency.tpot.quantile(0.5)),
          .runs = runs};
}

}  // namespace

std::optional<VerifiedCapacity> verified_capacity(const model::ModelArchitecture& model,
                                                  const hardware::System& system,
                                                  const ServeQuestion& question,
                                                  const ServeAnswer& answer) {
  const ServedAs& served = answer.served;
  FleetQuestion asked{.terms = fleet_of(served, question.assumptions),
                      .model = model,
                      .typical = question.request,
                      .prefix_block_tokens = question.request.cached_share > 0.0 ? kBlockTokens : 0,
                      .timer = {}};
  asked.systems.assign(asked.terms.pools.size(), {.system = system, .price = {}});
  serve::ServiceObjective& limits = asked.terms.classes.front().objective;
  if (question.objective.ttft_p99) limits.ttft = sim_time(*question.objective.ttft_p99);
  if (question.objective.tpot_p99) limits.tpot = sim_time(*question.objective.tpot_p99);
  const auto ready = serving_fleet(asked);
  expects(ready.has_value(), "a deployment that was found can be simulated");
  const serve::Fleet& fleet = ready->fleet;

  const auto requests =
      static_cast<std::int64_t>(std::max(kRequestsLeast, kRequestsOfPlace * served.concurrency));
  const auto lengths = [&] { return std::make_unique<AlikeRequests>(question.request); };
  const serve::RunSettings settings{.seed = kSeed, .progress = {}};
  const bool limited = limits.ttft || limits.tpot;
  if (!limited) {
    const int users = static_cast<int>(std::ceil(served.concurrency));
    demand::ClosedLoopSource loop({.users = users, .think = {}, .requests = requests}, lengths(),
                                  kSeed);
    // The first wave, which all begin at once, is not of the steady state.
    const Seconds residence =
        answer.ttft_p50.value + question.request.output * answer.tpot_p50.value;
    const serve::RunOutcome outcome = serve::simulate(
        fleet, loop, {.seed = kSeed, .warm_up = sim_time(2.0 * residence), .progress = {}});
    return capacity_of(load_point(outcome.requests_per_second(), outcome), outcome, served.chips(),
                       1);
  }
  const RequestsAtLoad at_rate = [&](double rate) -> std::unique_ptr<demand::RequestSource> {
    return std::make_unique<demand::OpenLoopSource>(
        demand::PoissonArrivals{.rate = Hertz::in_base_units(rate)}, lengths(),
        demand::ArrivalLimits{.requests = requests}, kSeed);
  };
  const double closed_form = (answer.output_rate.value * Chips::in_base_units(served.chips()) /
                              (question.request.output * Tokens::in_base_units(1.0)))
                                 .base_units();
  const Knee knee = load_knee(fleet, at_rate, closed_form, kKneeAttainment, settings);
  if (knee.kept.load == 0.0) return std::nullopt;
  const auto source = at_rate(knee.kept.load);
  return capacity_of(knee.kept, serve::simulate(fleet, *source, settings), served.chips(),
                     knee.runs + 1);
}

namespace {

template <class Q>
void move_to(perf::Yield<Q>& yield, Q value) {
  const double ratio = value / yield.value;
  yield = {.value = value, .low = ratio * yield.low, .high = ratio * yield.high};
}

void divide(std::optional<perf::Yield<TokenPrice>>& price, double ratio) {
  if (price) move_to(*price, price->value / ratio);
}

}  // namespace

void replace_figures(ServeAnswer& answer, const VerifiedCapacity& verified) {
  divide(answer.price_output, verified.output_rate / answer.output_rate.value);
  divide(answer.price_blended, verified.total_rate / answer.total_rate.value);
  move_to(answer.output_rate, verified.output_rate);
  move_to(answer.total_rate, verified.total_rate);
  move_to(answer.ttft_p50, verified.ttft_p50);
  move_to(answer.tpot_p50, verified.tpot_p50);
  move_to(answer.ttft_p99, verified.knee.ttft_p99);
  move_to(answer.tpot_p99, verified.knee.tpot_p99);
}

}  // namespace offtake::study
