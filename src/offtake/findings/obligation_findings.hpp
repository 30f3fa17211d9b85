#pragma once

#include "offtake/book/book.hpp"
#include "offtake/report/obligation_section.hpp"
#include "offtake/stress/stress_answer.hpp"

namespace offtake::findings {

/// Who owes whom and who holds whom: the book's contracts, edges, equity links, warrants and equity
/// lines, with each party's probability of default.
report::ObligationSection obligation_section(const book::Book& book,
                                             const stress::StressAnswer& answer);

}  // namespace offtake::findings
