#pragma once

#include <vector>

#include "offtake/book/book.hpp"
#include "offtake/report/answer_section.hpp"
#include "offtake/report/run_section.hpp"
#include "offtake/stress/stress_answer.hpp"
#include "offtake/study/access_value.hpp"
#include "offtake/study/buy_decision.hpp"

namespace offtake::findings {

/// Title and first facts of the report.
report::Header header(const book::Book& book, const study::BuyDecision& decision);

/// The answer in a few lines: what to sign, what it costs, what each asked-for access is worth, and
/// whether it can be paid. Rows whose results are null are left out.
std::vector<report::AnswerRow> answer_rows(const book::Book& book,
                                           const study::BuyDecision& decision,
                                           const study::AccessValue* access,
                                           const stress::StressAnswer* stress);

}  // namespace offtake::findings
