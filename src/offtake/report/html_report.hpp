#pragma once

#include <string>

#include "offtake/report/report_document.hpp"

namespace offtake::report {

/// The whole page in one file: style, script and data are inside, and it asks nothing of any host.
/// The same document gives the same bytes.
std::string html_report(const ReportDocument& document);

}  // namespace offtake::report
