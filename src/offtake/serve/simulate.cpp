#include "offtake/serve/simulate.hpp"

#include <algorithm>
#include <cmath>
#include <deque>
#include <map>
#include <optional>
#include <queue>
#include <utility>

#include "offtake/base/expects.hpp"
#include "offtake/base/random_stream.hpp"
#include "offtake/serve/members.hpp"
#include "offtake/serve/replica_clock.hpp"

namespace offtake::serve {
namespace {

enum class EventKind {
  kFollowUp,  ///< A request that an earlier one led to.
  kTransfer,  ///< Of a cache, begins after its handshake.
  kReady,     ///< A replica has started, or is repaired.
  kFailure,
  kMaintenance,
  kScaling,
  kSample,
  kWarmUpEnd,
};

struct Event {
  SimTime time;
  std::int64_t order = 0;  ///< In which events were scheduled.
  EventKind kind = EventKind::kSample;
  int index = 0;           ///< Of a replica, a pool, a follow-up's slot or a sequence.
  std::int64_t check = 0;  ///< Spell of the replica or attempt of the sequence that is meant.

  bool operator>(const Event& other) const {
    return time != other.time ? time > other.time : order > other.order;
  }
};

/// Level in waiting queues of each class: zero for the highest priority.
std::vector<int> levels(const std::vector<ServiceClass>& classes) {
  std::map<int, int, std::greater<>> by_priority;
  for (const ServiceClass& service : classes) by_priority[service.priority] = 0;
  int next = 0;
  for (auto& [priority, level] : by_priority) level = next++;
  std::vector<int> of_class;
  for (const ServiceClass& service : classes) of_class.push_back(by_priority[service.priority]);
  return of_class;
}

class Simulation {
 public:
  Simulation(const Fleet& fleet, demand::RequestSource& source, const RunSettings& settings)
      : fleet_(fleet),
        source_(source),
        settings_(settings),
        levels_(levels(fleet.classes)),
        members_(fleet, sequences_, outcome_, settings.seed),
        clock_(members_.count()),
        router_(fleet.routing, settings.seed),
        decode_router_(
            fleet.routing == Routing::kPrefixAware ? Routing::kLeastLoaded : fleet.routing,
            settings.seed + 1) {
    if (fleet.link) link_.emplace(*fleet.link);
    has_decoders_ = std::ranges::any_of(
        fleet.pools, [](const Pool& pool) { return pool.replica.role == Role::kDecode; });
    const bool foresees = fleet.routing == Routing::kPrefixAware ||
                          fleet.routing == Routing::kSloAware ||
                          fleet.routing == Routing::kCostAware || fleet.admission.refuse_late;
    looks_into_caches_ = foresees && std::ranges::any_of(fleet.pools, [](const Pool& pool) {
                           return pool.replica.prefix_blocks > 0;
                         });
    for (const ServiceClass& service : fleet.classes) {
      outcome_.classes.push_back({.name = service.name, .counts = {}, .latency = {}});
    }
    last_added_.assign(fleet.pools.size(), SimTime{});
    for (int index = 0; index < members_.count(); ++index) {
      failures_.emplace_back(settings.seed, "serve/failures", static_cast<std::uint64_t>(index));
    }
  }

  RunOutcome run();

 private:
  void schedule(SimTime time, EventKind kind, int index, std::int64_t check = 0) {
    events_.push(
        {.time = time, .order = scheduled_++, .kind = kind, .index = index, .check = check});
  }
  void schedule_at_start();
  void handle(const Event& event);

  void arrive(demand::Request request, SimTime now);
  bool can_hold(const demand::Request& request, Role role);
  bool can_serve(const demand::Request& request) {
    return can_hold(request, Role::kBoth) ||
           (can_hold(request, Role::kPrefill) && can_hold(request, Role::kDecode));
  }
  void follow(const demand::Request& ended, SimTime now);
  void route(SequenceId id, SimTime now);
  bool is_refused(const Sequence& sequence, const Candidate& candidate, SimTime now) const;
  void remove_refused(SequenceId id, SimTime now);
  void route_homeless(SimTime now);
  void record(int index, const StepRun& run);
  void settle(int index, SimTime now);
  void step(int index, SimTime now);
  void hand_over(SequenceId id, int sender, SimTime now);
  void finish(SequenceId id, int index, SimTime now);
  void end_transfer(SimTime now);

