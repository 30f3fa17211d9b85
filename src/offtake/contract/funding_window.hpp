#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "offtake/contract/funding.hpp"

namespace offtake::contract {

/// Whether the market for money is open in each quarter, the first being as it is now. Each later
/// quarter's change is decided by a normal draw of which `correlation_with_demand` is shared with
/// `demand_shocks` (standard normal, one a quarter): bad demand shuts an open market and keeps a
/// shut one shut. The probabilities of FundingWindow hold whatever the correlation.
std::vector<char> open_quarters(const FundingWindow& window, std::span<const double> demand_shocks,
                                std::uint64_t seed, std::uint64_t scenario);

}  // namespace offtake::contract
