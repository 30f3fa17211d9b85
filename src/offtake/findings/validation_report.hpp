#pragma once

#include <vector>

#include "offtake/fidelity/validation.hpp"
#include "offtake/report/report_document.hpp"

namespace offtake::findings {

/// A validation and what its caller knows of the run: files, versions, commands.
struct ValidationResults {
  const fidelity::Validation* validation = nullptr;
  std::vector<report::Fact> facts;  ///< Over the page.
  report::RunSection run;
};

/// The page of a validation. Every title is made from the results here.
report::ReportDocument validation_report(const ValidationResults& results);

}  // namespace offtake::findings
