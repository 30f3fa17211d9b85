#pragma once

#include <vector>

#include "offtake/book/book.hpp"
#include "offtake/report/assumption_section.hpp"
#include "offtake/report/check_section.hpp"
#include "offtake/report/run_section.hpp"
#include "offtake/stress/stress_answer.hpp"
#include "offtake/study/sensitivity.hpp"
#include "offtake/study/yield_table.hpp"

namespace offtake::findings {

/// Every marked figure of the book and every predicted yield, with its band, source and swing.
report::AssumptionSection assumption_section(const book::Book& book,
                                             const study::YieldTable& yields,
                                             const study::Sensitivity& sensitivity);

/// The figures that move the plan's expected cost most.
report::TornadoSection plan_tornado(const study::Sensitivity& sensitivity);

/// The inputs that move the minimum raise most.
report::TornadoSection raise_tornado(const stress::StressAnswer& answer);

/// What the book leaves out on purpose, as notes.
std::vector<report::Note> left_out_notes(const book::Book& book);

}  // namespace offtake::findings
