#pragma once

#include "offtake/hardware/system.hpp"

namespace offtake::perf {

/// Power at the site for one chip that is busy for a share `busy` of the time: between idle and
/// load in proportion, with its host's share, times the site's factor.
Watts site_power(const hardware::SitePower& power, double busy);

}  // namespace offtake::perf
