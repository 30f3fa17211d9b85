#include <algorithm>
#include <array>
#include <span>

#include "offtake/base/random_stream.hpp"
#include "offtake/serve/replica.hpp"

/// What the end of a run of steps changes on a replica.
namespace offtake::serve {
namespace {

/// Adds the times of steps `from` to `to` of a line, each `weight` times: all at once where they
/// fall in one bucket.
void add_steps(const StepRun& run, std::int64_t from, std::int64_t to, std::uint64_t weight,
               QuantileSketch& sketch) {
  if (from >= to) return;
  const auto at = [&](std::int64_t step) {
    return static_cast<double>(run.line.at(run.context + step * run.sequences)) * 1e-12;
  };
  const double first = at(from);
  const double last = at(to - 1);
  if (last <= first * (1.0 + QuantileSketch::kError / 8.0)) {
    sketch.add(0.5 * (first + last), static_cast<std::uint64_t>(to - from) * weight);
    return;
  }
  const std::int64_t middle = from + (to - from) / 2;
  add_steps(run, from, middle, weight, sketch);
  add_steps(run, middle, to, weight, sketch);
}

/// How many of a sequence's drafts are accepted in the step after `generated` tokens.
std::int64_t drafts_accepted(const SpeculativeDecoding& speculation, std::uint64_t seed,
                             std::int64_t number, std::int64_t generated) {
  std::array<std::uint32_t, 4> words{};
  for (int draft = 0; draft < speculation.draft_tokens; ++draft) {
    if (draft % 4 == 0) {
      words = philox({static_cast<std::uint32_t>(number), static_cast<std::uint32_t>(number >> 32),
                      static_cast<std::uint32_t>(generated), static_cast<std::uint32_t>(draft / 4)},
                     {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)});
    }
    const double uniform =
        (static_cast<double>(words[static_cast<std::size_t>(draft % 4)]) + 0.5) * 0x1p-32;
    if (uniform >= speculation.acceptance) return draft;
  }
  return speculation.draft_tokens;
}

}  // namespace

void Replica::finish_run(SimTime now, StepResults& results) {
  const StepRun run = *run_;
  run_.reset();
  carry_ = run.carry_of(run.steps);
  last_end_ = now;
  count_run(run, now);
  if (run.sequences > 0) {
    last_decode_end_ = now;
    if (settings_.speculation.draft_tokens > 0) {
      verify_drafts();
    } else {
      decode_steps(run.steps);
    }
    while (decode_.has_finished()) {
      const DecodingSequence ended = decode_.remove_finished();
      end_sequence(ended.id, decode_.context_of(ended), now, results);
    }
  }
  end_parts(now, results);
}

void Replica::count_run(const StepRun& run, SimTime until) {
  tally_.busy += until - run.start;
  tally_.steps += run.steps;
  ++tally_.runs;
  if (run.sequences == 0 || run.steps == 0) return;
  record_gaps(run);
  if (settings_.speculation.draft_tokens == 0) {
    tally_.tokens_generated += run.steps * decode_.size();
  }
}

std::optional<StepRun> Replica::settle(SimTime now) {
  const bool has_more = run_ && run_->steps > 1 && run_->end_of(1) < now;
  if (!has_more) return std::nullopt;
  StepRun ended = *run_;
  ended.steps = ended.steps_until(now);
  if (ended.end() >= now) --ended.steps;
  if (ended.steps == run_->steps) return std::nullopt;  // Its end is due.
  count_run(ended, ended.end());
  decode_steps(ended.steps);
  last_decode_end_ = ended.end();
  run_->start = ended.end();
  run_->carry = ended.carry_of(ended.steps);
  run_->context += ended.steps * ended.sequences;
  run_->steps -= ended.steps;
  return ended;
}

void Replica::decode_steps(std::int64_t steps) {
  kv_.take(decode_.blocks_for_steps(steps));
  decode_.advance(steps);
  ended_context_ += steps * ended_;
}

