#pragma once

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "offtake/lp/smps_program.hpp"

/// Programs in files, for tests.
namespace offtake::lp::example {

inline SmpsFile file_at(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return {path.filename().string(), text.str()};
}

/// PREFIX.cor, PREFIX.tim and PREFIX.sto.
inline SmpsFiles files_of(const std::string& prefix) {
  return {file_at(prefix + ".cor"), file_at(prefix + ".tim"), file_at(prefix + ".sto")};
}

}  // namespace offtake::lp::example
