#pragma once

#include <variant>

namespace offtake::model {

/// A feed-forward of one hidden `width`; gated has three matrices, else two.
struct DenseFeedForward {
  int width = 0;
  bool gated = true;
};

/// Each token is sent to `active` of `experts`, and to the shared part always.
struct MixtureOfExperts {
  int experts = 1;
  int active = 1;
  int width = 0;         ///< Of one expert.
  int shared_width = 0;  ///< Of all shared experts together; zero when there is none.
  bool gated = true;
  /// Width at which tokens travel to their experts, which project up and down from it; zero: the
  /// hidden size.
  int latent_width = 0;
};

struct NoFeedForward {};

using FeedForward = std::variant<DenseFeedForward, MixtureOfExperts, NoFeedForward>;

/// Weights of one matrix pair or triple of `width`.
double feed_forward_parameters(int hidden, int width, bool gated);

/// Experts that at least one of `tokens` reaches, never fewer than one token's. With m = tokens k /
/// E choices an expert in the mean, whose popularity is spread as a gamma of shape `evenness`:
///   E (1 - (1 + m / evenness)^-evenness)
/// which goes to the uniform E (1 - e^-m) as `evenness` grows.
double experts_hit(const MixtureOfExperts& mixture, double tokens, double evenness);

}  // namespace offtake::model
