#include "offtake/study/buy_decision_exercise.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>

namespace offtake::study {
namespace {

/// What is known of a world at a date: how far demand has come (thirds), the port's result once it
/// is known, and whatever else the exercise sees.
struct Known {
  int third = 0;
  bool port = false;
  bool seen = false;
  auto operator<=>(const Known&) const = default;
};

std::vector<Known> known_at(const CaseDraft& draft, const Exercise& exercise, int date) {
  std::vector<double> level;
  std::vector<double> sorted;
  for (std::size_t s = 0; s < draft.count(); ++s) {
    double need = 0.0;
    for (std::size_t w = 0; w < draft.book.demand.size(); ++w) {
      need += draft.chips_needed(w, s, std::max(0, date - 1));
    }
    level.push_back(need);
    if (draft.counts(s)) sorted.push_back(need);
  }
  std::ranges::sort(sorted);
  const bool port_known = !exercise.family.empty() && draft.ports.at(exercise.family).ready <= date;
  std::vector<Known> known;
  for (std::size_t s = 0; s < draft.count(); ++s) {
    const auto rank = std::ranges::lower_bound(sorted, level[s]) - sorted.begin();
    const auto third = std::min<std::ptrdiff_t>(2, 3 * rank / std::ssize(sorted));
    known.push_back({.third = date == 0 ? 0 : static_cast<int>(third),
                     .port = port_known && draft.path(s).works.at(exercise.family),
                     .seen = exercise.seen(date, s)});
  }
  return known;
}

/// The group whose worlds are most like one that is in none: alike in port and what else is seen if
/// any is, then the nearest third.
int nearest_group(const std::map<Known, int>& groups, const Known& known) {
  const auto distance = [&](const Known& other) {
    return 10 * (other.port != known.port) + 10 * (other.seen != known.seen) +
           std::abs(other.third - known.third);
  };
  const auto nearest = std::ranges::min_element(
      groups, {}, [&](const auto& group) { return distance(group.first); });
  return nearest->second;
}

/// Groups of worlds that cannot be told apart at `date`.
std::vector<int> groups_at(const CaseDraft& draft, const Exercise& exercise, int date) {
  std::vector<int> group(draft.count(), 0);
  if (draft.book.readings.exercise == book::ExerciseRule::kNow) return group;
  if (draft.book.readings.exercise == book::ExerciseRule::kPerScenario) {
    for (std::size_t s = 0; s < draft.count(); ++s) group[s] = static_cast<int>(s);
    return group;
  }
  const std::vector<Known> known = known_at(draft, exercise, date);
  std::map<Known, int> groups;
  for (std::size_t s = 0; s < draft.count(); ++s) {
    if (draft.counts(s)) groups.try_emplace(known[s], static_cast<int>(groups.size()));
  }
  for (std::size_t s = 0; s < draft.count(); ++s) group[s] = nearest_group(groups, known[s]);
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
