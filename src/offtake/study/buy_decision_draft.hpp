#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "offtake/study/buy_decision_blocks.hpp"
#include "offtake/study/buy_decision_calendar.hpp"
#include "offtake/study/buy_decision_case.hpp"
#include "offtake/study/buy_decision_pools.hpp"

namespace offtake::study {

/// Dollars a chip-year.
double per_chip_year(ChipPrice price);

/// A case while it is written: the book, the units of the problem, and what the steps share.
class CaseDraft {
 public:
  struct PortLever {
    int lever = 0;
    double ready = 0.0;  ///< Months after the start.
  };

  CaseDraft(const book::Book& book, const YieldTable& yields, std::vector<World> worlds,
            const BuyDecisionAssumptions& assumptions);
  CaseDraft(const CaseDraft&) = delete;  // `pools` refers to `result`.
  CaseDraft& operator=(const CaseDraft&) = delete;

  const book::Book& book;
  const YieldTable& yields;
  const BuyDecisionAssumptions& assumptions;
  PlanCalendar calendar;
  LoadBlocks blocks;
  BuyCase result;
  PoolTable pools;
  int reference_pool = 0;
  std::map<std::string, PortLever> ports;  ///< By port family.

  plan::PlanProblem& problem() { return result.problem; }
  const plan::PlanProblem& problem() const { return result.problem; }
  const WorldPath& path(std::size_t s) const { return result.paths[s]; }
  std::size_t count() const { return result.paths.size(); }
  /// The plan counts this world. Others are only there to be lived through: no mean, unit, limit or
  /// group is made from them.
  bool counts(std::size_t s) const { return path(s).probability > 0.0; }
  std::size_t periods() const { return calendar.periods(); }
  int period_at(int month) const;

  /// Sets the units in which the problem counts: powers of ten near the need at the start.
  void set_scale(double reference_chips);
  double chips_unit() const { return chips_; }
  double money(double dollars) const { return dollars / money_; }
  /// Dollars a chip-year as money of a unit of chips.
  double unit_price(double dollars) const { return dollars * chips_ / money_; }
  /// Dollars of each month as money of each period.
  std::vector<double> sums_of(const std::vector<double>& dollars) const;
  double mean_over_paths(const std::function<double(std::size_t)>& value) const;

  /// Reference chips that a workload of the book takes in a month of a world.
  double chips_needed(std::size_t workload, std::size_t s, int month) const;
  /// Reference chips of the busiest block in the neediest period and world.
  double largest_need() const;

  /// Adds a lever without effect to every world, as a part of `thing` unless that is empty.
  int add_lever(plan::Lever lever, const std::string& thing);
  plan::LeverEffect& effect(std::size_t s, int lever);

  /// The name under which a system's port is known; empty without one.
  static std::string family_of(const std::string& system,
                               const std::optional<contract::Port>& port);
  /// Share of a month in which a ported system can be used.
  double usable(const std::string& family, std::size_t s, int month) const;
  /// Share of a month in which a supplier has not failed; what it sold is gone after.
  double alive(const std::string& supplier, std::size_t s, int month) const;
  bool may_fail(const std::string& supplier) const {
    return result.paths.front().failure.contains(supplier);
  }
  /// Off every price of a supplier.
  double discount(const std::string& supplier) const;
  /// The book asks what it is worth.
  bool asked_value(const std::string& name) const;

 private:
  double chips_ = 1.0;
  double money_ = 1.0;
};

}  // namespace offtake::study
