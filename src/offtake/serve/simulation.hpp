#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <queue>
#include <vector>

#include "offtake/base/random_stream.hpp"
#include "offtake/serve/members.hpp"
#include "offtake/serve/replica_clock.hpp"
#include "offtake/serve/router.hpp"
#include "offtake/serve/simulate.hpp"

namespace offtake::serve {

/// What is scheduled for a time, beside arrivals, transfers and ends of steps.
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

/// One run of a fleet: see simulate(). Once.
class Simulation {
 public:
  Simulation(const Fleet& fleet, demand::RequestSource& source, const RunSettings& settings);

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

}  // namespace offtake::serve
