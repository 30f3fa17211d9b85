#include "offtake/serve/simulate.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <utility>

#include "offtake/base/expects.hpp"
#include "offtake/serve/simulation.hpp"

namespace offtake::serve {
namespace {

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

}  // namespace

Simulation::Simulation(const Fleet& fleet, demand::RequestSource& source,
                       const RunSettings& settings)
    : fleet_(fleet),
      source_(source),
      settings_(settings),
      levels_(levels(fleet.classes)),
      members_(fleet, sequences_, outcome_, settings.seed),
      clock_(members_.count()),
      router_(fleet.routing, settings.seed),
      decode_router_(fleet.routing == Routing::kPrefixAware ? Routing::kLeastLoaded : fleet.routing,
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

RunOutcome simulate(const Fleet& fleet, demand::RequestSource& source,
                    const RunSettings& settings) {
  expects(!fleet.pools.empty() && !fleet.classes.empty(), "a fleet has a pool and a class");
  return Simulation(fleet, source, settings).run();
}

}  // namespace offtake::serve
