#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "offtake/fidelity/validation.hpp"
#include "offtake/report/answer_section.hpp"
#include "offtake/report/validation_section.hpp"

namespace offtake::findings {

/// "TPOT" of "tpot_ms", "TTFT p99" of "ttft_ms p99": the metric in a sentence.
std::string metric_words(std::string_view metric);

/// Coverage, error and band, each in a sentence.
std::vector<report::AnswerRow> validation_answer(const fidelity::Validation& validation);

report::ValidationSection validation_section(const fidelity::Validation& validation);

}  // namespace offtake::findings
