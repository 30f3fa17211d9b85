#include "offtake/perf/mixed_step.hpp"

#include "offtake/base/expects.hpp"
#include "offtake/perf/decode.hpp"
#include "offtake/perf/layer_cost.hpp"

namespace offtake::perf {
namespace {

PromptBatch prompt_batch(const ShardedModel& model, std::span<const PromptChunk> prompts) {
  const double of_rank = chunks_of_rank(model, prompts.size());
  PromptLoad load;
  for (const PromptChunk& chunk : prompts) {
    expects(chunk.computed > 0.0 && chunk.cached >= 0.0, "a chunk has tokens");
    load.add(chunk, tokens_computed(model, chunk), attention_time(model, chunk, of_rank));
  }
  return heaviest_batch(model, load);
}

StepCost fused_cost(const ShardedModel& model, const PromptBatch& prompts,
                    const DecodeBatch& decodes) {
  StepCost cost;
  add_linear_costs(model, mixed_tokens(prompts.tokens, decodes.step_tokens()), cost);
  cost.attention += prompts.attention + decode_attention_time(model, decodes);
  cost.pipeline += cost.busy() * pipeline_wait(model);
  cost.fixed += model.fixed.step.value + sequences_time(model, decodes);
  cost.draft = drafts_time(model, decodes);
  cost.fixed += std::max(Seconds{}, launch_time(model) - cost.total());
  return cost;
}

}  // namespace

double prompt_tokens_per_step(const ShardedModel& model) {
  return model.assumptions.chunk_tokens * model.layout.attention_data * model.layout.pipeline;
}

StepCost mixed_step_cost(const ShardedModel& model, std::span<const PromptChunk> prompts,
                         double sequences, double context) {
  if (prompts.empty()) return decode_cost(model, sequences, context);
  const PromptBatch batch = prompt_batch(model, prompts);
  const StepCost alone = prefill_cost_of_batch(model, batch);
  if (sequences == 0.0) return alone;
  const StepCost fused = fused_cost(model, batch, decode_batch(model, sequences, context));
  const StepCost apart = alone + decode_cost(model, sequences, context);
  return model.prefill_fused * fused + (1.0 - model.prefill_fused) * apart;
}

}  // namespace offtake::perf
