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

/// One re-planning: what is moved and to which end.
struct Move {
  std::size_t swing;
  bool to_high;
  std::function<std::optional<Dollars>()> cost;
};

YieldTable with_yield_of(YieldTable yields, const std::string& system, bool high) {
  for (ChipYield& yield : yields.yields) {
    if (yield.system == system && yield.feasible) yield.value = high ? yield.high : yield.low;
  }
  return yields;
}

std::string band_of(const YieldTable& yields, const std::string& system, bool high) {
  for (const ChipYield& yield : yields.yields) {
    if (yield.system != system || !yield.feasible || yield.value <= 0.0) continue;
    return fmt::format("{:+.0f}%", 100.0 * ((high ? yield.high : yield.low) / yield.value - 1.0));
  }
  return "";
}

}  // namespace

double Swing::size() const {
  const double low = at_low.base_units();
  const double high = at_high.base_units();
  return std::max({0.0, low, high}) - std::min({0.0, low, high});
}

Sensitivity plan_sensitivity(const book::Book& book, const YieldTable& yields,
                             const SensitivityQuestion& question) {
  BuyDecisionSettings settings{.assumptions = question.assumptions,
                               .scenarios = question.scenarios,
                               .gap = 1e-3,
                               .explain = false};
  const auto cost_of = [&settings](const book::Book& moved,
                                   const YieldTable& table) -> std::optional<Dollars> {
    const BuyDecision decision = decide_purchases(moved, table, settings);
    if (decision.status != lp::Status::kOptimal) return std::nullopt;
    return decision.expected;
  };

  Sensitivity result{.scenarios = question.scenarios};
  const auto base = cost_of(book, yields);
  if (!base) return result;
  result.base = *base;

  std::vector<Move> moves;
  for (const book::Assumption& assumption : book.assumptions) {
    if (!assumption.has_range() || assumption.is_check || !is_read_by_plans(assumption.path)) {
      continue;
    }
    const std::size_t swing = result.swings.size();
    result.swings.push_back(
        {.path = assumption.path, .low = assumption.low_text, .high = assumption.high_text});
    for (const bool high : {false, true}) {
      moves.push_back({swing, high, [&, path = assumption.path, high] {
                         book::Overrides overrides = question.overrides;
                         overrides[path] = high ? "high" : "low";
                         return cost_of(
                             book::read_book(question.book_text, question.book_file, overrides),
                             yields);
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
      moves.push_back({swing, high, [&, system, high] {
                         return cost_of(book, with_yield_of(yields, system, high));
                       }});
    }
  }

  // Screen all on few scenarios, then measure the largest on all of them.
  const auto measure = [&](const std::vector<std::size_t>& chosen, Dollars unmoved,
                           double share_begin, double share_end) {
    std::atomic<std::size_t> done{0};
    for_each_index(chosen.size(), question.parallelism, [&](std::size_t index) {
      const Move& move = moves[chosen[index]];
      const auto cost = move.cost();
      Swing& swing = result.swings[move.swing];
      (move.to_high ? swing.at_high : swing.at_low) = cost ? *cost - unmoved : Dollars{};
      const double part = static_cast<double>(++done) / static_cast<double>(chosen.size());
      tell(question.progress, "what moves the answer",
           share_begin + part * (share_end - share_begin));
    });
  };
  settings.scenarios = question.scenarios_screening;
  const auto screened_base = cost_of(book, yields);
  if (!screened_base) return result;
  std::vector<std::size_t> all(moves.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  measure(all, *screened_base, 0.0, 0.7);

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
  settings.scenarios = question.scenarios;
  measure(again, *base, 0.7, 1.0);
  std::ranges::stable_sort(result.swings, std::ranges::greater{}, &Swing::size);
  return result;
}

}  // namespace offtake::study
