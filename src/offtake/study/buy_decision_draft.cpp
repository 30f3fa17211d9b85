#include "offtake/study/buy_decision_draft.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "offtake/units/literals.hpp"

namespace offtake::study {

using namespace literals;

double per_chip_year(ChipPrice price) { return price.base_units() * (1.0_years).base_units(); }

CaseDraft::CaseDraft(const book::Book& the_book, const YieldTable& the_yields,
                     std::vector<World> worlds, const BuyDecisionAssumptions& the_assumptions)
    : book(the_book),
      yields(the_yields),
      assumptions(the_assumptions),
      calendar(the_book, the_assumptions.months_first),
      blocks(load_blocks(the_book)),
      pools(the_book, the_yields, result.parts, the_assumptions.pool_tolerance) {
  result.paths = world_paths(book, std::move(worlds));
  problem().periods = calendar.plan_periods(book.discount_rate);
  problem().blocks = blocks.blocks;
  problem().scenarios.resize(result.paths.size());
}

int CaseDraft::period_at(int month) const {
  int period = 0;
  for (std::size_t t = 0; t < periods(); ++t) {
    if (calendar.first_month(t) <= month) period = static_cast<int>(t);
  }
  return period;
}

void CaseDraft::set_scale(double reference_chips) {
  chips_ = std::pow(10.0, std::round(std::log10(std::max(reference_chips, 1.0))));
  money_ = 1e3 * chips_;
  problem().scale = {Dollars::in_base_units(money_), Chips::in_base_units(chips_)};
}

std::vector<double> CaseDraft::sums_of(const std::vector<double>& dollars) const {
  return calendar.sums([&](int m) { return money(dollars[static_cast<std::size_t>(m)]); });
}

double CaseDraft::mean_over_paths(const std::function<double(std::size_t)>& value) const {
  double sum = 0.0;
  for (std::size_t s = 0; s < count(); ++s) sum += path(s).probability * value(s);
  return sum;
}

double CaseDraft::chips_needed(std::size_t workload, std::size_t s, int month) const {
  const WorkInChips& work = result.work[workload];
  return work.chips_at_start * path(s).grown[workload][static_cast<std::size_t>(month)] *
         std::pow(work.decay_per_year, (month + 0.5) / 12.0);
}

double CaseDraft::largest_need() const {
  double largest = 0.0;
  for (std::size_t s = 0; s < count(); ++s) {
    if (!counts(s)) continue;
    for (std::size_t t = 0; t < periods(); ++t) {
      for (std::size_t b = 0; b < blocks.blocks.size(); ++b) {
        double sum = 0.0;
        for (const auto& need : problem().scenarios[s].need) sum += need[t][b];
        largest = std::max(largest, sum);
      }
    }
  }
  return largest * chips_;
}

int CaseDraft::add_lever(plan::Lever lever, const std::string& thing) {
  const auto index = static_cast<int>(problem().levers.size());
  problem().levers.push_back(std::move(lever));
  for (plan::Scenario& scenario : problem().scenarios) scenario.effects.emplace_back();
  if (!thing.empty()) result.levers_of[thing].push_back(index);
  return index;
}

plan::LeverEffect& CaseDraft::effect(std::size_t s, int lever) {
  return problem().scenarios[s].effects[static_cast<std::size_t>(lever)];
}

std::string CaseDraft::family_of(const std::string& system,
                                 const std::optional<contract::Port>& port) {
  return port ? port_family(system, *port) : "";
}

double CaseDraft::usable(const std::string& family, std::size_t s, int month) const {
  if (family.empty()) return 1.0;
  if (!path(s).works.at(family)) return 0.0;
  return std::clamp(month + 1.0 - ports.at(family).ready, 0.0, 1.0);
}

double CaseDraft::alive(const std::string& supplier, std::size_t s, int month) const {
  const auto failure = path(s).failure.find(supplier);
  return failure == path(s).failure.end() ? 1.0 : std::clamp(failure->second - month, 0.0, 1.0);
}

double CaseDraft::discount(const std::string& supplier) const {
  const auto known = std::ranges::find(book.suppliers, supplier, &contract::Supplier::name);
  return known == book.suppliers.end() ? 0.0 : known->discount_negotiated;
}

bool CaseDraft::asked_value(const std::string& name) const {
  return !name.empty() && std::ranges::find(book.value_of, name) != book.value_of.end();
}

}  // namespace offtake::study
