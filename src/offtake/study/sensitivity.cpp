#include "offtake/study/sensitivity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <functional>
#include <numeric>
#include <optional>
#include <set>
#include <utility>

#include "offtake/book/read_book.hpp"
#include "offtake/lp/highs_solver.hpp"
#include "offtake/plan/capacity_plan.hpp"
#include "offtake/plan/mean_scenario.hpp"
#include "offtake/study/buy_decision_case.hpp"

namespace offtake::study {
namespace {

/// Figures that a plan does not read: they belong to stress, to checks, or act through yields.
bool is_read_by_plans(const std::string& path) {
  constexpr std::array<std::string_view, 6> kElsewhere{"/parties", "/edges",      "/equity_links",
                                                       "/checks",  "/guarantees", "/market"};
  constexpr std::array<std::string_view, 4> kInYields{"/isl", "/osl", "/cached_input",
                                                      "/peak_to_mean"};
  return std::ranges::none_of(kElsewhere, [&](auto start) { return path.starts_with(start); }) &&
         std::ranges::none_of(kInYields, [&](auto end) { return path.ends_with(end); });
}

/// Of the cost of signing nothing: small beside any swing worth showing.
constexpr double kGap = 2e-3;

/// How a move is measured.
struct Measure {
  int scenarios;
  bool screening;  ///< On the mean of the scenarios, and with lots that may be divided.
};

/// The book as it stands: what re-plannings are compared with.
struct Unmoved {
  Measure measure;
  plan::PlanProblem problem;
  Dollars cost;
  lp::Basis basis;
};

plan::PlanProblem problem_of(const book::Book& book, const YieldTable& yields,
                             const BuyDecisionAssumptions& assumptions, const Measure& measure) {
  plan::PlanProblem problem = buy_case(book, yields, measure.scenarios, assumptions).problem;
  return measure.screening ? plan::mean_problem(problem) : problem;
}

plan::PlanQuestion question_of(const book::Book& book, const Measure& measure,
                               const lp::Basis& start) {
  return {.risk = {book.risk.lambda, book.risk.alpha},
          .gap = kGap,
          .measure_information = false,
          .relaxed = measure.screening,
          .start = start};
}

std::optional<Unmoved> unmoved(const book::Book& book, const YieldTable& yields,
                               const BuyDecisionAssumptions& assumptions, const Measure& measure) {
  plan::PlanProblem problem = problem_of(book, yields, assumptions, measure);
  const plan::CapacityPlan plan =
      plan::make_plan(problem, question_of(book, measure, {}), lp::HighsSolver());
  if (plan.status != lp::Status::kOptimal) return std::nullopt;
  const Dollars cost = plan.expected * problem.scale.money;
  return Unmoved{measure, std::move(problem), cost, plan.basis};
}

/// Expected cost of the moved book, planned anew.
std::optional<Dollars> moved_cost(const book::Book& moved, const YieldTable& yields,
                                  const BuyDecisionAssumptions& assumptions, const Unmoved& base) {
  const plan::PlanProblem problem = problem_of(moved, yields, assumptions, base.measure);
  if (problem == base.problem) return base.cost;  // The figure acts on nothing that is planned.
  const plan::CapacityPlan plan =
      plan::make_plan(problem, question_of(moved, base.measure, base.basis), lp::HighsSolver());
  if (plan.status != lp::Status::kOptimal) return std::nullopt;
  return plan.expected * problem.scale.money;
}

/// One re-planning: what is moved and to which end.
struct Move {
  std::size_t swing;
  bool to_high;
  std::function<std::optional<Dollars>(const Unmoved&)> cost;
};

std::string band_of(const YieldTable& yields, const std::string& system, bool high) {
  for (const ChipYield& yield : yields.yields) {
    if (yield.system != system || !yield.feasible || yield.value <= 0.0) continue;
    return fmt::format("{:+.0f}%", 100.0 * ((high ? yield.high : yield.low) / yield.value - 1.0));
  }
  return "";
}

}  // namespace

double Swing::size() const {
  const double one = at_low.base_units();
  const double other = at_high.base_units();
  return std::max({0.0, one, other}) - std::min({0.0, one, other});
}

Sensitivity plan_sensitivity(const book::Book& book, const YieldTable& yields,
                             const SensitivityQuestion& question) {
  Sensitivity result{.scenarios = question.scenarios};
  const auto base = unmoved(book, yields, question.assumptions, {question.scenarios, false});
  const auto screened = unmoved(book, yields, question.assumptions, {question.scenarios, true});
  if (!base || !screened) return result;
  result.base = base->cost;

  std::vector<Move> moves;
  for (const book::Assumption& assumption : book.assumptions) {
    if (!assumption.has_range() || assumption.is_check || !is_read_by_plans(assumption.path)) {
      continue;
    }
    const std::size_t swing = result.swings.size();
    result.swings.push_back(
        {.path = assumption.path, .low = assumption.low_text, .high = assumption.high_text});
    for (const bool high : {false, true}) {
      moves.push_back({swing, high, [&, path = assumption.path, high](const Unmoved& base_case) {
                         book::Overrides overrides = question.overrides;
                         overrides[path] = high ? "high" : "low";
                         return moved_cost(
                             book::read_book(question.book_text, question.book_file, overrides),
                             yields, question.assumptions, base_case);
                       }});
    }
  }
  std::set<std::string> systems;
  for (const ChipYield& yield : yields.yields) {
    if (yield.feasible && yield.system != book.reference_chip.system) systems.insert(yield.system);
  }
  for (const std::string& system : systems) {
    const std::size_t swing = result.swings.size();
    result.swings.push_back({.path = "yield of " + system,
                             .low = band_of(yields, system, false),
                             .high = band_of(yields, system, true)});
    for (const bool high : {false, true}) {
      moves.push_back({swing, high, [&, system, high](const Unmoved& base_case) {
                         return moved_cost(
                             book,
                             at_band_end(yields, system, high ? BandEnd::kHigh : BandEnd::kLow),
                             question.assumptions, base_case);
                       }});
    }
  }

  // Screen all on the mean scenario, then measure the largest on all scenarios.
  const auto measure = [&](const std::vector<std::size_t>& chosen, const Unmoved& from,
                           double share_begin, double share_end) {
    std::atomic<std::size_t> done{0};
    for_each_index(chosen.size(), question.parallelism, [&](std::size_t index) {
      const Move& move = moves[chosen[index]];
      const auto cost = move.cost(from);
      Swing& swing = result.swings[move.swing];
      (move.to_high ? swing.at_high : swing.at_low) = cost ? *cost - from.cost : Dollars{};
      const double part = static_cast<double>(++done) / static_cast<double>(chosen.size());
      tell(question.progress, "what moves the answer",
           share_begin + part * (share_end - share_begin));
    });
  };
  std::vector<std::size_t> all(moves.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  measure(all, *screened, 0.0, 0.7);

  std::vector<std::size_t> largest(result.swings.size());
  std::iota(largest.begin(), largest.end(), std::size_t{0});
  std::ranges::stable_sort(largest, std::ranges::greater{},
                           [&](std::size_t swing) { return result.swings[swing].size(); });
  largest.resize(std::min(largest.size(), question.measured_max));
  std::vector<std::size_t> again;
  for (std::size_t move = 0; move < moves.size(); ++move) {
    if (std::ranges::find(largest, moves[move].swing) != largest.end()) again.push_back(move);
  }
  for (const std::size_t swing : largest) result.swings[swing].measured = true;
  measure(again, *base, 0.7, 1.0);
  std::ranges::stable_sort(result.swings, std::ranges::greater{}, &Swing::size);
  return result;
}

}  // namespace offtake::study
