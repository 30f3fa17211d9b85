#pragma once

#include <cstddef>
#include <vector>

#include "offtake/stress/path_statistics.hpp"
#include "offtake/stress/stress_problem.hpp"

namespace offtake::stress {

/// The last quarter of a calendar year in the horizon, or the horizon's last one.
struct YearEnd {
  int year;
  int quarter;
};

std::vector<YearEnd> year_ends(const StressProblem& problem);

/// The end of a quarter in years: 2027.0 is the end of 2026.
double end_of(const StressProblem& problem, int quarter);

/// Share of the paths whose `default_quarter(path)` lies in each year or before it.
std::vector<YearProbability> by_year(const StressProblem& problem, std::size_t paths,
                                     const auto& default_quarter) {
  std::vector<YearProbability> result;
  for (const YearEnd& end : year_ends(problem)) {
    result.push_back({end.year, share_of_paths(paths, [&](std::size_t path) {
                        return default_quarter(path) <= end.quarter;
                      })});
  }
  return result;
}

}  // namespace offtake::stress
