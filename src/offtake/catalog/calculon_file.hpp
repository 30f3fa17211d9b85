#pragma once

#include "offtake/hardware/calculon_figures.hpp"
#include "offtake/yaml/object_reader.hpp"

namespace offtake::catalog {

/// The section `calculon` of a system's file: what the training profile of that name asks for
/// beyond the rest of the file.
hardware::CalculonFigures read_calculon_figures(const yaml::ObjectReader& file,
                                                yaml::Evidence evidence);

}  // namespace offtake::catalog
