#include <algorithm>
#include <deque>
#include <utility>

#include "offtake/base/expects.hpp"
#include "offtake/serve/simulation.hpp"

/// How requests go through a fleet.
namespace offtake::serve {

/// Whether the fleet has a replica of `role`, in service or not, that can hold the request.
bool Simulation::can_hold(const demand::Request& request, Role role) {
  for (std::size_t p = 0; p < fleet_.pools.size(); ++p) {
    const int first = members_.first_of(static_cast<int>(p));
    const bool exists = first < members_.end_of(static_cast<int>(p));
    if (exists && fleet_.pools[p].replica.role == role &&
        members_[first].replica->can_hold(request)) {
      return true;
    }
  }
  return false;
}

void Simulation::arrive(demand::Request request, SimTime now) {
  expects(request.input >= 1 && request.output >= 1, "a request has a prompt and an answer");
  expects(
      0 <= request.service_class && request.service_class < static_cast<int>(fleet_.classes.size()),
      "a request is of one of the fleet's classes");
  count(request, [](RequestCounts& counts) { ++counts.arrived; });
  if (!can_serve(request)) {
    count(request, [](RequestCounts& counts) { ++counts.too_long; });
    follow(request, now);
    return;
  }
  const int level = levels_[static_cast<std::size_t>(request.service_class)];
  const std::int32_t prompt = request.input;
  const SequenceId id = sequences_.add({.request = std::move(request),
                                        .number = requests_++,
                                        .level = level,
                                        .prompt = prompt,
                                        .attempt = ++attempts_});
  route(id, now);
}

void Simulation::follow(const demand::Request& ended, SimTime now) {
  auto next = source_.follow_up(ended, now);
  if (!next) return;
  expects(next->arrival >= now, "a request that follows comes later");
  int slot = static_cast<int>(follow_ups_.size());
  const SimTime arrival = next->arrival;
  if (free_follow_ups_.empty()) {
    follow_ups_.push_back(std::move(*next));
  } else {
    slot = free_follow_ups_.back();
    free_follow_ups_.pop_back();
    follow_ups_[static_cast<std::size_t>(slot)] = std::move(*next);
  }
  ++follow_ups_pending_;
  schedule(arrival, EventKind::kFollowUp, slot);
}

bool Simulation::is_refused(const Sequence& sequence, const Candidate& candidate,
                            SimTime now) const {
  const Admission& admission = fleet_.admission;
  if (admission.waiting_max && candidate.replica->waiting() >= *admission.waiting_max) return true;
  if (!admission.refuse_late) return false;
  const auto& limit = objective(sequence.request).ttft;
  return limit && expected_service(*candidate.replica, sequence.request, now).ttft > *limit;
}

void Simulation::route(SequenceId id, SimTime now) {
  Sequence& sequence = sequences_[id];
  const bool remote = sequence.sender >= 0;
  const auto entrances = has_decoders_ && !can_hold(sequence.request, Role::kDecode)
                             ? members_.complete()
                             : members_.entrances();
  const auto candidates = remote ? members_.decoders() : entrances;
  if (looks_into_caches_) {
    for (const Candidate& candidate : candidates) settle(candidate.index, now);
  }
  Router& router = remote ? decode_router_ : router_;
  const auto place = router.choose(sequence.request, objective(sequence.request), candidates, now);
  if (!place) {
    homeless_.push_back(id);
    return;
  }
  const Candidate& chosen = candidates[*place];
  if (!remote && is_refused(sequence, chosen, now)) {
    remove_refused(id, now);
    return;
  }
  sequence.replica = chosen.index;
  members_[chosen.index].replica->enqueue(id, now);
  refresh(chosen.index);
}

void Simulation::remove_refused(SequenceId id, SimTime now) {
  const demand::Request request = std::move(sequences_[id].request);
  sequences_[id].attempt = 0;
  sequences_.remove(id);
  count(request, [](RequestCounts& counts) { ++counts.refused; });
  follow(request, now);
}

void Simulation::route_homeless(SimTime now) {
  std::deque<SequenceId> waiting = std::exchange(homeless_, {});
  for (const SequenceId id : waiting) route(id, now);
}

void Simulation::record(int index, const StepRun& run) {
  if (settings_.recorder == nullptr) return;
  const Member& member = members_[index];
  settings_.recorder->ran({.pool = member.pool,
                           .replica = index - members_.first_of(member.pool),
                           .run = run,
                           .prompt_tokens = member.replica->prompt_tokens_in_run(),
                           .waiting = member.replica->waiting()});
}

void Simulation::settle(int index, SimTime now) {
  if (const auto ended = members_[index].replica->settle(now)) record(index, *ended);
}

void Simulation::step(int index, SimTime now) {
  Member& member = members_[index];
  Replica& replica = *member.replica;
  results_.clear();
  if (replica.run()) record(index, *replica.run());
  replica.advance(now, results_);
  refresh(index);
  // Others may be changed below, this one too, so the lists are taken as they are now.
  for (const SequenceId id : results_.handed_over) hand_over(id, index, now);
  for (const SequenceId id : results_.accepted) {
    schedule(now + link_->settings().handshake, EventKind::kTransfer, id, sequences_[id].attempt);
  }
  for (const SequenceId id : results_.finished) finish(id, index, now);
  end_drain_if_empty(index, now);
}

void Simulation::hand_over(SequenceId id, int sender, SimTime now) {
  sequences_[id].sender = sender;
  route(id, now);
}

void Simulation::finish(SequenceId id, int index, SimTime now) {
  Sequence& sequence = sequences_[id];
  const Member& member = members_[index];
  const SimTime overhead = member.replica->settings().request_overhead;
  const demand::Request request = std::move(sequence.request);
  const RequestTimes times{.ttft = sequence.first_token + overhead - request.arrival,
                           .e2e = now + overhead - request.arrival,
                           .output = request.output};
  const bool kept = keeps(objective(request), times);
  if (is_counted(request)) {
    outcome_.latency.add(times);
    if (fleet_.classes.size() > 1) {
      outcome_.classes[static_cast<std::size_t>(request.service_class)].latency.add(times);
    }
  }
  count(request, [&](RequestCounts& counts) {
    ++counts.completed;
    counts.kept += kept ? 1 : 0;
    counts.output_tokens += request.output;
    counts.input_tokens += request.input;
  });
  if (settings_.recorder != nullptr) {
    settings_.recorder->ended({.number = sequence.number,
                               .pool = member.pool,
                               .replica = index - members_.first_of(member.pool),
                               .request = request,
                               .times = times,
                               .kept = kept,
                               .preemptions = sequence.preemptions});
  }
  if (settings_.progress && outcome_.counts.completed % 65'536 == 0 &&
      settings_.requests_expected > 0) {
    tell(settings_.progress, "serving",
         std::min(1.0, static_cast<double>(outcome_.counts.completed) /
                           static_cast<double>(settings_.requests_expected)));
  }
  sequence.attempt = 0;
  sequences_.remove(id);
  follow(request, now + overhead);
}

void Simulation::end_transfer(SimTime now) {
  const KvLink::Ended ended = link_->end(now);
  Sequence& sequence = sequences_[ended.id];
  if (sequence.attempt != ended.attempt) return;  // A failure came between.
  const int sender = std::exchange(sequence.sender, -1);
  // The first token came with the prompt; it is shown when the decode replica goes on from it.
  members_[sender].replica->release_held(ended.id, now);
  refresh(sender);
  members_[sequence.replica].replica->receive(ended.id, now);
  refresh(sequence.replica);
  end_drain_if_empty(sender, now);
}

}  // namespace offtake::serve
