#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "offtake/base/parallel.hpp"
#include "offtake/contract/funding.hpp"
#include "offtake/stress/path_sums.hpp"
#include "offtake/stress/stress_problem.hpp"

namespace offtake::stress {

inline constexpr std::array kRoundRules{contract::RoundRule::kNone,
                                        contract::RoundRule::kListedLines,
                                        contract::RoundRule::kRounds, contract::RoundRule::kFree};

struct BuyerOnPath {
  std::size_t scenario = 0;
  int default_quarter = 0;  ///< The count of quarters if never.
  int first_shortfall = 0;
  bool on_time = false;  ///< Every bill of every commitment.
};

struct RuleOnPath {
  bool on_time = false;
  bool failed = false;
  double raised = 0.0;
};

struct PartyOnPath {
  int default_quarter = 0;
  bool fails_with_buyer_alive = false;
  double loss = 0.0;
  double loss_gross = 0.0;
  double stake_loss = 0.0;
};

enum class PaymentOutcome : unsigned char { kOnTime, kLateOrLess, kDefault };

struct CommitmentOnPath {
  PaymentOutcome outcome = PaymentOutcome::kOnTime;
  double loss = 0.0;
};

/// What is kept of each path, in dollars.
struct PathResults {
  std::size_t count = 0;
  std::size_t quarters = 0;
  std::vector<BuyerOnPath> buyer;
  std::vector<float> cash;  ///< [path * quarters + quarter]
  std::array<std::vector<RuleOnPath>, kRoundRules.size()> by_rule;
  std::vector<PartyOnPath> parties;           ///< [path * parties + party]
  std::vector<CommitmentOnPath> commitments;  ///< [path * commitments + commitment]
  std::vector<double> owed_to_lenders;        ///< [path * debt lines + line] when the buyer fails.
  PathSums sums;                              ///< Over all paths.

  double cash_at(std::size_t path, int quarter) const {
    return cash[path * quarters + static_cast<std::size_t>(quarter)];
  }
  double mean_of(double sum) const { return sum / static_cast<double>(count); }
  double mean_equity_of(std::size_t party, int quarter) const {
    return mean_of(sums.equity[party * quarters + static_cast<std::size_t>(quarter)]);
  }
  double mean_paid_to(std::size_t party, int quarter) const {
    return mean_of(sums.paid[party * quarters + static_cast<std::size_t>(quarter)]);
  }
};

/// Runs every path: the buyer by the problem's rule, the parties behind it where the buyer failed
/// or cut its bills, and the buyer by each other rule on the same draws.
PathResults run_paths(const StressProblem& problem, Parallelism threads);

}  // namespace offtake::stress
