#pragma once

#include <expected>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "offtake/hardware/collective_library.hpp"
#include "offtake/measurement/collective_row.hpp"
#include "offtake/perf/collective.hpp"

namespace offtake::fidelity {

perf::CollectiveKind kind_of(measurement::Collective collective);

/// What a fit takes as given. The two shared figures were fitted over all chips at once; see
/// docs/method/perf-collectives.md for what other values cost.
struct CollectiveForm {
  std::vector<int> paths{2};     ///< Group sizes from which a path begins, ascending from 2.
  std::optional<int> in_switch;  ///< The group size from which the switch adds up an all-reduce.
  double own_share = 0.5;
  double knee = 0.65;
};

/// The form of a curve that is there, to fit it anew.
CollectiveForm form_of(const hardware::CollectiveLibrary& library);

struct CollectiveFit {
  hardware::CollectiveLibrary library;  ///< Without sources.
  int rows = 0;
  double error_median = 0;  ///< Of |predicted / measured - 1|.
  double error_p90 = 0;
};

struct CannotFit {
  std::string reason;
};

/// Whether a fit uses the row: it states its library and lies within one node.
bool fits(const measurement::CollectiveRow& row);

/// Fits the start and step of the ring and of the exchange, and a bandwidth for each path, to the
/// `rows` of one chip that `fits` admits: least squares of the logarithms of predicted over
/// measured time under a soft L1 loss that is linear beyond a tenth. All figures are positive.
/// It cannot be done when a figure has no row that depends on it.
std::expected<CollectiveFit, CannotFit> fit_collectives(
    std::span<const measurement::CollectiveRow> rows, const CollectiveForm& form);

}  // namespace offtake::fidelity
