#pragma once

#include <map>
#include <string>

#include "offtake/book/book.hpp"
#include "offtake/stress/stress_answer.hpp"
#include "offtake/study/buy_decision.hpp"
#include "offtake/study/yield_table.hpp"

namespace offtake::study {

/// One of our figures under a name that a book's `checks` may use, in base units, and how it was
/// made.
struct EnvelopeFigure {
  double value = 0.0;
  std::string made_from;
};

/// Everything a book's `checks` can be held against: base-path sums (`revenue_run_rate`,
/// `inference_run_rate`, `power_at_start`, `compute_need_A_B`, `signed_A_B`, `open_A_B`,
/// `cash_flow_A_B` of years A to B), what is signed (`contracts_in_usd`, `firm_total`), the plan's
/// values of access (`value_of_trainium_...`), stress's sums (`funding_gap_B`, by year B on half of
/// the paths) and an enterprise's rates and prices. `stress` may be null.
std::map<std::string, EnvelopeFigure> envelope_figures(const book::Book& book,
                                                       const YieldTable& yields,
                                                       const BuyDecision& decision,
                                                       const stress::StressAnswer* stress);

}  // namespace offtake::study
