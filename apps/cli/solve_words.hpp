#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "offtake/api/request.hpp"
#include "word_reader.hpp"

namespace offtake::cli {

/// The options of `solve` as the user wrote them.
struct SolveWords {
  std::vector<std::string> files;
  std::string method, gap, time_limit, samples, replications, fresh, seed;
  bool information = false;
};

void add_solve_options(CLI::App& solve, SolveWords& words);

/// What cannot be read is told to `read`.
api::SolveRequest solve_request(const SolveWords& words, WordReader& read);

}  // namespace offtake::cli
