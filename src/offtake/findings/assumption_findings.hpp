#pragma once

#include <vector>

#include "offtake/book/book.hpp"
#include "offtake/report/assumption_section.hpp"
#include "offtake/report/check_section.hpp"
#include "offtake/report/run_section.hpp"
#include "offtake/stress/stress_answer.hpp"
#include "offtake/study/reading_effects.hpp"
#include "offtake/study/sensitivity.hpp"
#include "offtake/study/yield_table.hpp"

namespace offtake::findings {

/// Every marked figure of the book and every predicted yield, with its band, source and swing.
report::AssumptionSection assumption_section(const book::Book& book,
                                             const study::YieldTable& yields,
                                             const study::Sensitivity& sensitivity);

/// The figures that move the plan's expected cost most, and among them the questions that no source
/// settles, from the answer that costs least to the one that costs most; `readings` may be null.
report::TornadoSection plan_tornado(const study::Sensitivity& sensitivity,
                                    const study::ReadingEffects* readings);

/// The inputs that move the minimum raise most.
report::TornadoSection raise_tornado(const stress::StressAnswer& answer);

/// What the book leaves out on purpose, as notes.
std::vector<report::Note> left_out_notes(const book::Book& book);

}  // namespace offtake::findings
