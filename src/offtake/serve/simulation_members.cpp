#include <algorithm>
#include <cmath>

#include "offtake/serve/simulation.hpp"

/// How replicas of a fleet come, fail and go, and what is seen of them.
namespace offtake::serve {

void Simulation::begin_service(int index, SimTime now) {
  members_.change(index, MemberState::kServing, now);
  schedule_failure(index, now);
  route_homeless(now);
}

void Simulation::schedule_failure(int index, SimTime now) {
  const auto& mean = members_.pool_of(members_[index]).outages.mean_time_between_failures;
  if (!mean) return;
  const Seconds wait = failures_[static_cast<std::size_t>(index)].exponential() * seconds(*mean);
  if (wait >= seconds(kNever)) return;
  schedule(now + sim_time(wait), EventKind::kFailure, index, members_[index].spell);
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

}  // namespace offtake::serve
