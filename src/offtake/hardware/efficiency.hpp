#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "offtake/base/sourced.hpp"
#include "offtake/hardware/efficiency_curve.hpp"
#include "offtake/hardware/numeric_format.hpp"
#include "offtake/hardware/reliability.hpp"
#include "offtake/hardware/step_traits.hpp"
#include "offtake/units/quantity.hpp"

namespace offtake::hardware {

/// Shares of the data sheet's peaks that one software stack sustains on one chip.
struct SustainedFractions {
  FormatTable<Sourced<double>> gemm;  ///< Large matrix products, by the format multiplied in.
  /// Grouped products of a mixture of experts in 16 bits; other formats keep the ratio of `gemm`.
  Sourced<double> expert_gemm;
  /// What is left of the rate of products whose weights are stored in a format that the chip does
  /// not multiply and are converted on the way.
  Sourced<double> dequantised;
  Sourced<double> attention_prefill;  ///< Of the 16-bit peak, causal half already counted.
  Sourced<double> hbm_weights;        ///< Reading weights, and the cache in a prefill.
  Sourced<double> hbm_kv;             ///< Reading the KV cache in decode.
  Sourced<double> hbm_activations;    ///< Moving activations: experts' tokens, norms, residuals.
  Sourced<double> collective_scale_up;
  Sourced<double> collective_scale_out;
  /// Where given, multiply `gemm` by the product's FLOP and `hbm_weights` by its bytes.
  std::optional<EfficiencyCurve> gemm_by_size;
  std::optional<EfficiencyCurve> hbm_by_size;
};

/// Time that no roofline knows; all may be zero. `step` and `sequence` recur with every step of a
/// serving engine.
struct FixedCosts {
  Sourced<Seconds> op;         ///< Each kernel: launch, ramp, drain.
  Sourced<Seconds> layer;      ///< Each layer: gaps that no kernel's count explains.
  Sourced<Seconds> moe_layer;  ///< Each layer with experts, more: routing, permutation.
  Sourced<Seconds> step;       ///< Each step: scheduler, sampling, launch of the graph.
  /// Each running sequence in each step of sixty layers, in proportion to them: attention of a
  /// sequence starts and ends its own blocks in every layer.
  Sourced<Seconds> sequence;
  /// Each collective of eight ranks: kernel, waiting for the last rank, and behind a switch all
  /// latency. It grows with the logarithm of the ranks.
  Sourced<Seconds> collective;
  Sourced<Seconds> launch;   ///< The host's for each kernel outside a captured graph.
  Sourced<Seconds> request;  ///< Each request before its first token: HTTP, tokeniser.
  /// What the cold first requests of a benchmark add to the mean TTFT of all.
  Sourced<Seconds> first_wave;
};

/// How far the model's predictions are from measurements with this chip and stack: the standard
/// deviation of ln(measured / predicted) that the figures' own spread leaves unexplained. With that
/// spread it sets the 80% band of an answer.
struct PredictionError {
  Sourced<double> throughput;  ///< Tokens a second, serving.
  Sourced<double> tpot;
  Sourced<double> ttft;
};

/// The same of a training step.
struct StepError {
  Sourced<double> dense;
  Sourced<double> mixture;  ///< Of experts: dispatch and routing differ more between versions.
};

/// From whose measurements a chip's figures under a stack were fitted.
enum class FitGrade {
  kNone,      ///< No rows of the stack: estimates.
  kStack,     ///< Rows of the stack on other vendors' chips.
  kRelative,  ///< Rows of another chip: of the same design, or else the vendor's nearest by date.
  kOwn,       ///< Rows of the chip itself.
};

std::string_view name(FitGrade grade);  ///< "none", "stack", "relative", "own rows".

/// What a fit knows of its figures.
struct Calibration {
  FitGrade grade = FitGrade::kNone;
  std::string chip;  ///< Whose rows, where they are one chip's.
  int rows = 0;
  std::vector<std::string> models;  ///< That these rows are of.
  /// Lower triangle, row by row, of the Cholesky factor of the figures' covariance in the space in
  /// which they are free (fitted_figure.hpp); empty where no fit has given it.
  std::vector<double> spread;
};

/// What one software stack gets out of one chip: few figures with a physical meaning, never one
/// for each model.
struct Efficiency {
  std::string stack;  ///< `vllm`, `sglang`, `trt-llm`, `neuronx`, `megatron`...
  SustainedFractions sustained;
  FixedCosts fixed;
  /// Share of a prefill's time by which the decodes beside it do not wait (chunked prefill mixed
  /// into decode steps: 0 is none).
  Sourced<double> prefill_overlap;
  /// The same where requests of one length start together, so that prompts come in waves and
  /// decodes rarely meet one.
  Sourced<double> wave_overlap;
  /// Load of the fullest of n ranks of experts over the mean one, as n to this power: routing is
  /// skewed.
  Sourced<double> expert_skew;
  /// Times that the weights of a decoded token's experts pass memory for that token alone. Zero:
  /// tokens of a batch share what is read. A graph that gathers them into a buffer moves them twice
  /// or more.
  Sourced<double> expert_gather;
  /// Share of what a prompt alone in its step costs beyond its part of a full one (launches,
  /// reading the weights) that it saves by riding on a decode step.
  Sourced<double> prefill_fused;
  /// Of the requests beside it, the share whose prompts the median prompt waits for: requests that
  /// begin together stay bunched. Prompts of attention's data-parallel ranks hold one another up.
  Sourced<double> prompt_queue;
  /// Share of its output for which a request must find cache free when it is let in; one where the
  /// scheduler guarantees that none is put out again.
  Sourced<double> output_reserved;
  /// By how much a mixture's answers were slower a year before the figures' date, in logarithms:
  /// software ages. Moves measured runs of that date only.
  Sourced<double> ageing;
  StepTraits step;  ///< Of training.
  PredictionError error;
  PredictionError error_of_new_model;  ///< For a model of which the fit has no rows.
  PredictionError error_of_speculation;
  PredictionError error_of_pools;     ///< Prefill and decode on chips of their own.
  StepError step_error;               ///< Of training.
  StepError step_error_of_new_model;  ///< Of a model of which the fit has no runs.
  PredictionError error_of_search;    ///< Where the layout is not known but searched for.
  Calibration calibration;
  Reliability reliability;  ///< Of training runs.
};

}  // namespace offtake::hardware
