#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "offtake/report/figure_text.hpp"

namespace offtake::report {

/// How far predictions are from measurements: quantiles of |predicted / measured - 1|.
struct ErrorFigures {
  int rows = 0;
  double median = 0;
  double p90 = 0;
  double bias = 0;                      ///< Median of predicted / measured - 1.
  std::optional<double> band_coverage;  ///< Share inside of the 80% band; none without bands.
};

/// What was measured: a model on a chip with a stack.
struct MeasuredSubject {
  std::string name;    ///< "deepseek-r1 on b200-sxm, sglang".
  std::string family;  ///< Sets colour and mark: "Nvidia", "AWS", ...
};

struct MeasuredPoint {
  std::string row;          ///< The row's id.
  std::size_t subject = 0;  ///< Its place in the section's list.
  double measured = 0;
  double predicted = 0;
  bool apart = false;  ///< Scored by itself.
};

/// The rows of one metric, in its unit.
struct MeasuredPanel {
  std::string name;              ///< "TPOT, ms".
  ErrorFigures errors;           ///< Of plain rows.
  std::optional<Interval> band;  ///< Over the predicted figure: the middle of the rows' 80% bands.
  std::vector<MeasuredPoint> points;
};

struct SegmentErrors {
  std::string name;
  std::string family;
  ErrorFigures errors;
};

/// Errors in one metric by the values of one key, smallest first.
struct ErrorView {
  std::string metric;
  std::vector<SegmentErrors> segments;
};

/// Errors by chip, by model or by another key, a view for each metric.
struct ErrorSection {
  std::string key;  ///< "chip".
  FigureText text;
  std::vector<ErrorView> views;
};

/// Rows that are scored by themselves.
struct ApartRow {
  std::string group;
  std::string why;
  std::string metric;
  ErrorFigures errors;
};

struct UnpredictedRow {
  std::string row;
  std::string metric;
  std::string subject;
  std::string status;  ///< "does not fit", "unsupported".
  std::string reason;
};

/// Predictions beside published measurements.
struct ValidationSection {
  FigureText scatter;
  std::vector<MeasuredSubject> subjects;
  std::vector<MeasuredPanel> panels;
  std::vector<ErrorSection> pictures;  ///< Drawn: by chip, by model.
  std::vector<ErrorSection> tables;    ///< Told as tables: by vendor, stack and so on.
  FigureText apart_text;
  std::vector<ApartRow> apart;
  FigureText unpredicted_text;
  std::vector<UnpredictedRow> unpredicted;
  std::size_t shown_first = 10;  ///< Rows of a table before the reader asks for all.
};

}  // namespace offtake::report
