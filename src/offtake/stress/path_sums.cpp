#include "offtake/stress/path_sums.hpp"

namespace offtake::stress {

PathSums::PathSums(const StressProblem& problem) {
  const auto quarters = static_cast<std::size_t>(problem.quarters);
  for (auto* sum : {&customers, &outside}) sum->assign(quarters, 0.0);
  equity_line.assign(problem.equity.size(), 0.0);
  for (auto* sum : {&equity, &paid}) sum->assign(problem.parties.size() * quarters, 0.0);
}

void PathSums::add(const PathSums& other) {
  const auto add_to = [](std::vector<double>& to, const std::vector<double>& from) {
    for (std::size_t i = 0; i < to.size(); ++i) to[i] += from[i];
  };
  add_to(customers, other.customers);
  add_to(outside, other.outside);
  add_to(equity_line, other.equity_line);
  add_to(equity, other.equity);
  add_to(paid, other.paid);
  cleared += other.cleared;
  gap += other.gap;
}

}  // namespace offtake::stress
