#pragma once

#include <variant>

namespace offtake::perf {

/// A drafter of so many layers of the model's last shape, and its logits: one for a module of
/// multi-token prediction (DeepSeek-AI, "DeepSeek-V3 technical report", 2024) or for EAGLE (Li et
/// al., ICML 2024).
struct DraftLayers {
  double layers = 1.0;

  bool operator==(const DraftLayers&) const = default;
};

/// A draft model of its own, whose pass takes this share of a plain step of the model.
struct DraftShare {
  double of_step = 0.0;

  bool operator==(const DraftShare&) const = default;
};

/// Speculative decoding: a drafter proposes tokens one after another, and one step of the model
/// verifies them all and adds a token of its own.
/// Source: Leviathan, Kalman, Matias, "Fast inference from transformers via speculative decoding",
/// ICML 2023.
struct Speculation {
  int draft_tokens = 0;     ///< Of each sequence in each step; zero is no speculation.
  double acceptance = 0.0;  ///< Chance that a draft is accepted once those before it are.
  std::variant<DraftLayers, DraftShare> drafter;

  bool operator==(const Speculation&) const = default;
};

/// Mean tokens that a step yields a sequence: 1 + a + ... + a^n = (1 - a^(n + 1)) / (1 - a).
double tokens_per_step(const Speculation& speculation);

/// Layers of the model's last shape that the drafter holds beside it; a draft model's own memory is
/// not known here.
double layers_of_drafter(const Speculation& speculation);

/// The acceptance at which `draft_tokens` yield `tokens` a step, which papers and engines print as
/// the acceptance length; expects 1 <= tokens <= 1 + draft_tokens.
double acceptance_of_length(double tokens, int draft_tokens);

/// Acceptance of the second token by one module of multi-token prediction: the low end of the 85 to
/// 90% that the DeepSeek-V3 technical report states, 2024.
inline constexpr double kAcceptanceOfOneDraft = 0.85;

/// Acceptance of each draft when the module runs twice or more on its own output. An estimate: the
/// one at which three drafts speed decoding up as much as they did in the runs of DeepSeek-R1 that
/// InferenceX published with and without speculation in 2026 (43 pairs: 2% off in the median, 16%
/// in the median of absolute errors). Its prompts are random words, whose drafts are harder.
inline constexpr double kAcceptanceOfMoreDrafts = 0.60;

/// The module that DeepSeek-V3 and its kin ship, run `draft_tokens` times. Three is an estimate: at
/// low concurrency more drafts pay, at high concurrency, where experts bind, one is better.
Speculation multi_token_prediction(int draft_tokens = 3);

}  // namespace offtake::perf
