#pragma once

#include "offtake/hardware/collective_library.hpp"
#include "offtake/yaml/object_reader.hpp"

namespace offtake::catalog {

/// Reads the `library` of a domain; its problems stay with the reader.
hardware::CollectiveLibrary read_collective_library(const yaml::ObjectReader& file,
                                                    yaml::Evidence evidence);

}  // namespace offtake::catalog
