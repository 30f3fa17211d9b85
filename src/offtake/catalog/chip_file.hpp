#pragma once

#include <string>

#include "offtake/hardware/chip.hpp"
#include "offtake/yaml/object_reader.hpp"

namespace offtake::catalog {

/// Reads a chip; its problems stay with the reader.
///
///     name: AWS Trainium2
///     vendor: AWS
///     compute_peak:
///       bf16: {value: 632 TFLOP/s, source: aws-trn2, status: datasheet}
///     hbm:
///       capacity: {value: 96 GiB, ...}
///       bandwidth: {value: 2.9 TB/s, ...}
///
/// and optionally vector_compute, sram, power_design; announced, aliases, hbm/type, note and
/// sources_further are for people.
hardware::Chip read_chip(const yaml::ObjectReader& file, std::string id, yaml::Evidence evidence);

}  // namespace offtake::catalog
