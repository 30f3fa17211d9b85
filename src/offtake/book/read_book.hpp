#pragma once

#include <string>
#include <string_view>

#include "offtake/book/assumption.hpp"
#include "offtake/book/book.hpp"

namespace offtake::book {

/// Reads a book from its text; `file` is the name to give in messages. `overrides` replace single
/// figures first, so that the same book can be read with one assumption moved. Throws InputError
/// that lists every problem: what cannot be read, unknown keys, names that mean nothing, sums,
/// probabilities and ranges that do not hold.
Book read_book(std::string_view text, std::string file, const Overrides& overrides = {});

}  // namespace offtake::book
