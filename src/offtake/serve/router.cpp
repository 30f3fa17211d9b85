#include "offtake/serve/router.hpp"

#include <tuple>

namespace offtake::serve {
namespace {

double load(const Candidate& candidate) {
  return static_cast<double>(candidate.replica->outstanding()) / candidate.pool->weight;
}

/// The candidate whose `key` is least; of those that can hold the request.
template <class Key>
std::optional<std::size_t> least(const demand::Request& request,
                                 std::span<const Candidate> candidates, Key key) {
  std::optional<std::size_t> best;
  decltype(key(candidates.front())) best_key{};
  for (std::size_t place = 0; place < candidates.size(); ++place) {
    if (!candidates[place].replica->can_hold(request)) continue;
    const auto its_key = key(candidates[place]);
    if (best && !(its_key < best_key)) continue;
    best = place;
    best_key = its_key;
  }
  return best;
}

}  // namespace

ExpectedService expected_service(const Replica& replica, const demand::Request& request,
                                 SimTime now) {
  const std::int64_t tokens =
      replica.prompt_tokens_queued() + request.input - replica.matched_tokens(request);
  const SimTime overhead = replica.settings().request_overhead;
  return {.ttft = SimTime{tokens * replica.prompt_token_time() / 1000} + overhead,
          .tpot = SimTime{replica.decode_step_with(request, now) / 1000}};
}

bool keeps(const ServiceObjective& objective, const ExpectedService& service) {
  return (!objective.ttft || service.ttft <= *objective.ttft) &&
         (!objective.tpot || service.tpot <= *objective.tpot);
}

std::optional<std::size_t> Router::next_in_turn(const demand::Request& request,
                                                std::span<const Candidate> candidates) {
  for (std::size_t tried = 0; tried < candidates.size(); ++tried) {
    const std::size_t place = turns_++ % candidates.size();
    if (candidates[place].replica->can_hold(request)) return place;
  }
  return std::nullopt;
}

std::optional<std::size_t> Router::less_loaded_of_two(const demand::Request& request,
                                                      std::span<const Candidate> candidates) {
  const std::size_t first = random_.below(candidates.size());
  std::size_t second = first;
  if (candidates.size() > 1) {
    second = random_.below(candidates.size() - 1);
    if (second >= first) ++second;
  }
  const bool holds_first = candidates[first].replica->can_hold(request);
  const bool holds_second = candidates[second].replica->can_hold(request);
  if (holds_first && holds_second) {
    return load(candidates[second]) < load(candidates[first]) ? second : first;
  }
  if (holds_first || holds_second) return holds_first ? first : second;
  return least(request, candidates, load);
}

std::optional<std::size_t> Router::choose(const demand::Request& request,
                                          const ServiceObjective& objective,
                                          std::span<const Candidate> candidates, SimTime now) {
  if (candidates.empty()) return std::nullopt;
  const auto soonest = [&](const Candidate& candidate) {
    return std::tuple(expected_service(*candidate.replica, request, now).ttft, load(candidate));
  };
  // Those that look to keep the objective first, by `rank`; the others by how soon they begin.
  const auto promising = [&](const auto& rank) {
    return least(request, candidates, [&](const Candidate& candidate) {
      const ExpectedService service = expected_service(*candidate.replica, request, now);
      const bool kept = keeps(objective, service);
      return std::tuple(!kept, kept ? rank(candidate) : seconds(service.ttft).base_units(),
                        load(candidate));
    });
  };
  switch (routing_) {
    case Routing::kRoundRobin:
      return next_in_turn(request, candidates);
    case Routing::kLeastLoaded:
      return least(request, candidates, load);
    case Routing::kPowerOfTwo:
      return less_loaded_of_two(request, candidates);
    case Routing::kPrefixAware:
      return least(request, candidates, soonest);
    case Routing::kSloAware:
      return promising(load);
    case Routing::kCostAware:
      return promising([](const Candidate& candidate) {
        return candidate.pool->price.base_units() / candidate.pool->weight;
      });
  }
  return std::nullopt;
}

}  // namespace offtake::serve
