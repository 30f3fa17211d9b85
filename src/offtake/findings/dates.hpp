#pragma once

#include <string>

#include "offtake/units/month.hpp"

namespace offtake::findings {

/// The start of a month in years: 2026.25 is 1 April 2026.
inline double in_years(Month month) { return month.year() + (month.month() - 1) / 12.0; }

/// "17 December 2025".
std::string long_date(Date date);
/// "January 2026".
std::string long_month(Month month);
/// "2026 Q3", in axes and tables.
std::string quarter_label(Month month);
/// "Q3 2026", in sentences.
std::string quarter_in_words(Month month);

}  // namespace offtake::findings