  void begin_service(int index, SimTime now);
  void schedule_failure(int index, SimTime now);
  void fail(int index, SimTime now);
  void restart(SequenceId id, int failed, SimTime now);
  void drain(int index, bool maintenance, SimTime duration, SimTime now);
  void end_drain_if_empty(int index, SimTime now);
  void maintain(int pool, const Maintenance& work, SimTime now);
  void scale(int pool, SimTime now);
  void sample(SimTime now);
  void end_warm_up(SimTime now);

  bool is_counted(const demand::Request& request) const {
    return request.arrival >= settings_.warm_up;
  }
  template <class Change>
  void count(const demand::Request& request, Change change) {
    if (!is_counted(request)) return;
    change(outcome_.counts);
    change(outcome_.classes[static_cast<std::size_t>(request.service_class)].counts);
    change(outcome_.minutes.at(request.arrival));
  }
  const ServiceObjective& objective(const demand::Request& request) const {
    return fleet_.classes[static_cast<std::size_t>(request.service_class)].objective;
  }
  void refresh(int index) { clock_.set(index, members_[index].replica->next_event()); }

  const Fleet& fleet_;
  demand::RequestSource& source_;
  const RunSettings& settings_;
  const std::vector<int> levels_;
  RunOutcome outcome_;
  SequenceTable sequences_;
  Members members_;
  ReplicaClock clock_;
  Router router_;
  Router decode_router_;
  std::optional<KvLink> link_;
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
  std::int64_t scheduled_ = 0;
  std::optional<demand::Request> pending_;  ///< The next arrival of the source.
  std::vector<demand::Request> follow_ups_;
  std::vector<int> free_follow_ups_;
  std::int64_t follow_ups_pending_ = 0;
  std::deque<SequenceId> homeless_;  ///< No replica that could take them serves.
  std::vector<RandomStream> failures_;
  std::vector<SimTime> last_added_;  ///< By pool.
  bool has_decoders_ = false;
  bool looks_into_caches_ = false;  ///< Of replicas, to route or to refuse requests.
  StepResults results_;
  std::int64_t requests_ = 0;
  std::int64_t attempts_ = 0;
  double samples_ = 0;  ///< Seconds that samples stand for.
};

RunOutcome Simulation::run() {
  schedule_at_start();
  pending_ = source_.next();
  SimTime now;
  while (pending_ || sequences_.live() > 0 || follow_ups_pending_ > 0) {
    const SimTime arrival = pending_ ? pending_->arrival : kNever;
    const SimTime event = events_.empty() ? kNever : events_.top().time;
    const SimTime transfer = link_ ? link_->next_event() : kNever;
    const SimTime step_end = clock_.time();
    const SimTime next = std::min({arrival, event, transfer, step_end});
    expects(next < kNever, "a fleet with work to do has something to happen");
    expects(next >= now, "time does not go back");
    now = next;
    ++outcome_.events;
    if (arrival == now) {
      demand::Request request = std::move(*pending_);
      pending_ = source_.next();
      arrive(std::move(request), now);
    } else if (event == now) {
      const Event due = events_.top();
      events_.pop();
      handle(due);
    } else if (transfer == now) {
      end_transfer(now);
    } else {
      step(clock_.earliest(), now);
    }
  }
  outcome_.begun = std::min(settings_.warm_up, now);
  outcome_.ended = now;
  members_.settle(now);
  for (int index = 0; index < members_.count(); ++index) {
    expects(members_[index].replica->is_clear(), "every block comes back to its cache");
  }
  for (std::size_t p = 0; p < fleet_.pools.size(); ++p) {
    PoolOutcome& pool = outcome_.pools[p];
    const Pool& terms = fleet_.pools[p];
    const Seconds busy = seconds(pool.tally.busy);
    pool.cost = seconds(pool.rented) * terms.price;
    pool.energy =
        seconds(pool.rented) * terms.power_idle + busy * (terms.power_busy - terms.power_idle);
    if (samples_ > 0) pool.cache_used /= samples_;
  }
  if (link_) outcome_.bytes_transferred = link_->bytes_moved();
  if (fleet_.classes.size() == 1) outcome_.classes.front().latency = outcome_.latency;
  return std::move(outcome_);
}

void Simulation::schedule_at_start() {
  schedule(SimTime{}, EventKind::kSample, 0);
  if (settings_.warm_up > SimTime{}) schedule(settings_.warm_up, EventKind::kWarmUpEnd, 0);
  for (std::size_t p = 0; p < fleet_.pools.size(); ++p) {
    const Pool& pool = fleet_.pools[p];
    const int index = static_cast<int>(p);
    if (pool.scaling) schedule(pool.scaling->interval, EventKind::kScaling, index);
    for (std::size_t m = 0; m < pool.outages.maintenance.size(); ++m) {
      schedule(pool.outages.maintenance[m].start, EventKind::kMaintenance, index,
               static_cast<std::int64_t>(m));
    }
  }
  for (int index = 0; index < members_.count(); ++index) {
    if (members_[index].state == MemberState::kServing) schedule_failure(index, SimTime{});
  }
}

void Simulation::handle(const Event& event) {
  const SimTime now = event.time;
  switch (event.kind) {
    case EventKind::kFollowUp: {
      demand::Request request = std::move(follow_ups_[static_cast<std::size_t>(event.index)]);
      free_follow_ups_.push_back(event.index);
      --follow_ups_pending_;
      arrive(std::move(request), now);
      return;
    }
    case EventKind::kTransfer: {
      const Sequence& sequence = sequences_[event.index];
      if (sequence.attempt == event.check) {
        link_->begin(event.index, event.check, sequence.prompt, now);
      }
      return;
    }
    case EventKind::kReady:
      if (members_[event.index].spell == event.check) begin_service(event.index, now);
      return;
    case EventKind::kFailure:
      if (members_[event.index].spell == event.check) fail(event.index, now);
      return;
    case EventKind::kMaintenance: {
      const Pool& pool = fleet_.pools[static_cast<std::size_t>(event.index)];
      maintain(event.index, pool.outages.maintenance[static_cast<std::size_t>(event.check)], now);
      return;
    }
    case EventKind::kScaling:
      scale(event.index, now);
      return;
    case EventKind::kSample:
      sample(now);
      return;
    case EventKind::kWarmUpEnd:
      end_warm_up(now);
      return;
  }
}

// --- Requests -----------------------------------------------------------------------------------

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

// --- Replicas that come and go ------------------------------------------------------------------

void Simulation::begin_service(int index, SimTime now) {
  members_.change(index, MemberState::kServing, now);
  schedule_failure(index, now);
  route_homeless(now);
}

void Simulation::schedule_failure(int index, SimTime now) {
  const auto& mean = members_.pool_of(members_[index]).outages.mean_time_between_failures;
  if (!mean) return;
  const double wait = failures_[static_cast<std::size_t>(index)].exponential();
  schedule(now + sim_time(wait * seconds(*mean)), EventKind::kFailure, index,
           members_[index].spell);
}

void Simulation::fail(int index, SimTime now) {
  Member& member = members_[index];
  ++outcome_.pools[static_cast<std::size_t>(member.pool)].failures;
  const std::vector<SequenceId> lost = member.replica->fail(now);
  refresh(index);
  members_.change(index, MemberState::kDown, now);
  schedule(now + members_.pool_of(member).outages.repair, EventKind::kReady, index, member.spell);
  for (const SequenceId id : lost) restart(id, index, now);
}

void Simulation::restart(SequenceId id, int failed, SimTime now) {
  Sequence& sequence = sequences_[id];
  if (sequence.sender == failed) {  // Its cache was here, and it may be expected elsewhere.
    std::erase(homeless_, id);
    if (sequence.replica != failed) {
      members_[sequence.replica].replica->forget(id, now);
      refresh(sequence.replica);
    }
  } else if (sequence.sender >= 0) {
    members_[sequence.sender].replica->release_held(id, now);
    refresh(sequence.sender);
  }
  ++outcome_.restarts;
  sequence.prompt = sequence.request.input;
  sequence.computed = sequence.generated = 0;
  sequence.sender = sequence.replica = -1;
  sequence.shown = false;
  sequence.room = {};
  sequence.attempt = ++attempts_;
  route(id, now);
}

void Simulation::drain(int index, bool maintenance, SimTime duration, SimTime now) {
  Member& member = members_[index];
  member.maintenance_due = maintenance;
  member.maintenance = duration;
  members_.change(index, MemberState::kDraining, now);
  for (const SequenceId id : member.replica->take_waiting()) route(id, now);
  refresh(index);
  end_drain_if_empty(index, now);
}

void Simulation::end_drain_if_empty(int index, SimTime now) {
  Member& member = members_[index];
  if (member.state != MemberState::kDraining || !member.replica->is_empty()) return;
  if (!member.maintenance_due) {
    members_.change(index, MemberState::kOff, now);
    return;
  }
  members_.change(index, MemberState::kDown, now);
  schedule(now + member.maintenance, EventKind::kReady, index, member.spell);
}

void Simulation::maintain(int pool, const Maintenance& work, SimTime now) {
  int left = work.replicas;
  for (int index = members_.first_of(pool); index < members_.end_of(pool) && left > 0; ++index) {
    if (members_[index].state != MemberState::kServing) continue;
    drain(index, true, work.duration, now);
    --left;
  }
}

void Simulation::scale(int pool, SimTime now) {
  const Autoscaling& scaling = *fleet_.pools[static_cast<std::size_t>(pool)].scaling;
  auto& last_added = last_added_[static_cast<std::size_t>(pool)];
  std::int64_t outstanding = static_cast<std::int64_t>(homeless_.size());
  for (int index = members_.first_of(pool); index < members_.end_of(pool); ++index) {
    outstanding += members_[index].replica->outstanding();
  }
  const int wanted = std::clamp(
      static_cast<int>(std::ceil(static_cast<double>(outstanding) / scaling.outstanding_target)),
      scaling.replicas_min, scaling.replicas_max);
  int have = members_.count_in(pool, MemberState::kServing) +
             members_.count_in(pool, MemberState::kStarting);
  for (int index = members_.first_of(pool); index < members_.end_of(pool) && have < wanted;
       ++index) {
    Member& member = members_[index];
    if (member.state == MemberState::kDraining && !member.maintenance_due) {
      begin_service(index, now);
    } else if (member.state == MemberState::kOff) {
      members_.change(index, MemberState::kStarting, now);
      schedule(now + scaling.start_up, EventKind::kReady, index, member.spell);
    } else {
      continue;
    }
    ++have;
    last_added = now;
  }
  if (now - last_added >= scaling.hold) {
    for (int index = members_.end_of(pool) - 1; index >= members_.first_of(pool) && have > wanted;
         --index) {
      if (members_[index].state != MemberState::kServing) continue;
      drain(index, false, {}, now);
      --have;
    }
  }
  schedule(now + scaling.interval, EventKind::kScaling, pool);
}

void Simulation::sample(SimTime now) {
  const SimTime period = outcome_.pools.front().occupancy.period();
  const double weight = seconds(period).base_units();  // Samples are rarer later on.
  for (std::size_t p = 0; p < fleet_.pools.size(); ++p) {
    Occupancy state{.samples = 1};
    std::int64_t used = 0;
    std::int64_t blocks = 0;
    for (int index = members_.first_of(static_cast<int>(p));
         index < members_.end_of(static_cast<int>(p)); ++index) {
      Member& member = members_[index];
      if (member.state != MemberState::kServing && member.state != MemberState::kDraining) continue;
      state.in_service += 1;
      state.waiting += static_cast<double>(member.replica->waiting());
      state.decoding += static_cast<double>(member.replica->decoding());
      settle(index, now);
      used += member.replica->blocks_used();
      blocks += member.replica->blocks();
    }
    if (blocks > 0) state.cache_used = static_cast<double>(used) / static_cast<double>(blocks);
    PoolOutcome& pool = outcome_.pools[p];
    pool.occupancy.at(now) += state;
    if (now >= settings_.warm_up) pool.cache_used += weight * state.cache_used;
  }
  if (now >= settings_.warm_up) samples_ += weight;
  schedule(now + period, EventKind::kSample, 0);
}

void Simulation::end_warm_up(SimTime now) { members_.end_warm_up(now); }

}  // namespace

RunOutcome simulate(const Fleet& fleet, demand::RequestSource& source,
                    const RunSettings& settings) {
  expects(!fleet.pools.empty() && !fleet.classes.empty(), "a fleet has a pool and a class");
  return Simulation(fleet, source, settings).run();
}

}  // namespace offtake::serve
