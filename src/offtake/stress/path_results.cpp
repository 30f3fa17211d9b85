#include "offtake/stress/path_results.hpp"

#include <algorithm>

#include "offtake/stress/contagion.hpp"

namespace offtake::stress {
namespace {

bool all_on_time(const BuyerRun& run) {
  return !run.failed() && std::ranges::none_of(run.late, [](bool late) { return late; });
}

/// A commitment with nothing left to pay when the buyer fails was paid.
PaymentOutcome outcome_of(const StressProblem& problem, const BuyerRun& run, std::size_t k) {
  const int end = static_cast<int>(problem.commitments[k].bills.size());
  if (run.failed() && end > run.default_quarter) return PaymentOutcome::kDefault;
  return run.late[k] ? PaymentOutcome::kLateOrLess : PaymentOutcome::kOnTime;
}

/// A run in which the buyer pays every bill and share in full and takes no equity.
BuyerRun pays_by_hand(const BuyerModel& buyer) {
  const StressProblem& problem = buyer.problem();
  const auto quarters = static_cast<std::size_t>(problem.quarters);
  const std::size_t count = problem.commitments.size();
  BuyerRun run{.default_quarter = problem.quarters,
               .first_shortfall = problem.quarters,
               .cash = std::vector<double>(quarters, 0.0),
               .share_paid = std::vector<double>(quarters, 0.0),
               .kept = std::vector<double>(count, 1.0),
               .arrears = std::vector<double>(count, 0.0),
               .late = std::vector<bool>(count, false)};
  for (std::size_t k = 0; k < count; ++k) {
    for (int quarter = 0; quarter < problem.quarters; ++quarter) {
      run.paid.push_back(buyer.billed(k, quarter));
    }
  }
  return run;
}

class PathRunner {
 public:
  PathRunner(const StressProblem& problem, PathResults& results)
      : problem_(problem),
        results_(results),
        sampler_(problem),
        buyer_(problem),
        parties_(buyer_),
        alive_(pays_by_hand(buyer_)) {}

  void run(std::size_t path, PathSums& sums) const {
    const World world = sampler_.draw(path);
    for (std::size_t rule = 0; rule < kRoundRules.size(); ++rule) {
      const BuyerRun run = buyer_.run(world, {.rule = kRoundRules[rule]});
      results_.by_rule[rule][path] = {all_on_time(run), run.failed(), run.raised};
      if (kRoundRules[rule] != problem_.rounds.rule) continue;
      results_.buyer[path] = {.scenario = world.revenue.scenario,
                              .default_quarter = run.default_quarter,
                              .first_shortfall = run.first_shortfall,
                              .on_time = all_on_time(run)};
      keep_buyer(path, run, world.funding, sums);
      keep_parties(path, run, world.funding, sums);
    }
  }

 private:
  void keep_buyer(std::size_t path, const BuyerRun& run, const FundingDraw& world,
                  PathSums& sums) const {
    const auto quarters = static_cast<std::size_t>(problem_.quarters);
    for (std::size_t quarter = 0; quarter < quarters; ++quarter) {
      results_.cash[path * quarters + quarter] = static_cast<float>(run.cash[quarter]);
      sums.customers[quarter] += run.flows[quarter].customers;
      sums.outside[quarter] += run.flows[quarter].from_outside;
    }
    for (std::size_t line = 0; run.failed() && line < run.drawn.size(); ++line) {
      results_.owed_to_lenders[path * run.drawn.size() + line] = run.drawn[line];
    }
    for (std::size_t k = 0; k < problem_.commitments.size(); ++k) {
      const std::size_t supplier = problem_.commitments[k].supplier;
      for (std::size_t q = 0; q < quarters; ++q) {
        sums.paid[supplier * quarters + q] += run.paid[k * quarters + q];
      }
    }
    if (problem_.revenue_share_to) {
      for (std::size_t q = 0; q < quarters; ++q) {
        sums.paid[*problem_.revenue_share_to * quarters + q] += run.share_paid[q];
      }
    }
    for (std::size_t line = 0; line < problem_.equity.size(); ++line) {
      sums.equity_line[line] += run.equity_received[line];
    }
    if (problem_.rounds.rule == contract::RoundRule::kNone) return;
    for (std::size_t line = 0; line < problem_.equity.size(); ++line) {
      if (!problem_.equity[line].investor) continue;
      const std::size_t investor = *problem_.equity[line].investor;
      for (std::size_t q = 0; q < quarters && static_cast<int>(q) <= run.default_quarter; ++q) {
        sums.equity[investor * quarters + q] += world.equity[line * quarters + q];
      }
    }
  }

