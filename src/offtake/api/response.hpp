#pragma once

#include <string>
#include <vector>

namespace offtake::api {

/// How the program ends.
enum class Outcome {
  kAnswered = 0,
  kTrueNo = 1,      ///< Does not fit, is infeasible, cannot meet its objective: explained.
  kWrongInput = 2,  ///< Every problem is listed.
};

/// A file that belongs to the answer, such as the report.
struct OutputFile {
  std::string name;
  std::string content;
};

struct Response {
  Outcome outcome = Outcome::kAnswered;
  std::string text;  ///< For people, ends in a new line.
  std::string json;  ///< One document, in SI units.
  std::vector<OutputFile> files;
  std::string folder;  ///< Where the files go unless the user says otherwise.
};

}  // namespace offtake::api
