#pragma once

#include <map>
#include <optional>
#include <string>

#include "offtake/book/book.hpp"
#include "offtake/report/check_section.hpp"
#include "offtake/study/envelope.hpp"

namespace offtake::findings {

/// The book's checks beside our figures; absent when the book has none.
std::optional<report::CheckSection> check_section(
    const book::Book& book, const std::map<std::string, study::EnvelopeFigure>& figures);

}  // namespace offtake::findings
