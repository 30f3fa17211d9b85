#pragma once

#include <string>
#include <vector>

#include "offtake/catalog/catalog.hpp"
#include "offtake/hardware/system.hpp"
#include "offtake/report/report_document.hpp"
#include "offtake/study/scaling.hpp"
#include "offtake/study/train_run.hpp"

namespace offtake::findings {

/// A training answer and what its caller knows of it.
struct TrainingResults {
  const catalog::Catalog& catalog;  ///< Where sources are looked up.
  const hardware::System& system;
  const study::TrainAnswer& answer;
  const study::Scaling* scaling = nullptr;  ///< May be absent.
  std::string title;                        ///< "Llama 3.1 405B on 16,384 HGX H100".
  std::vector<report::Fact> facts;          ///< Over the page.
  report::RunSection run;
};

/// The page of a training job. Every title is made from the results here.
report::ReportDocument training_report(const TrainingResults& results);

}  // namespace offtake::findings
