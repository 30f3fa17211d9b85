#include "offtake/lp/random_elements.hpp"

#include <algorithm>

namespace offtake::lp {

double value_of(const CoreProgram& core, const RandomElement& element) {
  struct Visit {
    const CoreProgram& core;
    double operator()(const RandomCoefficient& e) const {
      for (const Term& term : core.terms[static_cast<std::size_t>(e.row)]) {
        if (term.column == e.column) return term.coefficient;
      }
      return 0.0;
    }
    double operator()(const RandomRightSide& e) const {
      return core.rows[static_cast<std::size_t>(e.row)].right_side;
    }
    double operator()(const RandomRange& e) const {
      return core.rows[static_cast<std::size_t>(e.row)].range.value_or(0.0);
    }
    double operator()(const RandomBound& e) const {
      const Column& column = core.columns[static_cast<std::size_t>(e.column)];
      return e.kind == BoundKind::kUpper ? column.upper : column.lower;
    }
  };
  return std::visit(Visit{core}, element);
}

void set_value(CoreProgram& core, const RandomElement& element, double value) {
  struct Visit {
    CoreProgram& core;
    double value;
    void operator()(const RandomCoefficient& e) const {
      auto& terms = core.terms[static_cast<std::size_t>(e.row)];
      const auto at = std::ranges::find(terms, e.column, &Term::column);
      if (at != terms.end()) {
        at->coefficient = value;
      } else {
        terms.push_back({e.column, value});
      }
    }
    void operator()(const RandomRightSide& e) const {
      core.rows[static_cast<std::size_t>(e.row)].right_side = value;
    }
    void operator()(const RandomRange& e) const {
      core.rows[static_cast<std::size_t>(e.row)].range = value;
    }
    void operator()(const RandomBound& e) const {
      Column& column = core.columns[static_cast<std::size_t>(e.column)];
      if (e.kind != BoundKind::kUpper) column.lower = value;
      if (e.kind != BoundKind::kLower) column.upper = value;
    }
  };
  std::visit(Visit{core, value}, element);
}

}  // namespace offtake::lp
