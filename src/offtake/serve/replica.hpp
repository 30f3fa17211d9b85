#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <vector>

#include "offtake/serve/decode_batch.hpp"
#include "offtake/serve/kv_pool.hpp"
#include "offtake/serve/pool_tally.hpp"
#include "offtake/serve/replica_settings.hpp"
#include "offtake/serve/sequence.hpp"
#include "offtake/serve/step_run.hpp"
#include "offtake/serve/waiting_queue.hpp"

namespace offtake::serve {

/// What the end of a step means to the fleet.
struct StepResults {
  std::vector<SequenceId> finished;     ///< Have all their tokens; the replica has let them go.
  std::vector<SequenceId> handed_over;  ///< Prefilled, their cache is still held here.
  std::vector<SequenceId> accepted;     ///< Have room here for the cache that a prefill made.

  void clear();
};

/// One replica: its queue, its cache, and the run of steps that it is in. Between two runs it takes
/// in what has come, as the schedulers of vLLM and Sarathi-Serve do: sequences that decode go
/// first, then prompts in work, then those that wait, in order; none overtakes another of its
/// level. Sources: Yu et al., "Orca", OSDI 2022; Agrawal et al., "Taming throughput-latency
/// tradeoff in LLM inference with Sarathi-Serve", OSDI 2024.
class Replica {
 public:
  /// `levels` of priority. `sequences` and `tally` outlive the replica.
  Replica(const ReplicaSettings& settings, int levels, SequenceTable& sequences, PoolTally& tally);

  const ReplicaSettings& settings() const { return settings_; }
  /// Whether the whole cache is enough for the last step of such a request.
  bool can_hold(const demand::Request& request) const;
  /// Requests that wait for it or are in work.
  std::int64_t outstanding() const;
  std::int64_t waiting() const { return waiting_.size(); }
  std::int64_t decoding() const { return decode_.size(); }
  /// Prompt tokens that are here to be computed.
  std::int64_t prompt_tokens_queued() const { return prompt_tokens_queued_; }
  /// Tokens of the prompt whose cache is here.
  std::int64_t matched_tokens(const demand::Request& request) const;
  /// Time that a prompt token adds, in a step that computes nothing but prompts.
  Picoseconds prompt_token_time() const { return prompt_token_time_; }
  /// Time of a decode step if `request` decoded too.
  Picoseconds decode_step_with(const demand::Request& request, SimTime now) const;
  std::int64_t blocks_used() const { return kv_.used(); }
  std::int64_t blocks() const { return kv_.blocks(); }
  /// Whether nothing is here, and nothing of its cache is in use.
  bool is_clear() const { return is_empty() && kv_.used() == 0 && committed_ == 0; }
  bool is_empty() const { return outstanding() == 0 && held_.empty(); }
  const std::optional<StepRun>& run() const { return run_; }
  std::int64_t prompt_tokens_in_run() const;

  /// When its present run ends, or it wakes; kNever while it has nothing to do.
  SimTime next_event() const { return run_ ? run_->end() : wake_; }

  /// A request comes: to be computed, or, from a prefill replica, to be taken over.
  void enqueue(SequenceId id, SimTime now);
  /// The cache of a sequence that was accepted is here.
  void receive(SequenceId id, SimTime now);
  /// A sequence that was handed over needs its cache here no longer.
  void release_held(SequenceId id, SimTime now);
  /// Ends the run that ends now, if any, and begins the next.
  void advance(SimTime now, StepResults& results);

  /// Counts the steps of the present run that ended before `now`, so that the cache is as it is
  /// then, and gives them; nothing else changes.
  std::optional<StepRun> settle(SimTime now);
  /// All that wait for admission, in order; none does any more.
  std::vector<SequenceId> take_waiting();
  /// Everything is lost: gives all sequences that were here, in order of their arrival.
  std::vector<SequenceId> fail(SimTime now);
  /// Lets go of a sequence that waits or is on its way here.
  void forget(SequenceId id, SimTime now);

 private:
  /// A sequence that was handed over, whose cache is still here.
  struct Held {
    SequenceId id;
    Room room;
  };

  std::int64_t in_work() const;
  std::int64_t steps_ended(SimTime now) const;
  std::span<const std::uint64_t> names_of(const Sequence& sequence, std::int64_t tokens) const;
  std::int64_t blocks_of_decode_step() const;
  void stop_at_next_step(SimTime now);

  void begin(SimTime now, StepResults& results);
  void join_received(SimTime now);
  bool make_room_for_step(SimTime now);
  void preempt_newest(SimTime now);
  void return_swapped();
  void continue_prompts(std::int64_t& budget);
  void admit(std::int64_t& budget, StepResults& results);
  bool take_room(Sequence& sequence);
  void begin_static_batch();
  void add_part(SequenceId id, std::int64_t& budget);
  void start_run(SimTime now, bool one_step);

  void finish_run(SimTime now, StepResults& results);
  void count_run(const StepRun& run, SimTime until);
  void decode_steps(std::int64_t steps);
  void verify_drafts();
  void record_gaps(const StepRun& run);
  void end_parts(SimTime now, StepResults& results);
  void end_prompt(SequenceId id, SimTime now, StepResults& results);
  void end_sequence(SequenceId id, std::int64_t context, SimTime now, StepResults& results);
  void let_go(const Sequence& sequence, const Room& room, std::int64_t context);
  void leave(Sequence& sequence, std::int64_t context);

  const ReplicaSettings settings_;
  SequenceTable& sequences_;
  PoolTally& tally_;
  Picoseconds prompt_token_time_ = 0;
  KvPool kv_;
  WaitingQueue waiting_;
  DecodeBatch decode_;
  std::vector<SequenceId> prefilling_;  ///< Prompts in work, by order of admission.
  std::vector<SequenceId> incoming_;    ///< Accepted, cache on its way.
  std::vector<SequenceId> received_;    ///< Cache here, to decode from the next step.
  std::vector<Held> held_;
  std::deque<SequenceId> swapped_;
  std::int64_t committed_ = 0;  ///< Blocks set aside by admissions.
  std::int64_t admissions_ = 0;
  std::int64_t prompt_tokens_queued_ = 0;
  std::int64_t ended_ = 0;  ///< Sequences of a static batch that have all their tokens.
  std::int64_t ended_context_ = 0;

  std::optional<StepRun> run_;
  std::vector<PromptPart> parts_;     ///< Of the present run.
  std::vector<SequenceId> part_ids_;  ///< Whose they are.
  SimTime wake_ = kNever;
  Picoseconds carry_ = 0;
  SimTime last_end_{-1};         ///< Of the last run.
  SimTime last_decode_end_{-1};  ///< Of the last run in which sequences decoded.
  Picoseconds swap_time_ = 0;    ///< That the next step must wait.
};

}  // namespace offtake::serve
