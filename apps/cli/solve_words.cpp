#include "solve_words.hpp"

#include <filesystem>
#include <initializer_list>

namespace offtake::cli {
namespace {

/// The first file there is of `prefix` with one of `extensions`; else the first name.
std::string found(const std::string& prefix, std::initializer_list<const char*> extensions) {
  for (const char* extension : extensions) {
    if (std::filesystem::exists(prefix + extension)) return prefix + extension;
  }
  return prefix + *extensions.begin();
}

std::vector<std::string> names_of(const std::vector<std::string>& files, WordReader& read) {
  if (files.size() == 3) return files;
  if (files.size() != 1) read.refuse("PREFIX", "a prefix or three files", files[1]);
  return {found(files[0], {".cor", ".COR", ".core", ".CORE"}),
          found(files[0], {".tim", ".TIM", ".time", ".TIME"}),
          found(files[0], {".sto", ".STO", ".stoch", ".STOCH"})};
}

}  // namespace

void add_solve_options(CLI::App& solve, SolveWords& words) {
  solve
      .add_option("PREFIX", words.files,
                  "of PREFIX.cor, PREFIX.tim and PREFIX.sto, or these three files in that order")
      ->required()
      ->expected(1, 3);
  solve.add_option("--method", words.method,
                   "ef (all scenarios in one program), lshaped (cuts) or auto (unless given)");
  solve.add_option("--gap", words.gap,
                   "between objective and bound at which to stop, such as 0.1%; 1e-6 unless given, "
                   "1e-4 with whole columns after the first stage");
  solve.add_option("--time-limit", words.time_limit, "to stop at with what is known, such as 60s");
  solve.add_option("--samples", words.samples, "scenarios to draw, where there are too many");
  solve.add_option("--replications", words.replications, "samples to solve; 10 unless given");
  solve.add_option("--fresh", words.fresh,
                   "scenarios to measure the first stage on; ten times the samples unless given, "
                   "1000 at least");
  solve.add_option("--seed", words.seed, "of the samples");
  solve.add_flag("--information", words.information,
                 "also the values of foresight and of planning for uncertainty");
}

api::SolveRequest solve_request(const SolveWords& words, WordReader& read) {
  const std::vector<std::string> names = names_of(words.files, read);
  api::SolveRequest request{
      .core = read.file("PREFIX", names[0]),
      .time = read.file("PREFIX", names[1]),
      .stochastics = read.file("PREFIX", names[2]),
      .method = unless_empty(words.method),
      .gap = std::nullopt,
      .time_limit = read.optional_quantity<Seconds>("--time-limit", words.time_limit, "s", "60 s"),
      .samples = read.whole("--samples", words.samples, 1),
      .replications = read.whole("--replications", words.replications, 2).value_or(10),
      .fresh = read.whole("--fresh", words.fresh, 2),
      .seed = read.whole("--seed", words.seed, std::uint64_t{0}).value_or(1),
      .information = words.information};
  if (!words.gap.empty()) request.gap = read.share("--gap", words.gap);
  if (request.method && *request.method != "ef" && *request.method != "lshaped" &&
      *request.method != "auto") {
    read.refuse("--method", "ef, lshaped or auto", *request.method);
  }
  if (words.information && !words.samples.empty()) {
    read.refuse("--information", "all scenarios, without --samples", "--samples");
  }
  return request;
}

}  // namespace offtake::cli
