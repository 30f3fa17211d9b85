#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <string>
#include <string_view>
#include <variant>

#include "command_line.hpp"
#include "offtake/api/answer.hpp"
#include "output_files.hpp"
#include "terminal_progress.hpp"

namespace offtake::cli {
namespace {

namespace fs = std::filesystem;

constexpr int kWrongInput = 2;
constexpr int kDefect = 3;

/// The catalog beside the program: up from its folder in a source tree, or share/offtake/catalog
/// where it was installed.
fs::path own_catalog() {
  std::error_code error;
  for (fs::path folder = fs::read_symlink("/proc/self/exe", error).parent_path();
       folder.has_relative_path(); folder = folder.parent_path()) {
    for (const fs::path& place : {folder / "catalog", folder / "share/offtake/catalog"}) {
      if (fs::is_directory(place / "chips", error)) return place;
    }
  }
  return "catalog";
}

int terminal_width() {
  const char* columns = std::getenv("COLUMNS");
  const int width = columns == nullptr ? 0 : std::atoi(columns);
  return width > 0 ? width : 100;
}

int run(const Command& command) {
  TerminalProgress progress;
  const bool colour = isatty(STDOUT_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr;
  const api::Surroundings surroundings{
      .catalog_folder = command.catalog.empty() ? own_catalog().string() : command.catalog,
      .fit = command.fit,
      .parallelism = command.threads > 0 ? Parallelism{command.threads} : all_processors(),
      .progress = progress.listener(),
      .width = terminal_width(),
      .colour = colour};
  const api::Response response = api::answer(command.request, surroundings);
  if (!response.files.empty()) {
    write_files(command.out.value_or(response.folder), response.files);
  }
  fmt::print("{}", command.json ? response.json + "\n" : response.text);
  return static_cast<int>(response.outcome);
}

}  // namespace
}  // namespace offtake::cli

int main(int argc, char** argv) {
  using namespace offtake;
  const bool json = std::any_of(
      argv + 1, argv + argc, [](const char* word) { return std::string_view(word) == "--json"; });
  try {
    const auto read = cli::read_command_line(argc, argv);
    if (const auto* stop = std::get_if<cli::Stop>(&read)) {
      fmt::print(stop->exit_code == 0 ? stdout : stderr, "{}", stop->text);
      if (json && stop->exit_code != 0) fmt::print("{}\n", api::error_json(stop->text));
      return stop->exit_code;
    }
    return cli::run(std::get<cli::Command>(read));
  } catch (const InputError& error) {
    fmt::print(stderr, "offtake: {} problem{} in the input\n{}\n", error.problems().size(),
               error.problems().size() == 1 ? "" : "s", error.what());
    if (json) fmt::print("{}\n", api::error_json(error));
    return cli::kWrongInput;
  } catch (const std::exception& error) {
    fmt::print(stderr, "offtake: a defect in offtake: {}\n", error.what());
    if (json) fmt::print("{}\n", api::error_json(error.what()));
    return cli::kDefect;
  }
}
