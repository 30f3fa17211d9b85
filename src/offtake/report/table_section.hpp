#pragma once

#include <optional>
#include <string>
#include <vector>

#include "offtake/report/figure_text.hpp"

namespace offtake::report {

struct TableHead {
  std::string text;     ///< With the unit, where its cells are figures.
  bool number = false;  ///< Set to the right.
};

struct TableCell {
  std::string text;
  std::optional<double> value = std::nullopt;  ///< The full figure behind a rounded text.
};

/// A result that is read best as a table.
struct TableSection {
  std::string id;  ///< "fresh-worlds", for the page.
  FigureText text;
  std::vector<TableHead> heads;
  std::vector<std::vector<TableCell>> rows;
};

}  // namespace offtake::report
