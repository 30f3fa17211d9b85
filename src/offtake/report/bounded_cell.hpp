#pragma once

#include "offtake/report/figure_text.hpp"
#include "offtake/report/markup.hpp"
#include "offtake/report/number_text.hpp"

namespace offtake::report {

/// The middle of proven bounds, and the bounds where they differ at the printed digits.
Cell bounded_cell(const Estimate& usd, const MoneyUnit& unit);

}  // namespace offtake::report
