#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "offtake/base/random_stream.hpp"
#include "offtake/serve/fleet.hpp"
#include "offtake/serve/replica.hpp"

namespace offtake::serve {

/// A replica as a router sees it.
struct Candidate {
  const Replica* replica;
  const Pool* pool;
  int index;
};

/// What a request can expect of a replica: its prompt after those before it, and a decode step with
/// it. Prompts that come later are not foreseen.
struct ExpectedService {
  SimTime ttft;
  SimTime tpot;
};

ExpectedService expected_service(const Replica& replica, const demand::Request& request,
                                 SimTime now);

/// Whether that keeps the limits of `objective`.
bool keeps(const ServiceObjective& objective, const ExpectedService& service);

/// Chooses replicas, one request after another.
class Router {
 public:
  Router(Routing routing, std::uint64_t seed)
      : routing_(routing), random_(seed, "serve/router", 0) {}

  /// Place in `candidates` of the replica that `request` goes to; nothing when none can hold it.
  std::optional<std::size_t> choose(const demand::Request& request,
                                    const ServiceObjective& objective,
                                    std::span<const Candidate> candidates, SimTime now);

 private:
  std::optional<std::size_t> next_in_turn(const demand::Request& request,
                                          std::span<const Candidate> candidates);
  std::optional<std::size_t> less_loaded_of_two(const demand::Request& request,
                                                std::span<const Candidate> candidates);

  Routing routing_;
  RandomStream random_;
  std::uint64_t turns_ = 0;
};

}  // namespace offtake::serve
