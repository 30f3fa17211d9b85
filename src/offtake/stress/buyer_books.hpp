#pragma once

#include <vector>

#include "offtake/stress/cash_position.hpp"

namespace offtake::stress {

/// A run under way: the answer so far and the quarter at hand.
struct BuyerModel::Books {
  const World& world;
  const BuyerChoice& choice;
  BuyerRun run;
  double cash = 0.0;               ///< After step 1, before bills.
  double open = 0.0;               ///< Open purchases of the quarter.
  double after = 0.0;              ///< What bills and open purchases leave.
  std::vector<double> due;         ///< [commitment] bills of the quarter itself, as still owed.
  std::vector<double> delayed;     ///< [commitment] of those, put off to the next.
  std::vector<bool> stepped_down;  ///< [commitment]
  std::vector<double> repaid;      ///< [debt line] in the quarter.
  double ratio = 1.0;              ///< Revenue over the base path's.
  int last_round = -1'000'000;

  bool has(std::size_t commitment) const { return choice.without != commitment; }
  BuyerFlows& flows(int quarter) { return run.flows[static_cast<std::size_t>(quarter)]; }
};

}  // namespace offtake::stress
