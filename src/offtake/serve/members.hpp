#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "offtake/serve/fleet.hpp"
#include "offtake/serve/replica.hpp"
#include "offtake/serve/router.hpp"
#include "offtake/serve/run_outcome.hpp"

namespace offtake::serve {

enum class MemberState {
  kOff,       ///< Not rented.
  kStarting,  ///< Rented, not yet serving.
  kServing,
  kDraining,  ///< Ends what it has and takes no more.
  kDown,      ///< Failed, or in maintenance.
};

/// A replica of the fleet and what is known of it beside its work.
struct Member {
  std::unique_ptr<Replica> replica;
  int pool = 0;
  MemberState state = MemberState::kOff;
  bool maintenance_due = false;  ///< Once drained; otherwise it then leaves.
  SimTime maintenance;           ///< How long that takes.
  std::int64_t spell = 0;        ///< Counts its changes of state.
  SimTime since;                 ///< Of its state, or the end of the warm-up.
};

/// All replicas that a fleet has or may add, and the time that each spends in which state.
class Members {
 public:
  /// Replicas that are rented at the start serve from time zero. `sequences` and `outcome`, which
  /// gets a pool for each of the fleet's, outlive this.
  Members(const Fleet& fleet, SequenceTable& sequences, RunOutcome& outcome, std::uint64_t seed);

  int count() const { return static_cast<int>(members_.size()); }
  Member& operator[](int index) { return members_[static_cast<std::size_t>(index)]; }
  const Pool& pool_of(const Member& member) const {
    return fleet_.pools[static_cast<std::size_t>(member.pool)];
  }
  /// Indices of the members of a pool: consecutive.
  int first_of(int pool) const { return first_[static_cast<std::size_t>(pool)]; }
  int end_of(int pool) const { return first_[static_cast<std::size_t>(pool) + 1]; }
  int count_in(int pool, MemberState state) const;

  void change(int index, MemberState state, SimTime now);
  /// Those that serve and take new requests; those of them that need no other replica to end one;
  /// and those that take caches from prefill replicas.
  std::span<const Candidate> entrances() const { return entrances_; }
  std::span<const Candidate> complete() const { return complete_; }
  std::span<const Candidate> decoders() const { return decoders_; }
  /// Counts begin anew.
  void end_warm_up(SimTime now);
  /// Adds the time up to now.
  void settle(SimTime now);

 private:
  void account(Member& member, SimTime now);
  void list_candidates();

  const Fleet& fleet_;
  RunOutcome& outcome_;
  std::vector<Member> members_;
  std::vector<int> first_;
  std::vector<Candidate> entrances_;
  std::vector<Candidate> complete_;
  std::vector<Candidate> decoders_;
};

}  // namespace offtake::serve
