#pragma once

#include <string>
#include <vector>

#include "offtake/lp/core_program.hpp"

namespace offtake::lp {

/// Which rows and columns of a core are decided and hold before the future is known.
struct CoreStages {
  std::vector<bool> row_later;     ///< [row] Holds in each scenario; of free rows it says nothing.
  std::vector<bool> column_later;  ///< [column] Is decided in each scenario.
  std::string later_name;          ///< Of the second period; empty where the file is wrong, and
                                   ///< then the rest says nothing.
};

/// Reads a time file of two periods: implicit (the first column and row of each) or explicit (ROWS
/// and COLUMNS, each with its period). Rows and columns before the first period's belong to it. No
/// row of the first period may hold a column of the second.
/// Source: Birge et al., "A standard input format for multiperiod stochastic linear programs",
/// COAL Newsletter 17, 1987; Gassmann and Kristjansson, "The SMPS format explained", IMA J.
/// Management Mathematics 19(4), 2008.
CoreStages read_stages(const SmpsFile& file, SmpsForm form, const CoreFile& core,
                       SmpsProblems& problems);

}  // namespace offtake::lp
