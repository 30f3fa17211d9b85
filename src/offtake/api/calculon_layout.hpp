#pragma once

#include <string>
#include <utility>
#include <vector>

#include "offtake/base/input_error.hpp"
#include "offtake/calculon/execution.hpp"

namespace offtake::api {

/// A layout of the profile `calculon` as the user wrote it.
struct CalculonLayout {
  calculon::Execution execution;  ///< All but the batch.
  bool networks_given = false;    ///< Else the best placement is looked for.
};

/// Reads "tp=8,pp=8,dp=1,vpp=3,micro=1,recompute=selective,sharding=none,comm=rs_ag,redo=yes,
/// tp_overlap=none,dp_overlap=no,fused=no,nets=011,offload=weights+optimizer". What is left out is
/// 1, none or no, with all-reduces and a fused activation.
CalculonLayout read_calculon_layout(const std::string& text, std::vector<Problem>& problems);

/// The settings of a layout as that text has them, in its order.
std::vector<std::pair<std::string, std::string>> layout_settings(
    const calculon::Execution& execution);
/// The same as that text; reading it gives the execution again, but for its batch.
std::string layout_text(const calculon::Execution& execution);

}  // namespace offtake::api
