#include "output_files.hpp"

#include <filesystem>
#include <fstream>
#include <system_error>

#include "offtake/base/input_error.hpp"

namespace offtake::cli {

void write_files(const std::string& folder, const std::vector<api::OutputFile>& files) {
  namespace fs = std::filesystem;
  const auto refuse = [&](const std::string& found) {
    throw InputError({{{folder}, "--out", "a folder that can be written", found}});
  };
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) refuse(error.message());
  for (const api::OutputFile& file : files) {
    const fs::path place = fs::path(folder) / file.name;
    const fs::path beside = place.string() + ".part";
    {
      std::ofstream stream(beside, std::ios::binary | std::ios::trunc);
      stream << file.content;
      if (!stream.flush()) refuse("no room or no right to write " + file.name);
    }
    fs::rename(beside, place, error);
    if (error) refuse(error.message());
  }
}

}  // namespace offtake::cli
