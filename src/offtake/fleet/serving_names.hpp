#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "offtake/serve/fleet.hpp"
#include "offtake/yaml/object_reader.hpp"
#include "offtake/yaml/suggestion.hpp"

/// What a user calls the rules of serving, in a fleet's file and on the command line.
namespace offtake::fleet {

inline constexpr std::array kRoutings{
    yaml::Choice{"round-robin", serve::Routing::kRoundRobin},
    yaml::Choice{"least-loaded", serve::Routing::kLeastLoaded},
    yaml::Choice{"power-of-two", serve::Routing::kPowerOfTwo},
    yaml::Choice{"prefix-aware", serve::Routing::kPrefixAware},
    yaml::Choice{"slo-aware", serve::Routing::kSloAware},
    yaml::Choice{"cost-aware", serve::Routing::kCostAware},
};

inline constexpr std::array kBatchings{
    yaml::Choice{"chunked", serve::Batching::kChunked},
    yaml::Choice{"prompts-first", serve::Batching::kPromptsFirst},
    yaml::Choice{"static", serve::Batching::kStatic},
};

inline constexpr std::array kRoles{
    yaml::Choice{"both", serve::Role::kBoth},
    yaml::Choice{"prefill", serve::Role::kPrefill},
    yaml::Choice{"decode", serve::Role::kDecode},
};

inline constexpr std::array kPreemptions{
    yaml::Choice{"recompute", serve::Preemption::kRecompute},
    yaml::Choice{"swap", serve::Preemption::kSwap},
};

/// What is so named, or nothing.
std::optional<serve::Routing> parse_routing(std::string_view name);
std::optional<serve::Batching> parse_batching(std::string_view name);
std::optional<serve::Role> parse_role(std::string_view name);
std::optional<serve::Preemption> parse_preemption(std::string_view name);

/// All names of a rule for a message: "recompute" or "swap", in quotes.
template <class E, std::size_t N>
std::string names_of(const std::array<yaml::Choice<E>, N>& choices) {
  std::vector<std::string> names;
  for (const yaml::Choice<E>& choice : choices) names.emplace_back(choice.name);
  return yaml::one_of(names);
}

}  // namespace offtake::fleet
