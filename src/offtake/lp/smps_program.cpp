#include "offtake/lp/smps_program.hpp"

#include <fmt/format.h>

#include <limits>

#include "offtake/base/expects.hpp"
#include "offtake/base/random_stream.hpp"
#include "offtake/lp/stochastics_file.hpp"

namespace offtake::lp {
namespace {

const std::vector<Realization>* realizations_of(const RandomVector& vector) {
  return std::get_if<std::vector<Realization>>(&vector.law);
}

void show(CoreProgram& core, const RandomVector& vector, const Realization& realization) {
  for (std::size_t e = 0; e < vector.elements.size(); ++e) {
    set_value(core, vector.elements[e], realization.values[e]);
  }
}

/// The realization in whose share of [0, 1] `u` lies.
const Realization& drawn(const std::vector<Realization>& realizations, double u) {
  double sum = 0.0;
  for (const Realization& realization : realizations) {
    sum += realization.probability;
    if (u < sum) return realization;
  }
  return realizations.back();
}

double drawn(const ContinuousLaw& law, RandomStream& random) {
  const double unit =
      law.shape == ContinuousLaw::Shape::kNormal ? random.normal() : random.uniform();
  return law.location + law.scale * unit;
}

void draw(CoreProgram& core, const RandomVector& vector, RandomStream& random) {
  if (const auto* realizations = realizations_of(vector)) {
    show(core, vector, drawn(*realizations, random.uniform()));
  } else {
    set_value(core, vector.elements[0], drawn(std::get<ContinuousLaw>(vector.law), random));
  }
}

void append(std::vector<Problem>& all, const SmpsProblems& more) {
  all.insert(all.end(), more.list().begin(), more.list().end());
}

}  // namespace

SmpsProgram::SmpsProgram(const SmpsFiles& files) : stochastics_name_(files.stochastics.name) {
  const SmpsForm form = form_of_core(files.core.text);
  SmpsProblems in_core(files.core.name), in_time(files.time.name),
      in_stochastics(files.stochastics.name);
  core_ = read_core(files.core, form, in_core);
  stages_ = read_stages(files.time, form, core_, in_time);
  vectors_ = read_random_vectors(files.stochastics, form, core_, stages_, in_stochastics);
  std::vector<Problem> problems;
  append(problems, in_core);
  append(problems, in_time);
  append(problems, in_stochastics);
  if (!problems.empty()) throw InputError(problems);

  int later = 0;
  for (std::size_t j = 0; j < core_.program.columns.size(); ++j) {
    if (stages_.column_later[j]) {
      column_place_.push_back(later++);
    } else {
      column_place_.push_back(static_cast<int>(first_stage_names_.size()));
      first_stage_names_.push_back(core_.names.columns[j]);
    }
  }
}

double SmpsProgram::scenario_count() const {
  double count = 1.0;
  for (const RandomVector& vector : vectors_) {
    const auto* realizations = realizations_of(vector);
    count *= realizations == nullptr ? std::numeric_limits<double>::infinity()
                                     : static_cast<double>(realizations->size());
  }
  return count;
}

StochasticProgram SmpsProgram::enumerate() const {
  StochasticProgram program{first_stage(), {}};
  expects(scenario_count() < std::numeric_limits<double>::infinity(), "the futures can be counted");
  CoreProgram core = core_.program;
  std::vector<std::size_t> shown(vectors_.size(), 0);
  for (const RandomVector& vector : vectors_) show(core, vector, (*realizations_of(vector))[0]);
  for (;;) {
    double probability = 1.0;
    for (std::size_t v = 0; v < vectors_.size(); ++v) {
      probability *= (*realizations_of(vectors_[v]))[shown[v]].probability;
    }
    program.scenarios.push_back(block(core, probability));
    // The next future: the last vector moves fastest, and those that start again carry on.
    std::size_t v = vectors_.size();
    while (v > 0) {
      const auto& realizations = *realizations_of(vectors_[v - 1]);
      shown[v - 1] = (shown[v - 1] + 1) % realizations.size();
      show(core, vectors_[v - 1], realizations[shown[v - 1]]);
      if (shown[v - 1] != 0) break;
      --v;
    }
    if (v == 0) return program;
  }
}

StochasticProgram SmpsProgram::sample(const Sampling& sampling) const {
  StochasticProgram program{first_stage(), {}};
  const double probability = 1.0 / static_cast<double>(sampling.count);
  CoreProgram core = core_.program;
  for (std::size_t s = 0; s < sampling.count; ++s) {
    RandomStream random(sampling.seed, sampling.purpose, sampling.first + s);
    for (const RandomVector& vector : vectors_) draw(core, vector, random);
    program.scenarios.push_back(block(core, probability));
  }
  return program;
}

LinearProgram SmpsProgram::first_stage() const {
  const CoreProgram& core = core_.program;
  const double sign = core.maximise ? -1.0 : 1.0;
  LinearProgram first{.offset = -sign * core.rows[core.objective].right_side};
  for (std::size_t j = 0; j < core.columns.size(); ++j) {
    if (!stages_.column_later[j]) first.add_column(core.columns[j]);
  }
  for (const Term& term : core.terms[core.objective]) {
    const auto j = static_cast<std::size_t>(term.column);
    if (stages_.column_later[j]) continue;
    first.columns[static_cast<std::size_t>(column_place_[j])].objective = sign * term.coefficient;
  }
  for (std::size_t row = 0; row < core.rows.size(); ++row) {
    if (core.rows[row].kind == RowKind::kFree || stages_.row_later[row]) continue;
    std::vector<Term> terms;
    for (const Term& term : core.terms[row]) {
      terms.push_back({column_place_[static_cast<std::size_t>(term.column)], term.coefficient});
    }
    first.add_row(core.rows[row].interval(), terms);
  }
  return first;
}

ScenarioBlock SmpsProgram::block(const CoreProgram& core, double probability) const {
  check_intervals(core);
  const double sign = core.maximise ? -1.0 : 1.0;
  ScenarioBlock block{.probability = probability};
  // The core's own constant is paid in the first stage.
  block.recourse.offset = -sign * (core.rows[core.objective].right_side -
                                   core_.program.rows[core.objective].right_side);
  for (std::size_t j = 0; j < core.columns.size(); ++j) {
    if (stages_.column_later[j]) block.recourse.add_column(core.columns[j]);
  }
  for (const Term& term : core.terms[core.objective]) {
    const auto j = static_cast<std::size_t>(term.column);
    if (!stages_.column_later[j]) continue;
    block.recourse.columns[static_cast<std::size_t>(column_place_[j])].objective =
        sign * term.coefficient;
  }
  for (std::size_t row = 0; row < core.rows.size(); ++row) {
    if (core.rows[row].kind == RowKind::kFree || !stages_.row_later[row]) continue;
    const auto place = static_cast<int>(block.recourse.rows.size());
    std::vector<Term> terms;
    for (const Term& term : core.terms[row]) {
      const auto j = static_cast<std::size_t>(term.column);
      if (stages_.column_later[j]) {
        terms.push_back({column_place_[j], term.coefficient});
      } else if (term.coefficient != 0.0) {
        block.coupling.push_back({place, column_place_[j], term.coefficient});
      }
    }
    block.recourse.add_row(core.rows[row].interval(), terms);
  }
  return block;
}

void SmpsProgram::check_intervals(const CoreProgram& core) const {
  std::vector<Problem> problems;
  for (std::size_t j = 0; j < core.columns.size(); ++j) {
    const Column& column = core.columns[j];
    if (!is_empty(column)) continue;
    problems.push_back({{stochastics_name_},
                        core_.names.columns[j],
                        "a lower bound not above the upper in every realization",
                        fmt::format("{} above {}", column.lower, column.upper)});
  }
  if (!problems.empty()) throw InputError(problems);
}

}  // namespace offtake::lp
