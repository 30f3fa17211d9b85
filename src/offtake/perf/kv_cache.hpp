#pragma once

#include "offtake/perf/request_shape.hpp"
#include "offtake/perf/sharded_model.hpp"

namespace offtake::perf {

/// Cache and state on the fullest chip of a stage for one sequence of `context` tokens: its layers
/// are 1 / pipeline of the model and those of a drafter, its heads 1 / cut of the cache.
Bytes kv_cache_per_sequence(const ShardedModel& model, double context);

/// Cache that one layer reads on each chip to decode one token of a sequence at `context`, and the
/// state that it reads and writes.
Bytes cache_moved(const ShardedModel& model, const ShardedLayer& layer, double context);

/// Tokens for which a request must find cache free when it is let in.
double context_held(const ShardedModel& model, const RequestShape& request);

/// Sequences of `context` tokens for which a replica has cache, when each chip has `free` for it.
double kv_cache_capacity(const ShardedModel& model, double context, Bytes free);

}  // namespace offtake::perf
