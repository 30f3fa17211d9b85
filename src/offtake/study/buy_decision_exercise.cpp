#include "offtake/study/buy_decision_exercise.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace offtake::study {
namespace {

/// Groups of worlds that cannot be told apart at `date`: by how far demand has come (thirds), by
/// the port's result once it is known, and by whatever else the exercise sees.
std::vector<int> groups_at(const CaseDraft& draft, const Exercise& exercise, int date) {
  std::vector<int> group(draft.count(), 0);
  if (draft.book.readings.exercise == book::ExerciseRule::kNow) return group;
  if (draft.book.readings.exercise == book::ExerciseRule::kPerScenario) {
    for (std::size_t s = 0; s < draft.count(); ++s) group[s] = static_cast<int>(s);
    return group;
  }
  std::vector<double> level;
  for (std::size_t s = 0; s < draft.count(); ++s) {
    double need = 0.0;
    for (std::size_t w = 0; w < draft.book.demand.size(); ++w) {
      need += draft.chips_needed(w, s, std::max(0, date - 1));
    }
    level.push_back(need);
  }
  std::vector<double> sorted = level;
  std::ranges::sort(sorted);
  const bool port_known = !exercise.family.empty() && draft.ports.at(exercise.family).ready <= date;
  std::map<std::tuple<int, bool, bool>, int> known;
  for (std::size_t s = 0; s < draft.count(); ++s) {
    const auto rank = std::ranges::lower_bound(sorted, level[s]) - sorted.begin();
    const std::tuple key{date == 0 ? 0 : static_cast<int>(3 * rank / std::ssize(sorted)),
                         port_known && draft.path(s).works.at(exercise.family),
                         exercise.seen(date, s)};
    group[s] = known.try_emplace(key, static_cast<int>(known.size())).first->second;
  }
  return group;
}

}  // namespace

std::vector<int> add_exercise(CaseDraft& draft, const Exercise& exercise) {
  plan::PlanProblem& problem = draft.problem();
  std::vector<int> levers;
  std::vector<std::vector<int>> of_world(draft.count());
  for (const int date : exercise.dates) {
    const auto group = groups_at(draft, exercise, date);
    const int groups = 1 + *std::ranges::max_element(group);
    for (int g = 0; g < groups; ++g) {
      const int lever = draft.add_lever({.name = exercise.thing,
                                         .kind = plan::LeverKind::kExercise,
                                         .source = exercise.source,
                                         .period = draft.period_at(date),
                                         .max = exercise.max,
                                         .lot = exercise.unit},
                                        exercise.thing);
      if (!exercise.group.empty()) draft.result.levers_of[exercise.group].push_back(lever);
      levers.push_back(lever);
      if (!exercise.family.empty()) {
        const int port = draft.ports.at(exercise.family).lever;
        problem.limits.push_back({lp::at_most(0.0), {{lever, 1.0}, {port, -exercise.max}}});
      }
      for (std::size_t s = 0; s < draft.count(); ++s) {
        if (group[s] != g) {
          draft.effect(s, lever).acts = false;
          continue;
        }
        exercise.set(s, lever, date);
        of_world[s].push_back(lever);
      }
    }
  }
  if (exercise.dates.size() < 2) return levers;
  for (const auto& sequence : std::set<std::vector<int>>(of_world.begin(), of_world.end())) {
    std::vector<lp::Term> row;
    for (const int lever : sequence) row.push_back({lever, 1.0});
    problem.limits.push_back({lp::at_most(exercise.max), row});
  }
  return levers;
}

}  // namespace offtake::study
