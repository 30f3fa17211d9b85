#pragma once

#include <string>

#include "offtake/book/book.hpp"
#include "offtake/report/report_document.hpp"
#include "offtake/stress/stress_answer.hpp"
#include "offtake/study/access_value.hpp"
#include "offtake/study/buy_decision.hpp"
#include "offtake/study/reading_effects.hpp"
#include "offtake/study/sensitivity.hpp"
#include "offtake/study/yield_table.hpp"

namespace offtake::findings {

/// All results of one run on a book. What was not made is null.
struct DecisionResults {
  const book::Book* book = nullptr;
  const study::YieldTable* yields = nullptr;
  const study::BuyDecision* decision = nullptr;
  const study::AccessValue* access = nullptr;
  const study::Sensitivity* sensitivity = nullptr;
  const study::ReadingEffects* readings = nullptr;
  const stress::StressAnswer* stress = nullptr;
  report::RunSection run;  ///< Versions, hashes, commands: the caller knows them.
};

/// The report of a plan, with stress where it was run. Every title is made from the results here.
report::ReportDocument decision_report(const DecisionResults& results);

}  // namespace offtake::findings
