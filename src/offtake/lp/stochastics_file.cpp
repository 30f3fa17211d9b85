#include "offtake/lp/stochastics_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <utility>

namespace offtake::lp {
namespace {

enum class Change { kReplace, kAdd, kMultiply };

using Values = std::map<RandomElement, double>;

/// A realization as the file lists it: only what it names.
struct Listed {
  double probability = 0.0;
  Values values;
};

/// A vector while it is read.
struct Draft {
  std::string name;
  int line = 0;  ///< Of its first line.
  std::vector<Listed> realizations;
};

class StochasticsReader {
 public:
  StochasticsReader(SmpsForm form, const CoreFile& core, const CoreStages& stages,
                    SmpsProblems& problems)
      : form_(form), core_(core), stages_(stages), problems_(problems) {}

  std::vector<RandomVector> read(const SmpsFile& file) {
    bool ended = false;
    for (const SmpsLine& line : smps_lines(file.text, form_)) {
      if (ended) continue;
      if (line.header) {
        ended = same_word(line.fields[0], "ENDATA");
        open(line);
      } else {
        take(line);
      }
    }
    close();
    if (vectors_.empty() && problems_.list().empty()) {
      problems_.add(0, "", "a section INDEP, BLOCKS or SCENARIOS with realizations", "");
    }
    return std::move(vectors_);
  }

 private:
  void open(const SmpsLine& line) {
    close();
    section_ = line.fields[0];
    law_ = "DISCRETE";
    change_ = Change::kReplace;
    for (std::size_t f = 1; f < line.fields.size() && !in("STOCH"); ++f) {
      read_word(line.fields[f]);
    }
    refused_ = !in("INDEP") && !in("BLOCKS") && !in("SCENARIOS");
    if (refused_ && !in("STOCH") && !in("ENDATA")) {
      problems_.add(line, section_, "INDEP, BLOCKS or SCENARIOS", section_);
    }
    const bool continuous = same_word(law_, "UNIFORM") || same_word(law_, "NORMAL");
    if (!refused_ && !same_word(law_, "DISCRETE") && !(in("INDEP") && continuous)) {
      refused_ = true;
      problems_.add(line, section_,
                    in("INDEP") ? "DISCRETE, UNIFORM or NORMAL: other laws cannot be drawn here"
                                : "DISCRETE: realizations with probabilities",
                    law_);
    }
    if (in("SCENARIOS") ? !vectors_.empty() : scenarios_read_ && !refused_) {
      problems_.add(line, section_, "SCENARIOS alone: they name all that may happen", section_);
    }
    scenarios_read_ = scenarios_read_ || in("SCENARIOS");
  }
  void read_word(const std::string& word) {
    if (same_word(word, "ADD")) {
      change_ = Change::kAdd;
    } else if (same_word(word, "MULTIPLY")) {
      change_ = Change::kMultiply;
    } else if (!same_word(word, "REPLACE")) {
      law_ = word;
    }
  }
  bool in(std::string_view section) const { return same_word(section_, section); }

  void take(const SmpsLine& line) {
    if (refused_) return;
    if (in("INDEP")) return read_independent(line);
    if (in("BLOCKS") && same_word(line.fields[0], "BL")) return start_block(line);
    if (in("SCENARIOS") && same_word(line.fields[0], "SC")) return start_scenario(line);
    read_change(line);
  }

  void close() {
    for (Draft& draft : drafts_) add_discrete(draft);
    drafts_.clear();
    draft_index_.clear();
    current_ = nullptr;
  }

  std::string about(const RandomElement& element) const {
    const auto row = [&](int r) { return core_.names.rows[static_cast<std::size_t>(r)]; };
    const auto column = [&](int c) { return core_.names.columns[static_cast<std::size_t>(c)]; };
    struct Visit {
      decltype(row)& r;
      decltype(column)& c;
      std::string operator()(const RandomCoefficient& e) const {
        return c(e.column) + " " + r(e.row);
      }
      std::string operator()(const RandomRightSide& e) const { return "RHS " + r(e.row); }
      std::string operator()(const RandomRange& e) const { return "RANGES " + r(e.row); }
      std::string operator()(const RandomBound& e) const { return "bound of " + c(e.column); }
    };
    return std::visit(Visit{row, column}, element);
  }

  /// Nothing is held against the stage where the time file is wrong.
  bool is_later(bool later) const { return later || stages_.later_name.empty(); }

