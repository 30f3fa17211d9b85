#include "offtake/serve/replica.hpp"

#include <algorithm>
#include <span>

#include "offtake/base/expects.hpp"

namespace offtake::serve {

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
  if (!sequence.is_taken_over()) prompt_tokens_queued_ += sequence.left_to_compute();
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

std::vector<SequenceId> Replica::take_waiting() {
  std::vector<SequenceId> all = waiting_.take_all();
  for (const SequenceId id : all) {
    if (!sequences_[id].is_taken_over()) prompt_tokens_queued_ -= sequences_[id].left_to_compute();
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
