#pragma once

#include "offtake/book/book.hpp"
#include "offtake/report/cash_section.hpp"
#include "offtake/stress/stress_answer.hpp"

namespace offtake::findings {

/// Cash over time, and when it first runs out.
report::CashSection cash_section(const book::Book& book, const stress::StressAnswer& answer);

/// What must be raised, by the date to which it must last.
report::RaiseSection raise_section(const book::Book& book, const stress::StressAnswer& answer);

/// The same paths under four rules of who may raise money when.
report::FundingRuleSection funding_rule_section(const stress::StressAnswer& answer);

}  // namespace offtake::findings
