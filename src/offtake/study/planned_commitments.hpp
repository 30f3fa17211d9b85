#pragma once

#include "offtake/book/book.hpp"
#include "offtake/study/buy_decision.hpp"
#include "offtake/study/commitment_stress.hpp"

namespace offtake::study {

/// What a plan signs, as payments that stress can add to the book's: the mean over the plan's
/// scenarios of each offer and option taken, even over the months of a period. What is bought by
/// the hour or in a later market is not a commitment and is left out. The part of an offer that
/// must be taken is firm. Of an option the mean number of tranches, rounded, counts as taken at the
/// first date; equity that comes with them comes then.
PlannedCommitments planned_commitments(const book::Book& book, const BuyDecision& decision);

}  // namespace offtake::study
