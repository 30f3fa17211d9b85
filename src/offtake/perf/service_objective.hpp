#pragma once

#include <optional>

#include "offtake/units/quantity.hpp"

namespace offtake::perf {

/// What users are promised; a bound that is absent does not bind.
struct ServiceObjective {
  std::optional<Seconds> ttft_p99;
  std::optional<Seconds> tpot_p99;

  constexpr bool met(Seconds ttft, Seconds tpot) const {
    return (!ttft_p99 || ttft <= *ttft_p99) && (!tpot_p99 || tpot <= *tpot_p99);
  }
};

}  // namespace offtake::perf
