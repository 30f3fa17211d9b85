#include "offtake/serve/pool_tally.hpp"

namespace offtake::serve {

void PoolTally::merge(const PoolTally& other) {
  busy += other.busy;
  steps += other.steps;
  runs += other.runs;
  prompt_tokens_computed += other.prompt_tokens_computed;
  prompt_tokens_cached += other.prompt_tokens_cached;
  tokens_generated += other.tokens_generated;
  preemptions += other.preemptions;
  inter_token.merge(other.inter_token);
}

}  // namespace offtake::serve
