#include "offtake/findings/validation_report.hpp"

#include "offtake/base/expects.hpp"
#include "offtake/findings/validation_findings.hpp"

namespace offtake::findings {

report::ReportDocument validation_report(const ValidationResults& results) {
  expects(results.validation != nullptr, "a page of a validation needs one");
  report::ReportDocument document;
  document.header = {
      .title = "Predictions beside published measurements", .facts = results.facts, .warning = ""};
  document.answer = validation_answer(*results.validation);
  document.validation = validation_section(*results.validation);
  document.notes = {
      {"Partly in sample",
       "The figures of stacks were fitted to published rows. Where a row of this page is one of "
       "them, its error says how well the fit closes, not how well it foretells."},
      {"Rows without a prediction",
       "They have no error and are in no median: read the coverage beside it."},
      {"Rows set apart",
       "Speculation, pools, layouts that are not stated and sources that contradict themselves are "
       "scored by themselves; the segments above are of plain rows alone."}};
  document.run = results.run;
  return document;
}

}  // namespace offtake::findings
