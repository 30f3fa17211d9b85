#pragma once

#include <string>
#include <vector>

#include "offtake/api/request.hpp"
#include "offtake/book/book.hpp"

namespace offtake::api {

/// The user's moved figures, by path. Throws InputError when a path is given twice.
book::Overrides overrides_of(const std::vector<Setting>& settings);

/// The book with the user's moves. Throws InputError with all problems, also for a path that the
/// book does not have.
book::Book read_request_book(const InputFile& file, const book::Overrides& overrides);

/// Sixteen hexadecimal digits of a text (FNV-1a, 64 bits), to tell inputs apart.
std::string text_hash(const std::string& text);

}  // namespace offtake::api
