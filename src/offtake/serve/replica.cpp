#include "offtake/serve/replica.hpp"

#include <algorithm>
#include <cmath>
#include <span>

#include "offtake/base/expects.hpp"
#include "offtake/base/random_stream.hpp"

namespace offtake::serve {
namespace {

/// Whether the cache of its prompt is being made or brought elsewhere.
bool is_taken_over(const Sequence& sequence) { return sequence.sender >= 0; }

std::int64_t left_to_compute(const Sequence& sequence) {
  return sequence.prompt - sequence.computed;
}

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

void StepResults::clear() {
  finished.clear();
  handed_over.clear();
  accepted.clear();
}

Replica::Replica(const ReplicaSettings& settings, int levels, SequenceTable& sequences,
                 PoolTally& tally)
    : settings_(settings),
      sequences_(sequences),
      tally_(tally),
      kv_(settings.kv_blocks, settings.block_tokens, settings.prefix_blocks),
      waiting_(levels),
      decode_(settings.block_tokens) {
  expects(settings.timer != nullptr, "a replica has step times");
  expects(1 <= settings.sequences_max && settings.sequences_max <= settings.timer->sequences_max(),
          "the step times are of as many sequences as a replica takes");
  expects(settings.token_budget >= 1, "a step has tokens");
  expects(0.0 <= settings.output_reserved && settings.output_reserved <= 1.0 &&
              0.0 <= settings.watermark && settings.watermark < 1.0,
          "shares are in [0, 1]");
  const auto tokens = static_cast<std::int32_t>(settings.token_budget);
  const PromptPart full{.computed = tokens};
  prompt_token_time_ = settings.timer->mixed_step({&full, 1}, 0, 0) / tokens;
}

bool Replica::can_hold(const demand::Request& request) const {
  const std::int64_t decoded =
      settings_.role == Role::kPrefill ? 0 : request.output + settings_.speculation.draft_tokens;
  return kv_.blocks_for(request.input + decoded) <= kv_.blocks();
}

std::int64_t Replica::in_work() const {
  return decode_.size() +
         static_cast<std::int64_t>(prefilling_.size() + incoming_.size() + received_.size()) +
         ended_;
}

std::int64_t Replica::outstanding() const {
  return waiting_.size() + in_work() - ended_ + static_cast<std::int64_t>(swapped_.size());
}

std::span<const std::uint64_t> Replica::names_of(const Sequence& sequence,
                                                 std::int64_t tokens) const {
  if (settings_.prefix_blocks == 0) return {};
  const std::int64_t of_prefix = std::int64_t{settings_.prefix_blocks} * settings_.block_tokens;
  const auto& names = sequence.request.prefix_blocks;
  const auto whole = static_cast<std::size_t>(tokens / of_prefix);
  return std::span(names).first(std::min(whole, names.size()));
}

std::int64_t Replica::matched_tokens(const demand::Request& request) const {
  if (settings_.prefix_blocks == 0 || request.prefix_blocks.empty()) return 0;
  const std::int64_t of_prefix = std::int64_t{settings_.prefix_blocks} * settings_.block_tokens;
  const auto whole = static_cast<std::size_t>((request.input - 1) / of_prefix);
  const std::span names(request.prefix_blocks);
  return kv_.matched(names.first(std::min(whole, names.size()))) * of_prefix;
}

/// Of the present run, at `now` or before.
std::int64_t Replica::steps_ended(SimTime now) const {
  if (!run_ || now <= run_->start) return 0;
  const std::int64_t reached = run_->steps_until(now);
  return run_->end_of(reached) > now ? reached - 1 : reached;
}

Picoseconds Replica::decode_step_with(const demand::Request& request, SimTime now) const {
  const int sequences = std::min(decode_.size() + 1, settings_.sequences_max);
  const std::int64_t grown = run_ && run_->sequences > 0 ? steps_ended(now) * decode_.size() : 0;
  const std::int64_t context = decode_.context() + grown + request.input;
  return settings_.timer->decode_line(sequences, context).at(context);
}

std::int64_t Replica::blocks_of_decode_step() const {
  if (settings_.speculation.draft_tokens == 0) return decode_.blocks_for_steps(1);
  std::int64_t blocks = 0;
  for (const DecodingSequence& sequence : decode_.sequences()) {
    const std::int64_t context = decode_.context_of(sequence);
    blocks +=
        kv_.blocks_for(context + 1 + settings_.speculation.draft_tokens) - kv_.blocks_for(context);
  }
  return blocks;
}

std::int64_t Replica::prompt_tokens_in_run() const {
  std::int64_t tokens = 0;
  for (const PromptPart& part : parts_) tokens += part.computed;
  return tokens;
}

void Replica::stop_at_next_step(SimTime now) {
  if (run_) {
    run_->steps = run_->steps_until(now);
  } else {
    wake_ = now;
  }
}

void Replica::enqueue(SequenceId id, SimTime now) {
  Sequence& sequence = sequences_[id];
  if (!is_taken_over(sequence)) prompt_tokens_queued_ += left_to_compute(sequence);
  // One that would have to wait in any case changes nothing before the run ends.
  const bool may_enter = waiting_.would_be_first(sequence.level) && swapped_.empty() &&
                         in_work() < settings_.sequences_max &&
                         settings_.batching != Batching::kStatic;
  waiting_.push_back(id, sequence.level);
  if (may_enter || !run_) stop_at_next_step(now);
}

void Replica::receive(SequenceId id, SimTime now) {
  std::erase(incoming_, id);
  received_.push_back(id);
  stop_at_next_step(now);
}

void Replica::release_held(SequenceId id, SimTime now) {
  const auto place = std::ranges::find(held_, id, &Held::id);
  expects(place != held_.end(), "the cache of a sequence that was handed over is here");
  const Sequence& sequence = sequences_[id];
  let_go(sequence, place->room, sequence.prompt);
  held_.erase(place);
  if (!waiting_.empty()) stop_at_next_step(now);
}

void Replica::advance(SimTime now, StepResults& results) {
  wake_ = kNever;
  if (run_) finish_run(now, results);
  begin(now, results);
}

// --- The start of a run -------------------------------------------------------------------------

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
  const std::int64_t left = left_to_compute(sequence);
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
  const bool remote = is_taken_over(sequence);
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
    const bool remote = is_taken_over(sequence);
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

// --- The end of a run ---------------------------------------------------------------------------

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

// --- Losses -------------------------------------------------------------------------------------

std::vector<SequenceId> Replica::take_waiting() {
  std::vector<SequenceId> all = waiting_.take_all();
  for (const SequenceId id : all) {
    if (!is_taken_over(sequences_[id])) prompt_tokens_queued_ -= left_to_compute(sequences_[id]);
  }
  return all;
}

std::vector<SequenceId> Replica::fail(SimTime now) {
  if (run_) {  // Steps that ended before count; the present one is lost.
    StepRun ended = *run_;
    ended.steps = ended.steps_until(now);
    if (ended.end() >= now) --ended.steps;
    count_run(ended, now);
  }
  std::vector<SequenceId> lost = waiting_.take_all();
  for (const auto* list : {&prefilling_, &incoming_, &received_}) {
    lost.insert(lost.end(), list->begin(), list->end());
  }
  lost.insert(lost.end(), swapped_.begin(), swapped_.end());
  for (const DecodingSequence& sequence : decode_.sequences()) lost.push_back(sequence.id);
  for (const SequenceId id : lost) sequences_[id].room = {};
  for (const Held& held : held_) lost.push_back(held.id);  // Their room may be elsewhere by now.
  std::ranges::sort(lost, {}, [&](SequenceId id) { return sequences_[id].number; });
  kv_ = KvPool(settings_.kv_blocks, settings_.block_tokens, settings_.prefix_blocks);
  decode_ = DecodeBatch(settings_.block_tokens);
  prefilling_.clear();
  incoming_.clear();
  received_.clear();
  held_.clear();
  swapped_.clear();
  parts_.clear();
  part_ids_.clear();
  committed_ = prompt_tokens_queued_ = 0;
  ended_ = ended_context_ = 0;
  swap_time_ = carry_ = 0;
  run_.reset();
  wake_ = kNever;
  return lost;
}

void Replica::forget(SequenceId id, SimTime now) {
  if (waiting_.remove(id)) return;  // Of a sequence that is taken over: nothing was queued for it.
  const bool has_room = std::erase(incoming_, id) + std::erase(received_, id) > 0;
  expects(has_room, "a sequence that is forgotten was on its way here");
  Sequence& sequence = sequences_[id];
  leave(sequence, sequence.prompt);
  stop_at_next_step(now);
}

}  // namespace offtake::serve
