#pragma once

#include <string>

#include "offtake/catalog/price_file.hpp"
#include "offtake/hardware/system.hpp"
#include "offtake/study/scaling.hpp"
#include "offtake/study/train_run.hpp"

namespace offtake::api {

/// What the terminal shows of a training answer.
struct TrainResults {
  std::string heading;
  const hardware::System& system;
  const study::TrainAnswer& answer;
  ChipPrice price;           ///< Nothing where none is known.
  std::string price_source;  ///< Id of a source, or "given".
  const study::Scaling* scaling = nullptr;
};

/// One screen: the layout and where it lies, the step, the run and what it hangs on, the next best
/// layouts. At most 100 columns.
std::string train_text(const TrainResults& results);

}  // namespace offtake::api
