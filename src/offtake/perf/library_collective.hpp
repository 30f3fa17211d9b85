#pragma once

#include <optional>

#include "offtake/hardware/collective_library.hpp"
#include "offtake/perf/collective.hpp"
#include "offtake/units/quantity.hpp"

namespace offtake::perf {

/// Time of a collective of `ranks` chips by the measured library, with `message` as
/// `CollectiveKind` has it. Nothing for a send and for more ranks than were measured. For p phases
/// (2 of an all-reduce, else 1), n ranks, message S:
///
///   t = (L^k + V^k)^(1/k),  L = start + p (n - 1) step,  V = S (p (n - 1) + own_share) / n / B(n)
///
/// with p = 1 in L of an all-to-all, k the knee and B the bandwidth of the group's path. A k below
/// 1 is above the sum L + V between the two ends: there the library's protocols of low latency give
/// up bandwidth. Source of the form: a fit to the tables of nccl-tests,
/// docs/method/perf-collectives.md.
///
/// `collective_cost` remains the default. Serving stacks all-reduce small messages by kernels of
/// their own, and a stack's `fixed.collective` was fitted together with the analytic form; training
/// is validated with it, and needs groups beyond one node, which no table holds.
std::optional<Seconds> library_collective_time(CollectiveKind kind, Bytes message, int ranks,
                                               const hardware::CollectiveLibrary& library);

}  // namespace offtake::perf
