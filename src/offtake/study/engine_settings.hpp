#pragma once

#include "offtake/book/book.hpp"
#include "offtake/catalog/catalog.hpp"
#include "offtake/study/buy_decision_case.hpp"
#include "offtake/study/commitment_stress.hpp"
#include "offtake/study/training_rate.hpp"

namespace offtake::study {

// What the book's `assumptions` say, in the words of each engine.
PlannedTraining planned_training(const book::Book& book);
/// Tokens of training become operations by the models of `catalog`.
BuyDecisionAssumptions buy_decision_assumptions(const book::Book& book,
                                                const catalog::Catalog& catalog);
/// With the book's seed.
CommitmentStressAssumptions commitment_stress_assumptions(const book::Book& book);

}  // namespace offtake::study
