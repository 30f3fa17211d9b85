#pragma once

#include <vector>

#include "offtake/stress/path_results.hpp"
#include "offtake/stress/stress_answer.hpp"
#include "offtake/stress/stress_problem.hpp"

namespace offtake::stress {

/// What becomes of each party over the paths.
std::vector<PartyResult> party_results(const StressProblem& problem, const PathResults& paths);

/// What the lenders on each of the buyer's debt lines lose.
std::vector<LenderResult> lender_results(const StressProblem& problem, const PathResults& paths);

/// What becomes of each commitment; the raise without it is another question.
std::vector<CommitmentResult> commitment_results(const StressProblem& problem,
                                                 const PathResults& paths);

}  // namespace offtake::stress
