#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "offtake/api/request.hpp"
#include "offtake/api/response.hpp"
#include "offtake/base/input_error.hpp"
#include "offtake/base/parallel.hpp"
#include "offtake/base/progress.hpp"

namespace offtake::api {

/// What a caller provides beside the question; none of it changes a figure.
struct Surroundings {
  std::string catalog_folder;
  std::optional<std::string> fit;  ///< A file of calibrate's to use instead of the catalog's fit.
  Parallelism parallelism;
  Progress progress;
  int width = 100;      ///< Columns of the terminal.
  bool colour = false;  ///< Whether the text may hold colour codes.
};

/// The one door: the command line, a server and a script all ask here. Throws InputError when the
/// question, a file or the catalog is wrong.
Response answer(const Request& request, const Surroundings& surroundings);

/// {"error": {"message", "problems": [{"file", "line", "column", "path", "expected", "found"}]}}
std::string error_json(const InputError& error);
std::string error_json(std::string_view message);

}  // namespace offtake::api
