#pragma once

#include <vector>

#include "offtake/stress/contagion.hpp"

namespace offtake::stress {

/// A run under way.
struct PartyModel::Books {
  const BuyerRun& buyer;
  const FundingDraw& world;
  bool equity_taken;
  PartyRun run;
  std::vector<double> cash;      ///< [party] below zero: costs not yet paid.
  std::vector<double> backstop;  ///< [backstop] left of its cap.

  std::vector<int> gone_from;  ///< [party] first quarter in which it takes no part.

  bool alive(std::size_t party, int quarter) const { return quarter < gone_from[party]; }
  PartyFlows& flows(int quarter) { return run.flows[static_cast<std::size_t>(quarter)]; }
};

}  // namespace offtake::stress