  /// The element that two words of a line name.
  std::optional<RandomElement> element_of(const SmpsLine& line, const std::string& first,
                                          const std::string& second) {
    const auto row = core_.names.row(second);
    if (!row) {
      problems_.add(line, first, "a row of the core", second);
      return std::nullopt;
    }
    const auto column = core_.names.column(first);
    const auto r = static_cast<std::size_t>(*row);
    const bool objective = r == core_.program.objective;
    bool later = objective || is_later(stages_.row_later[r]);
    std::optional<RandomElement> element;
    if (column) {
      element = RandomCoefficient{*row, *column};
      if (objective) later = is_later(stages_.column_later[static_cast<std::size_t>(*column)]);
    } else if (first == core_.names.right_sides || same_word(first, "RHS")) {
      element = RandomRightSide{*row};
    } else if (first == core_.names.ranges || same_word(first, "RANGES")) {
      element = RandomRange{*row};
    } else {
      problems_.add(line, second, "a column of the core, or its right-hand side", first);
      return std::nullopt;
    }
    if (later) return element;
    problems_.add(line, about(*element), "what belongs to the second period", "the first period");
    return std::nullopt;
  }
  std::optional<RandomElement> bound_of(const SmpsLine& line, BoundKind kind,
                                        const std::string& name) {
    const auto column = core_.names.column(name);
    if (!column) {
      problems_.add(line, "bound", "a column of the core", name);
      return std::nullopt;
    }
    if (!is_later(stages_.column_later[static_cast<std::size_t>(*column)])) {
      problems_.add(line, name, "what belongs to the second period", "the first period");
      return std::nullopt;
    }
    return RandomBound{kind, *column};
  }
  double changed(const RandomElement& element, double value) const {
    switch (change_) {
      case Change::kReplace:
        return value;
      case Change::kAdd:
        return value_of(core_.program, element) + value;
      case Change::kMultiply:
        return value_of(core_.program, element) * value;
    }
    return value;
  }

  /// An element and the numbers that follow it on its line; a bound's line starts with its kind.
  struct Named {
    std::optional<RandomElement> element;
    std::vector<std::string> rest;
  };
  Named read_name(const SmpsLine& line) {
    const auto& fields = line.fields;
    const auto kind = bound_kind(fields[0]);
    const bool valued =
        kind == BoundKind::kLower || kind == BoundKind::kUpper || kind == BoundKind::kFixed;
    if (valued && fields.size() >= 4 && !core_.names.column(fields[0])) {
      return {bound_of(line, *kind, fields[2]), {fields.begin() + 3, fields.end()}};
    }
    if (fields.size() < 3) {
      problems_.add(line, section_, "a column, a row and a number", fields.back());
      return {};
    }
    return {element_of(line, fields[0], fields[1]), {fields.begin() + 2, fields.end()}};
  }

  void read_independent(const SmpsLine& line) {
    const Named named = read_name(line);
    if (!named.element) return;
    const std::string path = about(*named.element);
    // A number, a period that may be left out, and a second number.
    if (named.rest.size() < 2 || named.rest.size() > 3) {
      return problems_.add(line, path, "a value and a probability", line.fields.back());
    }
    const double first = problems_.number(line, path, named.rest.front());
    const double second = problems_.number(line, path, named.rest.back());
    if (!same_word(law_, "DISCRETE")) return add_continuous(line, *named.element, first, second);
    Draft& draft = draft_of(path, line.number);
    draft.realizations.push_back({probability(line, path, second), {}});
    draft.realizations.back().values[*named.element] = changed(*named.element, first);
  }
  void add_continuous(const SmpsLine& line, const RandomElement& element, double first,
                      double second) {
    const bool normal = same_word(law_, "NORMAL");
    const std::string path = about(element);
    if (normal ? second < 0.0 : second < first) {
      problems_.add(line, path,
                    normal ? "a variance not below zero" : "an upper end not below the lower",
                    fmt::format("{}", second));
    }
    ContinuousLaw law{
        .shape = normal ? ContinuousLaw::Shape::kNormal : ContinuousLaw::Shape::kUniform,
        .location = changed(element, first),
        .scale = normal ? std::sqrt(std::max(0.0, second)) : second - first};
    if (change_ == Change::kMultiply) law.scale *= value_of(core_.program, element);
    add_vector(line.number, {path, {element}, law});
  }

