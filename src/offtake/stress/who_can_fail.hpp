#pragma once

#include <vector>

#include "offtake/stress/stress_problem.hpp"

namespace offtake::stress {

/// Whether a party's default rate says anything: where nothing in the problem can make it fail, a
/// rate of zero is a reading, not a finding.
struct CanFail {
  bool at_all = false;
  bool while_buyer_pays = false;
};

/// [party] While the buyer pays, a party can fail by a hazard that is drawn, by funding that the
/// problem states and that may not suffice, and by a debtor of it that can fail. Once the buyer has
/// failed, so can a party whose funding stops then and which has something to pay.
std::vector<CanFail> who_can_fail(const StressProblem& problem);

}  // namespace offtake::stress
