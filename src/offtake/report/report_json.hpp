#pragma once

#include <string>

#include "offtake/report/report_document.hpp"

namespace offtake::report {

/// The document as one JSON object: the fields of the structs under their own names, enumerators as
/// words ("makers_and_lenders"), what is absent as null. The same document gives the same bytes.
std::string report_json(const ReportDocument& document);

}  // namespace offtake::report
