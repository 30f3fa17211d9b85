#include "offtake/stress/party_answer.hpp"

#include "offtake/stress/path_statistics.hpp"
#include "offtake/stress/year_ends.hpp"

namespace offtake::stress {

std::vector<PartyResult> party_results(const StressProblem& problem, const PathResults& paths) {
  std::vector<PartyResult> rows;
  const std::size_t count = problem.parties.size();
  for (std::size_t party = 0; party < count; ++party) {
    const auto of = [&](std::size_t path) -> const PartyOnPath& {
      return paths.parties[path * count + party];
    };
    PartyResult row{.name = problem.parties[party].name};
    row.default_by =
        by_year(problem, paths.count, [&](std::size_t path) { return of(path).default_quarter; });
    row.default_by_end_buyer_alive = share_of_paths(paths.count, [&](std::size_t path) {
                                       return of(path).fails_with_buyer_alive;
                                     }).value;
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
