#pragma once

#include "offtake/base/parallel.hpp"
#include "offtake/base/progress.hpp"
#include "offtake/book/book.hpp"
#include "offtake/catalog/catalog.hpp"
#include "offtake/study/training_rate.hpp"
#include "offtake/study/yield_table.hpp"

namespace offtake::study {

/// What the performance model says of every workload of `book` on every system that the book names
/// and the catalog can model; systems of which too little is published have no entry, and the plan
/// takes the book's own equivalent. Serving work is costed at its service objective on the best
/// deployment; training on the best layout of `training`; other compute at the share of the peak
/// that large matrix products sustain with the system's training stack.
/// Throws InputError when the book names a model or a system that nobody knows.
YieldTable book_yields(const book::Book& book, const catalog::Catalog& catalog,
                       const PlannedTraining& training, Parallelism parallelism,
                       const Progress& progress = {});

}  // namespace offtake::study
