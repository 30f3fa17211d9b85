#include "offtake/fleet/serving_names.hpp"

#include <algorithm>

namespace offtake::fleet {
namespace {

template <class E, std::size_t N>
std::optional<E> parse(std::string_view name, const std::array<yaml::Choice<E>, N>& choices) {
  const auto found = std::ranges::find(choices, name, &yaml::Choice<E>::name);
  if (found == choices.end()) return std::nullopt;
  return found->value;
}

}  // namespace

std::optional<serve::Routing> parse_routing(std::string_view name) {
  return parse(name, kRoutings);
}

std::optional<serve::Batching> parse_batching(std::string_view name) {
  return parse(name, kBatchings);
}

std::optional<serve::Role> parse_role(std::string_view name) { return parse(name, kRoles); }

std::optional<serve::Preemption> parse_preemption(std::string_view name) {
  return parse(name, kPreemptions);
}

}  // namespace offtake::fleet
