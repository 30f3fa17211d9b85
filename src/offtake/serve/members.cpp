#include "offtake/serve/members.hpp"

#include <algorithm>
#include <set>

#include "offtake/base/expects.hpp"

namespace offtake::serve {
namespace {

int levels_of(const std::vector<ServiceClass>& classes) {
  std::set<int> priorities;
  for (const ServiceClass& service : classes) priorities.insert(service.priority);
  return std::max(1, static_cast<int>(priorities.size()));
}

}  // namespace

Members::Members(const Fleet& fleet, SequenceTable& sequences, RunOutcome& outcome,
                 std::uint64_t seed)
    : fleet_(fleet), outcome_(outcome) {
  const int levels = levels_of(fleet.classes);
  outcome.pools.resize(fleet.pools.size());
  for (std::size_t p = 0; p < fleet.pools.size(); ++p) {
    const Pool& pool = fleet.pools[p];
    outcome.pools[p].name = pool.name;
    first_.push_back(count());
    const int most =
        pool.scaling ? std::max(pool.replicas, pool.scaling->replicas_max) : pool.replicas;
    for (int r = 0; r < most; ++r) {
      ReplicaSettings settings = pool.replica;
      settings.seed = seed;
      members_.push_back({.replica = std::make_unique<Replica>(settings, levels, sequences,
                                                               outcome.pools[p].tally),
                          .pool = static_cast<int>(p),
                          .state = r < pool.replicas ? MemberState::kServing : MemberState::kOff});
    }
    outcome.pools[p].replicas_most = pool.replicas;
  }
  first_.push_back(count());
  list_candidates();
}

int Members::count_in(int pool, MemberState state) const {
  return static_cast<int>(
      std::count_if(members_.begin() + first_of(pool), members_.begin() + end_of(pool),
                    [state](const Member& member) { return member.state == state; }));
}

void Members::account(Member& member, SimTime now) {
  PoolOutcome& pool = outcome_.pools[static_cast<std::size_t>(member.pool)];
  const SimTime spent = now - member.since;
  member.since = now;
  if (member.state == MemberState::kOff) return;
  pool.rented += spent;
  if (member.state == MemberState::kServing || member.state == MemberState::kDraining) {
    pool.in_service += spent;
  }
}

void Members::change(int index, MemberState state, SimTime now) {
  Member& member = (*this)[index];
  account(member, now);
  member.state = state;
  ++member.spell;
  PoolOutcome& pool = outcome_.pools[static_cast<std::size_t>(member.pool)];
  const int rented =
      end_of(member.pool) - first_of(member.pool) - count_in(member.pool, MemberState::kOff);
  pool.replicas_most = std::max(pool.replicas_most, rented);
  list_candidates();
}

void Members::list_candidates() {
  entrances_.clear();
  complete_.clear();
  decoders_.clear();
  for (int index = 0; index < count(); ++index) {
    const Member& member = (*this)[index];
    if (member.state != MemberState::kServing) continue;
    const Pool& pool = pool_of(member);
    const Candidate candidate{.replica = member.replica.get(), .pool = &pool, .index = index};
    if (pool.replica.role == Role::kDecode) {
      decoders_.push_back(candidate);
      continue;
    }
    entrances_.push_back(candidate);
    if (pool.replica.role == Role::kBoth) complete_.push_back(candidate);
  }
}

void Members::end_warm_up(SimTime now) {
  settle(now);
  for (PoolOutcome& pool : outcome_.pools) {
    pool.tally = {};
    pool.in_service = pool.rented = {};
    pool.failures = 0;
  }
}

void Members::settle(SimTime now) {
  for (Member& member : members_) account(member, now);
}

}  // namespace offtake::serve
