#include <algorithm>
#include <cmath>
#include <span>

#include "offtake/serve/replica.hpp"

/// How a replica makes up its next run of steps.
namespace offtake::serve {

void Replica::begin(SimTime now, StepResults& results) {
  if (last_end_ != now) carry_ = 0;  // After a pause a step begins on the whole nanosecond.
  join_received(now);
  const bool preempted = make_room_for_step(now);
  return_swapped();
  if (settings_.batching == Batching::kStatic) {
    begin_static_batch();
  } else {
    const bool mixed = settings_.batching == Batching::kChunked;
    const std::int64_t of_decode = decode_.size() * (1 + settings_.speculation.draft_tokens);
    std::int64_t budget = settings_.token_budget - (mixed ? of_decode : 0);
    continue_prompts(budget);
    if (!preempted && swapped_.empty()) admit(budget, results);
  }
  // After a preemption nobody is let in; at the next step one may be.
  start_run(now, preempted && !waiting_.empty());
}

void Replica::join_received(SimTime now) {
  for (const SequenceId id : received_) {
    Sequence& sequence = sequences_[id];
    if (!sequence.shown) sequence.first_token = now;
    sequence.shown = true;
    decode_.join(id, sequence.admitted, sequence.prompt,
                 sequence.request.output - sequence.generated, now);
  }
  received_.clear();
}

bool Replica::make_room_for_step(SimTime now) {
  bool preempted = false;
  while (!decode_.empty() && blocks_of_decode_step() > kv_.available()) {
    preempt_newest(now);
    preempted = true;
  }
  return preempted;
}

void Replica::preempt_newest(SimTime now) {
  ++tally_.preemptions;
  if (!prefilling_.empty() && sequences_[prefilling_.back()].admitted > decode_.newest()) {
    const SequenceId id = prefilling_.back();
    prefilling_.pop_back();
    Sequence& sequence = sequences_[id];
    ++sequence.preemptions;
    prompt_tokens_queued_ += sequence.computed;
    leave(sequence, sequence.prompt);
    sequence.computed = 0;
    waiting_.push_front(id, sequence.level);
    return;
  }
  const DecodingSequence out = decode_.remove_newest();
  Sequence& sequence = sequences_[out.id];
  ++sequence.preemptions;
  const std::int64_t context = decode_.context_of(out);
  sequence.generated =
      static_cast<std::int32_t>(sequence.request.output - decode_.tokens_left(out));
  sequence.last_token = now;
  leave(sequence, context);
  if (settings_.preemption == Preemption::kSwap) {
    sequence.prompt = sequence.computed = static_cast<std::int32_t>(context);
    swap_time_ += context * settings_.swap_per_token;
    swapped_.push_back(out.id);
    return;
  }
  sequence.prompt = sequence.request.input + sequence.generated;
  sequence.computed = 0;
  prompt_tokens_queued_ += sequence.prompt;
  waiting_.push_front(out.id, sequence.level);
}

void Replica::return_swapped() {
  while (!swapped_.empty() && in_work() < settings_.sequences_max) {
    const SequenceId id = swapped_.front();
    Sequence& sequence = sequences_[id];
    const std::int64_t step = 1 + settings_.speculation.draft_tokens;
    const std::int64_t needed = kv_.blocks_for(sequence.prompt + step) + blocks_of_decode_step();
    if (needed > kv_.available()) return;
    swapped_.pop_front();
    kv_.take(kv_.blocks_for(sequence.prompt));
    swap_time_ += sequence.prompt * settings_.swap_per_token;
    decode_.join(id, sequence.admitted, sequence.prompt,
                 sequence.request.output - sequence.generated, sequence.last_token);
  }
}

void Replica::add_part(SequenceId id, std::int64_t& budget) {
  const Sequence& sequence = sequences_[id];
  const std::int64_t left = sequence.left_to_compute();
  const std::int64_t tokens = std::min(left, budget);
  if (tokens <= 0) return;
  budget -= tokens;
  parts_.push_back({.computed = static_cast<std::int32_t>(tokens),
                    .cached = sequence.computed,
                    .last = tokens == left});
  part_ids_.push_back(id);
}

void Replica::continue_prompts(std::int64_t& budget) {
  for (const SequenceId id : prefilling_) add_part(id, budget);
}

/// Takes the blocks of a prompt, if there are enough.
bool Replica::take_room(Sequence& sequence) {
  const bool remote = sequence.is_taken_over();
  // At least one token is computed, so that there is something to sample from.
  const std::span names =
      remote ? std::span<const std::uint64_t>{} : names_of(sequence, sequence.prompt - 1);
  const std::int64_t matched = kv_.matched(names);
  kv_.read(names.first(static_cast<std::size_t>(matched)));
  const std::int64_t cached = matched * settings_.prefix_blocks;
  const std::int64_t needed = kv_.blocks_for(sequence.prompt) - cached;
  const std::int64_t commitment =
      settings_.output_reserved == 0.0
          ? 0
          : kv_.blocks_for(sequence.request.input +
                           std::llround(settings_.output_reserved * sequence.request.output)) -
                cached;
  const bool alone = in_work() == 0;
  const auto kept_free = static_cast<std::int64_t>(
      alone ? 0.0 : std::ceil(settings_.watermark * static_cast<double>(kv_.blocks())));
  const bool fits = needed + kept_free + blocks_of_decode_step() <= kv_.available() &&
                    (alone || committed_ + commitment <= kv_.blocks());
  if (!fits) {
    kv_.release(names.first(static_cast<std::size_t>(matched)));
    return false;
  }
  kv_.take(needed);
  committed_ += commitment;
  sequence.room = {.committed = commitment, .shared = matched};
  sequence.admitted = admissions_++;
  if (!remote) {
    const std::int64_t tokens = cached * settings_.block_tokens;
    sequence.computed = static_cast<std::int32_t>(tokens);
    prompt_tokens_queued_ -= tokens;
    tally_.prompt_tokens_cached += tokens;
  }
  return true;
}

void Replica::admit(std::int64_t& budget, StepResults& results) {
  while (!waiting_.empty() && in_work() < settings_.sequences_max) {
    const SequenceId id = waiting_.front();
    Sequence& sequence = sequences_[id];
    const bool remote = sequence.is_taken_over();
    if (!remote && budget <= 0) return;
    if (!take_room(sequence)) return;
    waiting_.pop_front();
    if (remote) {
      incoming_.push_back(id);
      results.accepted.push_back(id);
      continue;
    }
    prefilling_.push_back(id);
    add_part(id, budget);
  }
}

void Replica::begin_static_batch() {
  std::int64_t budget = settings_.token_budget;
  if (in_work() > ended_) {
    continue_prompts(budget);
    return;
  }
  ended_ = ended_context_ = 0;
  while (!waiting_.empty() && in_work() < settings_.sequences_max) {
    Sequence& sequence = sequences_[waiting_.front()];
    if (!take_room(sequence)) break;
    prefilling_.push_back(waiting_.pop_front());
  }
  continue_prompts(budget);
}

void Replica::start_run(SimTime now, bool one_step) {
  const bool decodes_wait = !parts_.empty() && settings_.batching != Batching::kChunked;
  const int sequences = decodes_wait ? 0 : decode_.size() + static_cast<int>(ended_);
  if (parts_.empty() && (sequences == 0 || decode_.empty())) return;
  StepRun run{.start = now,
              .carry = carry_ + swap_time_,
              .context = decodes_wait ? 0 : decode_.context() + ended_context_,
              .sequences = sequences};
  swap_time_ = 0;
  if (!parts_.empty()) {
    run.line.fixed = settings_.timer->mixed_step(parts_, sequences, run.context);
    run_ = run;
    return;
  }
  run.line = settings_.timer->decode_line(sequences, run.context);
  if (settings_.jump && !one_step && settings_.speculation.draft_tokens == 0) {
    // The step that begins at or beyond the end of the line is on the next one.
    const std::int64_t on_line = (run.line.context_end - run.context - 1) / sequences + 1;
    const std::int64_t most =
        std::min({decode_.steps_to_finish(), on_line, steps_representable(run)});
    run.steps = decode_.steps_within(kv_.available(), most);
  }
  run_ = run;
}

}  // namespace offtake::serve
