#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <vector>

#include "offtake/demand/request_lengths.hpp"
#include "offtake/fidelity/serving_prediction.hpp"
#include "offtake/fidelity/serving_run.hpp"
#include "offtake/hardware/system.hpp"
#include "offtake/serve/fleet.hpp"
#include "offtake/serve/run_outcome.hpp"
#include "offtake/serve/run_recorder.hpp"
#include "offtake/serve/step_timer.hpp"

namespace offtake::fidelity {

/// A benchmark in closed loop: all users send a request at once, and each the next when it has its
/// answer, until all requests are sent. Nothing is left out of the count, neither the first wave
/// nor the last.
struct LoopBenchmark {
  demand::RequestLengths lengths;
  int users = 1;
  std::int64_t requests = 1;
};

/// How the source of `run`, which is in closed loop, loads it. Lengths are exact, or each drawn
/// evenly from 0.8 to 1.0 of the nominal one where the source says so. Ten requests a user, and at
/// least 40 in all. Source: SemiAnalysis, "InferenceMAX", README, 2025 (`--num-prompts CONC * 10
/// --random-range-ratio 0.8 --request-rate inf`); other sources are taken to do the same.
LoopBenchmark loop_benchmark(const ServingRun& run);

/// What a simulation of a deployment needs.
struct SimulatedDeployment {
  std::vector<std::unique_ptr<const serve::StepTimer>> timers;  ///< Of the pools of `fleet`.
  serve::Fleet fleet;
};

/// The deployment of `run`, in closed loop, at its stack's figures: steps by study::PerfStepTimer,
/// cache and limits by study::replica_figures. A step takes as many tokens as the run's notes or
/// its source's scripts say, else as many prompt tokens as perf::prompt_tokens_per_step beside the
/// decodes. Prompts go first, alone, in SGLang and where `prefill_fused` is under one half; else
/// steps are mixed.
std::expected<SimulatedDeployment, NoPrediction> simulated_deployment(
    const ServingRun& run, const hardware::System& system);

/// Runs the benchmark to its end. `recorder` is told of steps and requests where it is given.
serve::RunOutcome run_benchmark(const serve::Fleet& fleet, const LoopBenchmark& benchmark,
                                serve::RunRecorder* recorder = nullptr);

/// Predicts `run` as predict() does, but by a simulation of the benchmark. It is in closed loop at
/// a stated layout; others are refused. What closed form and simulation share: steps, cache,
/// ageing, choice of drafts, the cold start of a benchmark in mean times (`fixed.first_wave`). What
/// is only in the closed form: `prefill_overlap`, `wave_overlap`, `prompt_queue`.
std::expected<ServingPrediction, NoPrediction> predict_by_simulation(
    const ServingRun& run, const hardware::System& system);

}  // namespace offtake::fidelity
