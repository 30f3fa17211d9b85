#include <variant>

#include "offtake/study/buy_decision_steps.hpp"

namespace offtake::study {
namespace {

/// Where no `work` was calibrated against a bill, the performance model gives the level.
const ChipYield* absolute_yield(const CaseDraft& draft, const demand::Workload& work) {
  if (std::holds_alternative<demand::ComputeWork>(work.work)) return nullptr;
  const auto* serving = std::get_if<demand::Serving>(&work.work);
  if (serving != nullptr && serving->work.multiplier != 1.0) return nullptr;
  const ChipYield* yield = draft.yields.find(work.name, draft.book.reference_chip.system);
  if (yield == nullptr || !yield->feasible) return nullptr;
  const bool trains = std::holds_alternative<demand::TrainingRuns>(work.work);
  return trains && yield->measure == YieldMeasure::kTokens ? nullptr : yield;
}

double training_flops_per_token(const CaseDraft& draft, const demand::Workload& work) {
  const auto* runs = std::get_if<demand::TrainingRuns>(&work.work);
  if (runs == nullptr) return 0.0;
  const auto& known = draft.assumptions.training_flops_per_token;
  const auto found = known.find(runs->model);
  return found == known.end() ? 0.0 : found->second;
}

void add_part(CaseDraft& draft, const WorkPart& part, const std::string& name) {
  draft.result.parts.push_back(part);
  draft.problem().workloads.push_back(
      {.name = name,
       .deferrable = draft.book.demand[part.workload].deferrable && draft.blocks.blocks.size() > 1,
       .in_block = draft.blocks.runs[part.workload]});
}

void split_work(CaseDraft& draft) {
  for (std::size_t w = 0; w < draft.book.demand.size(); ++w) {
    const demand::Workload& work = draft.book.demand[w];
    draft.result.work.push_back(work_in_chips(work, draft.book.reference_chip,
                                              absolute_yield(draft, work),
                                              training_flops_per_token(draft, work)));
    if (work.regions.empty()) add_part(draft, {.workload = w}, work.name);
    for (const auto& [region, share] : work.regions) {
      const auto rule = work.residency.find(region);
      add_part(draft,
               {.workload = w,
                .share = share,
                .zone = rule == work.residency.end() ? "" : zone_of(rule->second)},
               work.name + "/" + region);
    }
  }
}

double opex_in_month(const book::Book& book, int m) {
  const auto& opex = book.costs.opex;
  if (opex.empty()) return 0.0;
  const Month month = book.horizon.start + m;
  auto year = opex.upper_bound(month.year());
  if (year == opex.begin()) return 0.0;
  --year;
  double dollars = year->second.base_units();
  int months = 12;
  const auto before = book.costs.opex_before_start.find(month.year());
  if (before != book.costs.opex_before_start.end()) {
    dollars -= before->second.base_units();
    months = 13 - book.horizon.start.month();
  }
  return dollars / months;
}

void fill_world(CaseDraft& draft, std::size_t s) {
  const WorldPath& path = draft.path(s);
  const PlanCalendar& calendar = draft.calendar;
  plan::Scenario& scenario = draft.problem().scenarios[s];
  scenario.probability = path.probability;
  for (const WorkPart& part : draft.result.parts) {
    const std::size_t w = part.workload;
    const demand::Workload& work = draft.book.demand[w];
    const WorkInChips& in_chips = draft.result.work[w];
    const auto mean_need = calendar.means([&](int m) { return draft.chips_needed(w, s, m); });
    std::vector<std::vector<double>> need(draft.periods());
    for (std::size_t t = 0; t < draft.periods(); ++t) {
      for (const double load : draft.blocks.load[w]) {
        need[t].push_back(part.share * mean_need[t] * load / draft.chips_unit());
      }
    }
    scenario.need.push_back(need);
    scenario.unmet_price.push_back(calendar.means([&](int m) {
      return draft.unit_price(unmet_price(draft.book, work, in_chips, path, w, m));
    }));
    scenario.lost_receipts.push_back(calendar.means([&](int m) {
      return draft.unit_price(lost_receipts(draft.book, work, in_chips, path, w, m));
    }));
  }
  scenario.revenue = draft.sums_of(path.net_revenue);
  scenario.receipts = draft.sums_of(path.receipts);
  scenario.other_costs =
      calendar.sums([&](int m) { return draft.money(opex_in_month(draft.book, m)); });
}

}  // namespace

void add_demand(CaseDraft& draft) {
  split_work(draft);
  double need = 0.0;
  for (const WorkInChips& work : draft.result.work) need += work.chips_at_start;
  draft.set_scale(need);
  for (std::size_t s = 0; s < draft.count(); ++s) fill_world(draft, s);
  draft.reference_pool = draft.pools.share({.system = draft.book.reference_chip.system}).pool;
}

}  // namespace offtake::study
