#include "word_reader.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>

namespace offtake::cli {

std::optional<std::string> unless_empty(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

std::vector<std::string> split_list(const std::string& text) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, ',');) {
    if (!part.empty()) parts.push_back(part);
  }
  return parts;
}

api::InputFile WordReader::file(const std::string& option, const std::string& name) {
  std::ifstream stream(name, std::ios::binary);
  std::ostringstream text;
  if (stream) text << stream.rdbuf();
  if (!stream || std::filesystem::is_directory(name)) {
    problems_.push_back({{name}, option, "a file that can be read", "none"});
    return {name, ""};
  }
  return {name, text.str()};
}

}  // namespace offtake::cli