  bool own_trouble(const FundingDraw& world) const {
    for (std::size_t party = 0; party < problem_.parties.size(); ++party) {
      if (world.fails_in[party] < problem_.quarters || problem_.parties[party].funding) return true;
    }
    return false;
  }

  void keep_parties(std::size_t path, const BuyerRun& run, const FundingDraw& world,
                    PathSums& sums) const {
    const std::size_t count = problem_.parties.size();
    const std::size_t commitments = problem_.commitments.size();
    for (std::size_t k = 0; k < commitments; ++k) {
      results_.commitments[path * commitments + k].outcome = outcome_of(problem_, run, k);
    }
    for (std::size_t party = 0; party < count; ++party) {
      results_.parties[path * count + party].default_quarter = problem_.quarters;
    }
    const bool troubled = own_trouble(world);
    if (!run.failed() && !run.renegotiated_in && !troubled) return;
    const bool equity_taken = problem_.rounds.rule != contract::RoundRule::kNone;
    const PartyRun after = parties_.run(run, world, equity_taken);
    for (std::size_t party = 0; party < count; ++party) {
      results_.parties[path * count + party] = {.default_quarter = after.default_quarter[party],
                                                .loss = after.loss[party],
                                                .loss_gross = after.loss_gross[party],
                                                .stake_loss = after.stake_loss[party]};
    }
    for (std::size_t k = 0; k < commitments; ++k) {
      results_.commitments[path * commitments + k].loss = after.contract_loss[k];
    }
    sums.cleared += after.cleared;
    sums.gap += after.gap;
    if (!troubled) return;
    const PartyRun without = parties_.run(alive_, world, false);
    for (std::size_t party = 0; party < count; ++party) {
      results_.parties[path * count + party].fails_with_buyer_alive =
          without.default_quarter[party] < problem_.quarters;
    }
  }

  const StressProblem& problem_;
  PathResults& results_;
  WorldSampler sampler_;
  BuyerModel buyer_;
  PartyModel parties_;
  BuyerRun alive_;
};

}  // namespace

PathResults run_paths(const StressProblem& problem, Parallelism threads) {
  constexpr std::size_t kBlock = 256;
  const std::size_t paths = problem.settings.paths;
  const auto quarters = static_cast<std::size_t>(problem.quarters);
  PathResults results{.count = paths, .quarters = quarters, .sums = PathSums(problem)};
  results.buyer.resize(paths);
  results.cash.resize(paths * quarters);
  for (auto& rows : results.by_rule) rows.resize(paths);
  results.parties.resize(paths * problem.parties.size());
  results.commitments.resize(paths * problem.commitments.size());
  results.owed_to_lenders.resize(paths * problem.debt.size());

  const PathRunner runner(problem, results);
  const std::size_t blocks = (paths + kBlock - 1) / kBlock;
  std::vector<PathSums> sums(blocks, PathSums(problem));
  for_each_index(blocks, threads, [&](std::size_t block) {
    const std::size_t end = std::min(paths, (block + 1) * kBlock);
    for (std::size_t path = block * kBlock; path < end; ++path) runner.run(path, sums[block]);
  });
  for (const PathSums& block : sums) results.sums.add(block);
  return results;
}

}  // namespace offtake::stress
