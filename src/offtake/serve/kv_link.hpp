#pragma once

#include <cstdint>
#include <queue>
#include <vector>

#include "offtake/serve/sequence.hpp"
#include "offtake/units/quantity.hpp"
#include "offtake/units/sim_time.hpp"

namespace offtake::serve {

/// The network between prefill and decode replicas: all that move at once share it alike, and none
/// is faster than one replica can send.
struct LinkSettings {
  Bandwidth shared;   ///< Of all transfers together.
  Bandwidth of_one;   ///< At most, of each.
  Bytes token;        ///< A token's cache.
  SimTime handshake;  ///< Of each transfer, before it begins.
};

/// Transfers in progress. All have the same rate at any time, so each ends when what any one would
/// have sent since the beginning of time has grown by its size: a transfer that begins or ends
/// changes how fast that grows and no other figure.
/// Source: processor sharing by virtual time, as in Demers, Keshav, Shenker, "Analysis and
/// simulation of a fair queueing algorithm", SIGCOMM 1989.
class KvLink {
 public:
  explicit KvLink(const LinkSettings& settings) : settings_(settings) {}

  const LinkSettings& settings() const { return settings_; }
  /// Begins to move the cache of `tokens` tokens.
  void begin(SequenceId id, std::int64_t attempt, std::int64_t tokens, SimTime now);
  /// When the next one ends; kNever when there is none.
  SimTime next_event() const;

  struct Ended {
    SequenceId id;
    std::int64_t attempt;  ///< As given to begin().
  };
  /// The one that ends at next_event().
  Ended end(SimTime now);
  double bytes_moved() const { return moved_; }

 private:
  struct Transfer {
    double finish;  ///< In virtual bytes.
    std::int64_t order;
    Ended what;
    double bytes;
    bool operator>(const Transfer& other) const {
      return finish != other.finish ? finish > other.finish : order > other.order;
    }
  };

  double rate() const;  ///< Of each transfer, bytes a second.
  void advance(SimTime now);

  LinkSettings settings_;
  std::priority_queue<Transfer, std::vector<Transfer>, std::greater<>> transfers_;
  double virtual_bytes_ = 0.0;
  SimTime updated_;
  std::int64_t begun_ = 0;
  double moved_ = 0.0;
};

}  // namespace offtake::serve
