#pragma once

#include <optional>
#include <string>
#include <vector>

#include "offtake/report/figure_text.hpp"

namespace offtake::report {

/// What access to a chip is worth under one belief about what the chip yields.
struct AccessRow {
  std::string yields;      ///< "as predicted".
  std::string ratios;      ///< Of a reference chip: "0.18–0.45".
  Estimate at_prices_usd;  ///< Work left undone at the book's prices; between proven bounds.
  std::optional<Estimate> all_served_usd;  ///< All work must be done; absent: it is anyway.
  bool used = false;                       ///< The belief behind the plan.
};

struct AccessSection {
  FigureText text;
  std::string ratio_head;  ///< "of a GB200 NVL72 chip".
  std::vector<AccessRow> rows;
};

}  // namespace offtake::report
