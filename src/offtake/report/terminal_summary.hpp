#pragma once

#include <string>

#include "offtake/report/report_document.hpp"

namespace offtake::report {

struct TerminalStyle {
  int width = 80;  ///< Columns; text wraps, and the table drops its terms when it is narrow.
  bool color =
      false;  ///< The caller turns it off for NO_COLOR and when it does not write to a terminal.
};

/// The answer as plain text: its sentences, the contracts, the chance of default and where the page
/// has more. Says the same as the page, in the same order; a part without data is left out.
std::string terminal_summary(const ReportDocument& document, TerminalStyle style);

}  // namespace offtake::report
