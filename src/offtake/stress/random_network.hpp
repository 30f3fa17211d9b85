#pragma once

#include <rapidcheck.h>

#include <cmath>
#include <utility>
#include <vector>

#include "offtake/stress/clearing.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::stress::testing {

using namespace offtake::literals;

struct Case {
  LiabilityNetwork network;
  std::vector<Dollars> cash;
};

inline double unit() { return *rc::gen::inRange(0, 1001) / 1000.0; }

/// A random network with layers, holdings of equity and costs of default, as asked.
struct Kind {
  std::size_t layers = 1;
  bool equity = false;
  bool costs = false;
  bool guarantees = false;
};

inline Case random_case(Kind kind) {
  Case made;
  const auto parties = static_cast<std::size_t>(*rc::gen::inRange(2, 9));
  made.network.parties = parties;
  for (std::size_t i = 0; i < parties; ++i) {
    made.cash.push_back(unit() * unit() * 10.0_USD);
    if (unit() < 0.7) {
      made.network.debts.push_back(
          {i, std::nullopt, static_cast<std::size_t>(*rc::gen::inRange(0, 1000)) % kind.layers,
           unit() * 6.0_USD});
    }
    for (std::size_t j = 0; j < parties; ++j) {
      if (i == j) continue;
      const auto layer = static_cast<std::size_t>(*rc::gen::inRange(0, 1000)) % kind.layers;
      if (unit() < 0.5) made.network.debts.push_back({i, j, layer, unit() * 5.0_USD});
      if (kind.equity && unit() < 0.4) {
        made.network.equity_links.push_back({j, i, 0.99 * unit() / static_cast<double>(parties)});
      }
    }
    if (kind.costs) made.network.recovery.push_back({unit(), unit()});
    if (kind.guarantees && parties > 2) {
      made.network.guarantees.push_back(
          {i, (i + 1) % parties, (i + 2) % parties, unit() * 3.0_USD});
    }
  }
  return made;
}

inline ClearingVector cleared(const Case& made, Equilibrium equilibrium) {
  auto result = ClearingSystem(made.network).clear(made.cash, equilibrium);
  RC_ASSERT(result.has_value());
  return std::move(*result);
}

inline bool close(Dollars a, Dollars b) { return std::abs((a - b).in(1.0_USD)) < 1e-8; }

inline bool at_least(const std::vector<Dollars>& more, const std::vector<Dollars>& less) {
  for (std::size_t i = 0; i < more.size(); ++i) {
    if (more[i] < less[i] - 1e-8_USD) return false;
  }
  return true;
}

}  // namespace offtake::stress::testing
