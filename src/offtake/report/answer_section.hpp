#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "offtake/report/figure_text.hpp"

namespace offtake::report {

/// How much of one offer is taken, drawn as a filled share of a bar.
struct ShareBar {
  std::string label;   ///< "Oracle GB300".
  std::string entity;  ///< The supplier, whose colour the bar wears: "Oracle".
  double share;        ///< In [0, 1].
  std::string figure;  ///< At the right: "$41.2B", or "Q3 2027" when the decision waits.
};

/// A value beside the band, such as the CVaR or the asked price.
struct PictureTick {
  double at_usd;
  std::string label;  ///< Without the figure: "asked", "CVaR".
  bool bad = false;   ///< A price above its worth or a broken limit: drawn red.
};

/// A value on a line with its band and ticks.
struct BandPicture {
  Estimate usd;
  std::vector<PictureTick> ticks;
};

using SharePicture = std::vector<ShareBar>;
using AnswerPicture = std::variant<std::monostate, SharePicture, BandPicture>;

/// One line of the answer.
struct AnswerRow {
  std::string question;  ///< "Sign", "Cost", "Trainium access".
  std::string
      sentence;      ///< The answer with its figure: "Worth $7.4B, less than the $10B asked. ..."
  std::string note;  ///< The condition and the doubt, in one or two sentences.
  AnswerPicture picture;
};

}  // namespace offtake::report
