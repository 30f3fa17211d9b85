#include "offtake/study/access_value.hpp"

#include <algorithm>
#include <atomic>
#include <variant>

#include "offtake/lp/highs_solver.hpp"
#include "offtake/plan/capacity_plan.hpp"
#include "offtake/study/contract_value.hpp"

namespace offtake::study {
namespace {

/// The first system among the offers of that name or group, or the contract's; empty for rentals,
/// which commit nobody.
std::string system_of(const book::Book& book, const std::string& name) {
  for (const contract::Offer& offer : book.offers) {
    if (contract::by_the_hour(offer)) continue;
    if (offer.name == name || offer.group == name) return offer.system;
  }
  for (const contract::Contract& contract : book.contracts) {
    if (contract.name == name) return contract.system;
  }
  return "";
}

struct YieldReading {
  std::string name;
  YieldTable yields;
  bool stated = false;
};

/// The table with a system's yields at `ratio` of the reference chip's.
YieldTable at_ratio(const book::Book& book, YieldTable yields, const std::string& system,
                    double ratio) {
  for (ChipYield& yield : yields.yields) {
    if (yield.system != system || !yield.feasible) continue;
    const ChipYield* reference = yields.find(yield.workload, book.reference_chip.system);
    if (reference != nullptr && reference->feasible) yield.value = ratio * reference->value;
  }
  return yields;
}

std::vector<YieldReading> yield_readings(const book::Book& book, const YieldTable& yields,
                                         const std::string& system) {
  std::vector<YieldReading> readings{
      {"lower end of its band", at_band_end(yields, system, BandEnd::kLow)},
      {std::string(kAsPredicted), yields},
      {"upper end of its band", at_band_end(yields, system, BandEnd::kHigh)}};
  const auto stated =
      std::ranges::find(book.chip_equivalents, system, &contract::ChipEquivalent::system);
  if (stated != book.chip_equivalents.end()) {
    readings.push_back(
        {"the book's ratio", at_ratio(book, yields, system, stated->reference_chips), true});
  }
  return readings;
}

std::vector<double> serving_ratios(const book::Book& book, const YieldTable& yields,
                                   const std::string& system) {
  std::vector<double> ratios;
  for (const demand::Workload& work : book.demand) {
    if (!std::holds_alternative<demand::Serving>(work.work)) continue;
    const ChipYield* own = yields.find(work.name, system);
    const ChipYield* reference = yields.find(work.name, book.reference_chip.system);
    const bool known = own != nullptr && own->feasible && reference != nullptr &&
                       reference->feasible && reference->value > 0.0;
    ratios.push_back(known ? own->value / reference->value : 0.0);
  }
  return ratios;
}

}  // namespace

std::optional<PricedPlan> priced_plan(const book::Book& book, const YieldTable& yields,
                                      const AccessQuestion& question) {
  const BuyCase buy_case = study::buy_case(book, yields, question.scenarios, question.assumptions);
  plan::PlanQuestion asked{.risk = {book.risk.lambda, book.risk.alpha},
                           .gap = question.gap,
                           .measure_information = false,
                           .start = question.start,
                           .parallelism = question.parallelism};
  const auto levers = buy_case.levers_of.find(question.name);
  if (levers != buy_case.levers_of.end()) asked.value_of = {{question.name, levers->second, {}}};
  const plan::CapacityPlan plan = plan::make_plan(buy_case.problem, asked, lp::HighsSolver());
  if (plan.status != lp::Status::kOptimal) return std::nullopt;
  const Dollars unit = buy_case.problem.scale.money;
  PricedPlan priced{.expected = plan.expected * unit};
  if (question.name.empty()) return priced;
  const plan::ValueOf value = plan.value_of.empty()
                                  ? contract_value({&book, &yields, &buy_case, &plan},
                                                   question.name, question.assumptions, asked)
                                  : plan.value_of.front();
  priced.low = value.low * unit;
  priced.high = value.high * unit;
  return priced;
}

AccessValue access_value(const book::Book& book, const YieldTable& yields,
                         const AccessQuestion& question) {
  AccessValue value{.name = question.name, .system = system_of(book, question.name)};
  if (value.system.empty()) return value;
  for (const demand::Workload& work : book.demand) {
    if (std::holds_alternative<demand::Serving>(work.work)) value.workloads.push_back(work.name);
  }
  const std::vector<YieldReading> yield_choices = yield_readings(book, yields, value.system);
  std::vector<std::size_t> choice_of;
  for (std::size_t choice = 0; choice < yield_choices.size(); ++choice) {
    for (const auto unmet : {book::UnmetRule::kBookPrices, book::UnmetRule::kServeAll}) {
      if (unmet == book::UnmetRule::kServeAll && !question.serve_all) continue;
      value.readings.push_back(
          {.yields = yield_choices[choice].name,
           .ratios = serving_ratios(book, yield_choices[choice].yields, value.system),
           .unmet = unmet,
           .stated = yield_choices[choice].stated});
      choice_of.push_back(choice);
    }
  }
  std::atomic<std::size_t> done{0};
  for_each_index(value.readings.size(), question.parallelism, [&](std::size_t index) {
    book::Book read = book;
    read.readings.unmet = value.readings[index].unmet;
    AccessQuestion alone = question;
    alone.parallelism = {};
    if (const auto priced = priced_plan(read, yield_choices[choice_of[index]].yields, alone)) {
      value.readings[index].low = priced->low;
      value.readings[index].high = priced->high;
    }
    tell(question.progress, "what access is worth",
         static_cast<double>(++done) / static_cast<double>(value.readings.size()));
  });
  return value;
}

}  // namespace offtake::study
