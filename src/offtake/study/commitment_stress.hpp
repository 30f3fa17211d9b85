#pragma once

#include <map>
#include <string>
#include <vector>

#include "offtake/base/parallel.hpp"
#include "offtake/book/book.hpp"
#include "offtake/stress/monte_carlo.hpp"
#include "offtake/stress/stress_answer.hpp"
#include "offtake/stress/stress_problem.hpp"
#include "offtake/units/month.hpp"
#include "offtake/units/quantity.hpp"

namespace offtake::study {

/// What a plan adds to the signed contracts: payments of one new contract.
struct NewPayments {
  std::string name;
  std::string supplier;           ///< As the book's offers name it.
  std::vector<Dollars> by_month;  ///< From the book's start to the contract's end.
  double firm_share = 1.0;
  double gigawatts = 0.0;
};

/// A plan as stress sees it.
struct PlannedCommitments {
  std::vector<NewPayments> payments;
  std::vector<std::string> signed_names;  ///< Offers, groups and options taken: equity tied to them
                                          ///< counts.
  std::map<std::string, std::vector<Month>> tranches;  ///< Option held -> when each was taken.
};

/// Assumptions that a book does not state; the paths, hazards and haircuts stand in `settings`.
struct CommitmentStressAssumptions {
  stress::StressSettings settings;
  /// To turn a contract's largest year into power where it states none: a committed gigawatt-year
  /// of Nvidia systems costs 9 to 13 billion dollars.
  Dollars price_of_gigawatt_year = Dollars::in_base_units(11e9);
  bool open_purchases = true;  ///< Compute needed beyond what is signed is bought, and cut first.
};

/// A book, and what a plan adds, as a stress problem by quarter from the book's start to its
/// `stress_until`. Readings of the book that no source settles follow `book::Readings`. Site delays
/// are left out: the books' bills start late already, and a later bill would look like relief
/// without the revenue that is lost with it.
stress::StressProblem stress_problem(const book::Book& book, const PlannedCommitments& plan = {},
                                     const CommitmentStressAssumptions& assumptions = {});

/// The main inputs at either end of their range in the book, or of the range named here.
std::vector<stress::Variation> stress_variations(const book::Book& book,
                                                 const PlannedCommitments& plan,
                                                 const CommitmentStressAssumptions& assumptions);

/// Can everyone pay: the whole answer, with a tornado on the minimum raise.
stress::StressAnswer commitment_stress(const book::Book& book, const PlannedCommitments& plan,
                                       const CommitmentStressAssumptions& assumptions,
                                       Parallelism threads);

}  // namespace offtake::study
