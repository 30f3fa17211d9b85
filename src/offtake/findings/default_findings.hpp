#pragma once

#include "offtake/book/book.hpp"
#include "offtake/report/contract_section.hpp"
#include "offtake/report/obligation_section.hpp"
#include "offtake/stress/stress_answer.hpp"

namespace offtake::findings {

/// Who fails by which year, and what is left of it without the buyer.
report::DefaultSection default_section(const book::Book& book, const stress::StressAnswer& answer);

/// Each commitment: on time, late or never.
report::CommitmentSection commitment_section(const stress::StressAnswer& answer);

/// What each party stands to lose.
report::PartyLossSection party_loss_section(const book::Book& book,
                                            const stress::StressAnswer& answer);

}  // namespace offtake::findings
