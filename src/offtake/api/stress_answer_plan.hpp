#pragma once

#include "offtake/api/request.hpp"
#include "offtake/book/book.hpp"
#include "offtake/study/commitment_stress.hpp"

namespace offtake::api {

/// What a plan signs, from the JSON that `plan` wrote for this book. Throws InputError with every
/// place where the file is not such a plan or does not fit the book.
study::PlannedCommitments read_plan(const InputFile& file, const book::Book& book);

}  // namespace offtake::api
