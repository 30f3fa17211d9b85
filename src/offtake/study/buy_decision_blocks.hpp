#pragma once

#include <vector>

#include "offtake/book/book.hpp"
#include "offtake/plan/plan_problem.hpp"

namespace offtake::study {

/// Hours of the week that the plan takes as alike, and how loads stand in them.
struct LoadBlocks {
  std::vector<plan::LoadBlock> blocks;
  std::vector<std::vector<double>> load;  ///< [workload of the book][block] Over the weekly mean.
  std::vector<std::vector<char>> runs;    ///< [workload of the book][block]
};

/// One block if no workload has a daily profile; else hours of working days and of weekends, sorted
/// by how busy they are. Bursts raise the busiest block only: capacity is sized on them there, and
/// the hours of that block are billed with them.
LoadBlocks load_blocks(const book::Book& book);

}  // namespace offtake::study