void Replica::verify_drafts() {
  std::int64_t blocks = 0;
  for (std::size_t index = 0; index < static_cast<std::size_t>(decode_.size()); ++index) {
    const DecodingSequence& decoding = decode_.sequences()[index];
    const Sequence& sequence = sequences_[decoding.id];
    const std::int64_t context = decode_.context_of(decoding);
    const std::int64_t left = decode_.tokens_left(decoding);
    const std::int64_t kept =
        std::min(left - 1, drafts_accepted(settings_.speculation, settings_.seed, sequence.number,
                                           sequence.request.output - left));
    blocks += kv_.blocks_for(context + 1 + kept) - kv_.blocks_for(context);
    decode_.add_tokens(index, kept);
    tally_.tokens_generated += 1 + kept;
  }
  kv_.take(blocks);
  decode_.advance(1);
  decode_.reorder();
}

void Replica::record_gaps(const StepRun& run) {
  const auto sequences = static_cast<std::uint64_t>(decode_.size());
  if (last_decode_end_ == run.start && run.carry < 1000) {
    add_steps(run, 0, run.steps, sequences, tally_.inter_token);
    return;
  }
  // Steps of prompts alone, or a pause, came before: each has waited since its own last token.
  for (const DecodingSequence& sequence : decode_.sequences()) {
    const SimTime since = std::max(sequence.joined, last_decode_end_);
    tally_.inter_token.add(seconds(run.end_of(1) - since).base_units());
  }
  add_steps(run, 1, run.steps, sequences, tally_.inter_token);
}

void Replica::end_parts(SimTime now, StepResults& results) {
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    Sequence& sequence = sequences_[part_ids_[i]];
    sequence.computed += parts_[i].computed;
    prompt_tokens_queued_ -= parts_[i].computed;
    tally_.prompt_tokens_computed += parts_[i].computed;
    if (parts_[i].last) end_prompt(part_ids_[i], now, results);
  }
  parts_.clear();
  part_ids_.clear();
}

void Replica::end_prompt(SequenceId id, SimTime now, StepResults& results) {
  std::erase(prefilling_, id);
  Sequence& sequence = sequences_[id];
  const std::span names = names_of(sequence, sequence.prompt);
  const auto shared = static_cast<std::size_t>(sequence.room.shared);
  if (names.size() > shared) {
    kv_.keep(names.subspan(shared));
    sequence.room.shared = static_cast<std::int64_t>(names.size());
  }
  ++sequence.generated;
  ++tally_.tokens_generated;
  const bool ends = sequence.generated == sequence.request.output;
  if (settings_.role == Role::kPrefill && !ends) {
    held_.push_back({.id = id, .room = sequence.room});
    sequence.room = {};
    results.handed_over.push_back(id);
    return;
  }
  if (sequence.shown) {
    tally_.inter_token.add(seconds(now - sequence.last_token).base_units());
  } else {
    sequence.shown = true;
    sequence.first_token = now;
  }
  if (ends) {
    end_sequence(id, sequence.prompt, now, results);
    return;
  }
  decode_.join(id, sequence.admitted, sequence.prompt, sequence.request.output - sequence.generated,
               now);
}

void Replica::end_sequence(SequenceId id, std::int64_t context, SimTime now, StepResults& results) {
  Sequence& sequence = sequences_[id];
  sequence.generated = sequence.request.output;
  sequence.last_token = now;
  results.finished.push_back(id);
  if (settings_.batching == Batching::kStatic) {  // Its place is taken until the batch ends.
    ++ended_;
    ended_context_ += context;
  }
  const std::span names = names_of(sequence, context);
  const auto shared = static_cast<std::size_t>(sequence.room.shared);
  if (names.size() > shared) {
    kv_.keep(names.subspan(shared));
    sequence.room.shared = static_cast<std::int64_t>(names.size());
  }
  leave(sequence, context);
}

void Replica::let_go(const Sequence& sequence, const Room& room, std::int64_t context) {
  kv_.give(kv_.blocks_for(context) - room.shared * settings_.prefix_blocks);
  kv_.release(
      std::span(sequence.request.prefix_blocks).first(static_cast<std::size_t>(room.shared)));
  committed_ -= room.committed;
}

void Replica::leave(Sequence& sequence, std::int64_t context) {
  let_go(sequence, sequence.room, context);
  sequence.room = {};
}

}  // namespace offtake::serve
