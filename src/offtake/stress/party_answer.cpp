#include "offtake/stress/party_answer.hpp"

#include <cmath>
#include <utility>

#include "offtake/stress/path_statistics.hpp"
#include "offtake/stress/who_can_fail.hpp"
#include "offtake/stress/year_ends.hpp"

namespace offtake::stress {

std::vector<PartyResult> party_results(const StressProblem& problem, const PathResults& paths) {
  std::vector<PartyResult> rows;
  const std::size_t count = problem.parties.size();
  const std::vector<CanFail> can_fail = who_can_fail(problem);
  for (std::size_t party = 0; party < count; ++party) {
    const auto of = [&](std::size_t path) -> const PartyOnPath& {
      return paths.parties[path * count + party];
    };
    PartyResult row{.name = problem.parties[party].name};
    row.default_by =
        by_year(problem, paths.count, [&](std::size_t path) { return of(path).default_quarter; });
    row.can_fail = can_fail[party];
    if (row.can_fail.while_buyer_pays) {
      row.default_by_end_buyer_alive = share_of_paths(paths.count, [&](std::size_t path) {
                                         return of(path).fails_with_buyer_alive;
                                       }).value;
    }
    row.default_by_end_as_priced =
        -std::expm1(-problem.parties[party].hazard * problem.quarters / 4.0);
    row.expected_loss = mean_of_paths(paths.count, [&](std::size_t path) { return of(path).loss; });
    row.expected_loss_gross =
        mean_of_paths(paths.count, [&](std::size_t path) { return of(path).loss_gross; });
    row.expected_stake_loss =
        mean_of_paths(paths.count, [&](std::size_t path) { return of(path).stake_loss; });
    std::vector<double> losses;
    for (std::size_t path = 0; path < paths.count; ++path) losses.push_back(of(path).loss);
    row.cvar = dollars(conditional_value_at_risk(std::move(losses), problem.settings.loss_level));
    rows.push_back(std::move(row));
  }
  return rows;
}

std::vector<LenderResult> lender_results(const StressProblem& problem, const PathResults& paths) {
  const std::size_t count = problem.debt.size();
  const double lost = 1.0 - problem.recovery_debt;
  std::vector<LenderResult> rows;
  for (std::size_t line = 0; line < count; ++line) {
    const auto owed = [&](std::size_t path) { return paths.owed_to_lenders[path * count + line]; };
    LenderResult row{.line = problem.debt[line].name};
    row.unpaid =
        share_of_paths(paths.count, [&](std::size_t path) { return owed(path) > 0.0; }).value;
    const Dollars mean = mean_of_paths(paths.count, owed);
    if (row.unpaid > 0.0) row.owed_at_default = mean / row.unpaid;
    row.expected_loss = lost * mean;
    std::vector<double> losses;
    for (std::size_t path = 0; path < paths.count; ++path) losses.push_back(lost * owed(path));
    row.cvar = dollars(conditional_value_at_risk(std::move(losses), problem.settings.loss_level));
    rows.push_back(std::move(row));
  }
  return rows;
}

std::vector<CommitmentResult> commitment_results(const StressProblem& problem,
                                                 const PathResults& paths) {
  std::vector<CommitmentResult> rows;
  const std::size_t count = problem.commitments.size();
  for (std::size_t k = 0; k < count; ++k) {
    const Commitment& terms = problem.commitments[k];
    const auto share = [&](PaymentOutcome outcome) {
      return share_of_paths(paths.count,
                            [&](std::size_t path) {
                              return paths.commitments[path * count + k].outcome == outcome;
                            })
          .value;
    };
    CommitmentResult row{.name = terms.name,
                         .supplier = problem.parties[terms.supplier].name,
                         .on_time = share(PaymentOutcome::kOnTime),
                         .late = share(PaymentOutcome::kLateOrLess),
                         .never = share(PaymentOutcome::kDefault)};
    row.expected_loss = mean_of_paths(
        paths.count, [&](std::size_t path) { return paths.commitments[path * count + k].loss; });
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace offtake::stress
