#include "offtake/perf/speculation.hpp"

#include "offtake/base/expects.hpp"

namespace offtake::perf {
namespace {

constexpr int kHalvings = 60;  ///< Down to the last bit of a share.

}  // namespace

double tokens_per_step(const Speculation& speculation) {
  double tokens = 1.0;
  double accepted = 1.0;
  for (int draft = 0; draft < speculation.draft_tokens; ++draft) {
    accepted *= speculation.acceptance;
    tokens += accepted;
  }
  return tokens;
}

double layers_of_drafter(const Speculation& speculation) {
  const auto* drafter = std::get_if<DraftLayers>(&speculation.drafter);
  return drafter != nullptr && speculation.draft_tokens > 0 ? drafter->layers : 0.0;
}

double acceptance_of_length(double tokens, int draft_tokens) {
  expects(1.0 <= tokens && tokens <= 1.0 + draft_tokens, "a step yields one to all tokens");
  double low = 0.0;
  double high = 1.0;
  for (int i = 0; i < kHalvings; ++i) {
    const double middle = (low + high) / 2.0;
    const Speculation tried{.draft_tokens = draft_tokens, .acceptance = middle};
    (tokens_per_step(tried) < tokens ? low : high) = middle;
  }
  return high;
}

Speculation multi_token_prediction(int draft_tokens) {
  return {.draft_tokens = draft_tokens,
          .acceptance = draft_tokens == 1 ? kAcceptanceOfOneDraft : kAcceptanceOfMoreDrafts,
          .drafter = DraftLayers{}};
}

}  // namespace offtake::perf
