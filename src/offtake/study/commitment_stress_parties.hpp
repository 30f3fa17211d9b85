#pragma once

#include <optional>
#include <string>

#include "offtake/book/book.hpp"
#include "offtake/stress/stress_problem.hpp"

namespace offtake::study {

/// Where a party of the book stands in the problem; a supplier counts as the party it belongs to.
/// None for the buyer, "market" and names that are no party.
std::optional<std::size_t> party_index(const book::Book& book, const stress::StressProblem& problem,
                                       const std::string& name);

/// Fills in the parties, what they owe one another, backstops and stakes. Liquidity counts what a
/// hurried sale of assets brings. Stocks of debt without a date are refinanced while funding goes
/// on, and stay owed beyond the horizon.
void add_parties(const book::Book& book, stress::StressProblem& problem);

}  // namespace offtake::study
