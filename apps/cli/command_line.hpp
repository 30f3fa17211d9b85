#pragma once

#include <optional>
#include <string>
#include <variant>

#include "offtake/api/request.hpp"

namespace offtake::cli {

/// What the user asked for.
struct Command {
  api::Request request;
  bool json = false;
  int threads = 0;                 ///< Zero: all processors.
  std::string catalog;             ///< Folder; empty: the one that came with the program.
  std::optional<std::string> fit;  ///< File of calibrate's; none: the catalog's own.
  std::optional<std::string> out;  ///< Folder for the files of the answer.
};

/// The program ends here, with this text: help, the version, or what is wrong with the arguments.
struct Stop {
  int exit_code = 0;
  std::string text;
};

/// Reads the arguments, and the files they name. Throws InputError when a value or a file cannot be
/// read.
std::variant<Command, Stop> read_command_line(int argc, const char* const* argv);

}  // namespace offtake::cli
