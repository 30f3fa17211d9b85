#pragma once

#include <string>

#include "offtake/lp/solver.hpp"

namespace offtake::lp {

/// HiGHS (MIT licence), through its C interface: one thread for each program, so that the same
/// program gives the same bytes. Source: Huangfu and Hall, "Parallelizing the dual revised simplex
/// method", Mathematical Programming Computation 10, 2018.
class HighsSolver final : public Solver {
 public:
  std::unique_ptr<LoadedProgram> load(const LinearProgram& program) const override;
};

/// The version that is linked, such as "1.15.1".
std::string highs_version();

}  // namespace offtake::lp
