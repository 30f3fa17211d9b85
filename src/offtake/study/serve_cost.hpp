#pragma once

#include <optional>
#include <string>
#include <vector>

#include "offtake/hardware/system.hpp"
#include "offtake/model/model_architecture.hpp"
#include "offtake/perf/deployment_search.hpp"
#include "offtake/perf/memory_use.hpp"
#include "offtake/perf/request_shape.hpp"
#include "offtake/perf/service_objective.hpp"
#include "offtake/perf/serving_assumptions.hpp"
#include "offtake/perf/step_cost.hpp"
#include "offtake/perf/yield.hpp"
#include "offtake/units/quantity.hpp"

namespace offtake::study {

/// What is asked of one system.
struct ServeQuestion {
  perf::RequestShape request;
  perf::ServiceObjective objective;
  std::vector<hardware::NumericFormat> weights;   ///< Empty: what the chip serves without loss.
  std::vector<hardware::NumericFormat> kv_cache;  ///< Empty: the same.
  std::optional<int> chips;  ///< In all; a replica, or two pools, take no more.
  perf::ServingMode mode = perf::ServingMode::kAggregated;
  std::optional<ChipPrice> price;
  perf::ServingAssumptions assumptions;
};

/// How one replica is run, or two pools.
struct ServedAs {
  perf::ServingLayout layout;  ///< Of the replica, or of one decode worker.
  double concurrency = 0;
  /// "aggregated": prefill and decode share the chips; "disaggregated": each has a pool.
  std::string mode;
  std::optional<perf::PrefillPool> prefill;

  int chips() const;
};

/// "tp 8, attention dp 4, ep 32, pp 2"; degrees of one are left out but tp's.
std::string describe(const perf::ServingLayout& layout);

/// "tp 8, fp8 weights, fp8 cache, 64 requests", or "prefill 5 x (tp 1), decode 8 x (tp 4), ...".
std::string describe(const ServedAs& served);

struct FrontierPoint {
  ServedAs served;
  Seconds tpot_p50;
  Seconds ttft_p50;
  ChipTokenRate output_rate;
};

/// The best deployment of a model on a system, with its figures and their 80% bands.
struct ServeAnswer {
  ServedAs served;
  int replicas = 1;  ///< That the chips asked for hold.
  perf::Yield<Seconds> ttft_p50;
  perf::Yield<Seconds> ttft_p99;
  perf::Yield<Seconds> tpot_p50;
  perf::Yield<Seconds> tpot_p99;
  perf::Yield<ChipTokenRate> output_rate;  ///< Of a chip.
  perf::Yield<ChipTokenRate> total_rate;   ///< Of a chip: input, cached or not, and output.
  std::optional<perf::Yield<TokenPrice>> price_output;   ///< The chips' price over output tokens.
  std::optional<perf::Yield<TokenPrice>> price_blended;  ///< Over input and output tokens.
  Watts site_power;                                      ///< Of a chip at this load.
  perf::StepCost decode_step;
  Seconds prefill_alone;
  perf::MemoryUse memory;
};

struct ServeCost {
  std::string system;
  std::string model;
  std::string stack;
  hardware::FitGrade grade = hardware::FitGrade::kNone;  ///< Of the stack's figures on the chip.
  std::string fitted_chip;  ///< Whose measurements they are from, where one chip's.
  int fitted_rows = 0;
  bool known_model = false;           ///< Some of these are of the model.
  std::optional<ServeAnswer> answer;  ///< Absent when nothing fits or meets the objective.
  std::string reason;                 ///< Why it is absent.
  std::vector<FrontierPoint> frontier;
  int evaluated = 0;
};

/// Searches all deployments of `model` on `system`. The bands come from the stack's measured errors
/// (hardware::PredictionError): a rate's, and a price's as its inverse.
ServeCost serve_cost(const model::ModelArchitecture& model, const hardware::System& system,
                     const ServeQuestion& question);

}  // namespace offtake::study
