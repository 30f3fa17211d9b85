#pragma once

#include <vector>

#include "offtake/book/assumption.hpp"
#include "offtake/yaml/document.hpp"

namespace offtake::book {

/// Every marked figure of a book, in the order of the file: each mapping with a `value`, and each
/// figure or month beside a `source` or `assume`, which then speaks for all figures next to it
/// (`{2026: 8e9 USD, 2027: 22e9 USD, assume: "..."}`) and in lists next to it.
std::vector<Assumption> marked_figures(const yaml::Document& document);

/// Replaces figures of `document`; see Overrides. A figure replaced by an explicit text loses its
/// range. Throws InputError that lists the paths that are not there, and the "low" or "high" of
/// figures that have none.
void apply(const Overrides& overrides, yaml::Document& document);

/// Problems with `source` entries that name nothing under the book's `sources`.
std::vector<Problem> unknown_sources(const yaml::Document& document);

}  // namespace offtake::book
