#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "offtake/lp/core_program.hpp"
#include "offtake/lp/core_stages.hpp"
#include "offtake/lp/random_elements.hpp"
#include "offtake/lp/smps_text.hpp"
#include "offtake/lp/stochastic_program.hpp"

namespace offtake::lp {

/// The three files of one program.
struct SmpsFiles {
  SmpsFile core;
  SmpsFile time;
  SmpsFile stochastics;
};

/// Which scenarios to draw: numbers first ... first + count - 1 of a seed and a purpose.
struct Sampling {
  std::size_t count = 1;
  std::size_t first = 0;
  std::uint64_t seed = 1;
  std::string_view purpose;
};

/// A two-stage stochastic program as three files in SMPS state it. A program that is maximised is
/// turned round: what is made of it here is minimised.
class SmpsProgram {
 public:
  /// Throws InputError with the problems of all three files.
  explicit SmpsProgram(const SmpsFiles& files);

  bool maximised() const { return core_.program.maximise; }
  /// Names of the first stage's columns, in the order of StochasticProgram's.
  const std::vector<std::string>& first_stage_names() const { return first_stage_names_; }
  /// Distinct futures; infinite where an element has a continuous law.
  double scenario_count() const;

  /// Every future with its probability; `scenario_count` is finite and fits into memory. Throws
  /// InputError where a realization leaves an interval empty; so does `sample`.
  StochasticProgram enumerate() const;
  /// Futures drawn independently, each as likely.
  StochasticProgram sample(const Sampling& sampling) const;

 private:
  LinearProgram first_stage() const;
  ScenarioBlock block(const CoreProgram& core, double probability) const;
  void check_intervals(const CoreProgram& core) const;

  std::string stochastics_name_;
  CoreFile core_;
  CoreStages stages_;
  std::vector<RandomVector> vectors_;
  std::vector<int> column_place_;  ///< [column] Index within its stage.
  std::vector<std::string> first_stage_names_;
};

}  // namespace offtake::lp
