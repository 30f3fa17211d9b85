#pragma once

#include <string>
#include <vector>

#include "offtake/api/response.hpp"

namespace offtake::cli {

/// Writes all files into `folder`, making it when needed. Each appears whole or not at all: it is
/// written beside its place and then moved there. Throws InputError when the folder cannot be
/// written.
void write_files(const std::string& folder, const std::vector<api::OutputFile>& files);

}  // namespace offtake::cli