  void start_block(const SmpsLine& line) {
    const auto& fields = line.fields;
    if (fields.size() != 4) {
      current_ = nullptr;
      return problems_.add(line, "BL", "a name, a period and a probability", fields.back());
    }
    check_period(line, fields[1], fields[2]);
    Draft& draft = draft_of(fields[1], line.number);
    Listed listed{probability(line, fields[1], problems_.number(line, fields[1], fields[3])), {}};
    if (!draft.realizations.empty()) listed.values = draft.realizations.front().values;
    draft.realizations.push_back(std::move(listed));
    current_ = &draft.realizations.back();
    named_here_.clear();
  }
  void start_scenario(const SmpsLine& line) {
    const auto& fields = line.fields;
    if (fields.size() != 5) {
      current_ = nullptr;
      return problems_.add(line, "SC", "a name, a parent, a probability and a period",
                           fields.back());
    }
    check_period(line, fields[1], fields[4]);
    Draft& draft = draft_of("scenarios", line.number);
    Listed listed{probability(line, fields[1], problems_.number(line, fields[1], fields[3])), {}};
    const std::string& parent = fields[2];
    if (!same_word(parent, "ROOT") && !same_word(parent, "'ROOT'")) {
      const auto at = scenario_index_.find(parent);
      if (at == scenario_index_.end()) {
        problems_.add(line, fields[1], "ROOT or a scenario above as parent", parent);
      } else {
        listed.values = draft.realizations[at->second].values;
      }
    }
    if (!scenario_index_.emplace(fields[1], draft.realizations.size()).second) {
      problems_.add(line, fields[1], "a scenario named once", fields[1]);
    }
    draft.realizations.push_back(std::move(listed));
    current_ = &draft.realizations.back();
    named_here_.clear();
  }
  void check_period(const SmpsLine& line, const std::string& path, const std::string& period) {
    if (stages_.later_name.empty() || period == stages_.later_name) return;
    problems_.add(line, path, "the second period, " + stages_.later_name, period);
  }
  void read_change(const SmpsLine& line) {
    const auto& fields = line.fields;
    if (current_ == nullptr) {
      return problems_.add(line, section_, in("BLOCKS") ? "BL first" : "SC first", fields[0]);
    }
    const Named named = read_name(line);
    if (named.element) set_listed(line, *named.element, named.rest[0]);
    // A second row and number may follow for the same column.
    if (named.rest.size() == 3) {
      if (const auto element = element_of(line, fields[0], named.rest[1])) {
        set_listed(line, *element, named.rest[2]);
      }
    } else if (named.rest.size() > 1) {
      problems_.add(line, section_, "one or two rows with a number", fields.back());
    }
  }
  void set_listed(const SmpsLine& line, const RandomElement& element, const std::string& text) {
    const std::string path = about(element);
    if (!named_here_.emplace(element, 0.0).second) {
      problems_.add(line, path, "a value given once", text);
    }
    const bool bound = std::holds_alternative<RandomBound>(element);
    double value = changed(element, problems_.number(line, path, text, bound));
    if (bound && std::abs(value) >= kNoBound) value = std::copysign(kInfinity, value);
    current_->values[element] = value;
  }

  Draft& draft_of(const std::string& name, int line) {
    const auto [at, fresh] = draft_index_.emplace(name, drafts_.size());
    if (fresh) drafts_.push_back({name, line, {}});
    return drafts_[at->second];
  }
  double probability(const SmpsLine& line, const std::string& path, double value) {
    if (value < 0.0 || value > 1.0) {
      problems_.add(line, path, "a probability from 0 to 1", fmt::format("{}", value));
    }
    return value;
  }
  void add_discrete(Draft& draft) {
    constexpr double kRounding = 1e-3;  // Of files that write a third as 0.333.
    double sum = 0.0;
    for (const Listed& listed : draft.realizations) sum += listed.probability;
    if (std::abs(sum - 1.0) > kRounding) {
      return problems_.add(draft.line, draft.name, "probabilities that sum to 1",
                           fmt::format("{}", sum));
    }
    const double scale = std::abs(sum - 1.0) < 1e-9 ? 1.0 : 1.0 / sum;
    RandomVector vector{draft.name, {}, {}};
    Values all;
    for (const Listed& listed : draft.realizations)
      all.insert(listed.values.begin(), listed.values.end());
    for (const auto& [element, value] : all) vector.elements.push_back(element);
    std::vector<Realization> realizations;
    for (const Listed& listed : draft.realizations) {
      if (listed.probability == 0.0) continue;
      Realization realization{listed.probability * scale, {}};
      for (const RandomElement& element : vector.elements) {
        const auto at = listed.values.find(element);
        realization.values.push_back(at != listed.values.end() ? at->second
                                                               : value_of(core_.program, element));
      }
      realizations.push_back(std::move(realization));
    }
    vector.law = std::move(realizations);
    add_vector(draft.line, std::move(vector));
  }
  void add_vector(int line, RandomVector vector) {
    for (const RandomElement& element : vector.elements) {
      const auto [at, fresh] = owner_.emplace(element, static_cast<double>(vectors_.size()));
      if (!fresh) {
        problems_.add(line, about(element), "an element of one random vector",
                      vectors_[static_cast<std::size_t>(at->second)].name + " and " + vector.name);
      }
    }
    vectors_.push_back(std::move(vector));
  }

  SmpsForm form_;
  const CoreFile& core_;
  const CoreStages& stages_;
  SmpsProblems& problems_;
  std::vector<RandomVector> vectors_;
  std::string section_, law_;
  Change change_ = Change::kReplace;
  bool refused_ = false;
  bool scenarios_read_ = false;
  std::vector<Draft> drafts_;  ///< Of the present section.
  std::map<std::string, std::size_t> draft_index_;
  std::map<std::string, std::size_t> scenario_index_;
  Listed* current_ = nullptr;  ///< The realization that lines of data belong to.
  Values named_here_;
  Values owner_;
};

}  // namespace

std::vector<RandomVector> read_random_vectors(const SmpsFile& file, SmpsForm form,
                                              const CoreFile& core, const CoreStages& stages,
                                              SmpsProblems& problems) {
  return StochasticsReader(form, core, stages, problems).read(file);
}

}  // namespace offtake::lp
