#pragma once

#include <optional>
#include <string>
#include <vector>

#include "offtake/report/figure_text.hpp"

namespace offtake::report {

/// What a part of a whole is: it sets the shade of its bar.
enum class PartKind { kUseful, kWaiting, kOther };

struct CompositionPart {
  std::string name;
  PartKind kind;
  double amount;
};

/// A whole and its parts, in the order in which they are stacked.
struct Composition {
  std::string key;   ///< "step", "memory", "run".
  std::string unit;  ///< "s", "GB", "days".
  FigureText text;
  std::vector<CompositionPart> parts;
};

/// The best layout on one count of chips; what nothing trains on is left out of a curve.
struct ScalingFigures {
  int chips = 0;
  int global_batch = 0;
  double tokens_per_s = 0;
  double mfu = 0;
  double efficiency = 0;
  double goodput = 0;
};

struct ScalingSection {
  FigureText text;
  std::vector<ScalingFigures> strong;
  std::vector<ScalingFigures> weak;
};

struct LayoutRow {
  std::string layout;
  double step_s = 0;
  double slower = 0;  ///< Than the fastest, as a share.
  double mfu = 0;
  double memory_gb = 0;
};

struct LayoutSection {
  FigureText text;
  std::vector<LayoutRow> rows;
};

/// A training job: its step, its chips' memory, its run and what else was tried.
struct TrainingSection {
  std::string family;  ///< Of the chips: "Nvidia", "TPU".
  Composition step;
  Composition memory;
  std::optional<Composition> run;
  std::optional<ScalingSection> scaling;
  LayoutSection layouts;
};

}  // namespace offtake::report
