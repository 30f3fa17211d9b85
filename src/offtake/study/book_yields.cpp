#include "offtake/study/book_yields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "offtake/base/input_error.hpp"
#include "offtake/perf/site_power.hpp"
#include "offtake/perf/yield.hpp"
#include "offtake/study/serve_cost.hpp"

namespace offtake::study {
namespace {

using demand::ComputeWork;
using demand::Serving;
using demand::TrainingRuns;
using demand::Workload;

ChipYield serving_yield(const Serving& serving, const model::ModelArchitecture& model,
                        const hardware::System& system) {
  ServeQuestion question{
      .request = {.input = serving.isl.base_units(),
                  // Work without output, such as embedding, still ends with one vector a request.
                  .output = std::max(1.0, serving.osl.base_units()),
                  .cached_share = serving.cached_input},
      .objective = {.ttft_p99 = serving.slo.ttft_p99, .tpot_p99 = serving.slo.tpot_p99},
      .mode = *perf::parse_serving_mode(serving.mode)};
  if (const auto format = hardware::parse_numeric_format(serving.weights)) {
    question.weights = {*format};
  }
  const ServeCost cost = serve_cost(model, system, question);
  if (!cost.answer) return {.reason = cost.reason};
  return {.feasible = true,
          .reason = describe(cost.answer->served),
          .value = cost.answer->total_rate.value.base_units(),
          .low = cost.answer->total_rate.low.base_units(),
          .high = cost.answer->total_rate.high.base_units(),
          .site_power = cost.answer->site_power};
}

ChipYield compute_yield(const ComputeWork& work, const hardware::System& system) {
  ChipYield yield{.measure = YieldMeasure::kFlops};
  const auto format = hardware::parse_numeric_format(work.format);
  if (!format) {
    yield.reason = fmt::format("\"{}\" is not a numeric format", work.format);
    return yield;
  }
  const auto* peak = system.chip.compute_peak.find(*format);
  const auto* share = system.training.sustained.gemm.find(*format);
  if (peak == nullptr || share == nullptr) {
    yield.reason = fmt::format("the chip does not multiply in {}", work.format);
    return yield;
  }
  const auto rate =
      perf::with_band(peak->value * share->value, system.training.step_error.dense.value);
  yield.feasible = true;
  yield.reason =
      fmt::format("{:.0f}% of the {} peak in large products", 100.0 * share->value, work.format);
  yield.value = rate.value.base_units();
  yield.low = rate.low.base_units();
  yield.high = rate.high.base_units();
  yield.site_power = perf::site_power(system.power, 1.0);
  return yield;
}

ChipYield training_yield(const model::ModelArchitecture& model, const hardware::System& system,
                         const PlannedTraining& training) {
  ChipYield yield{.measure = YieldMeasure::kFlops};
  const auto rate = training_flops_rate_per_chip(system, model, training);
  if (!rate) {
    yield.reason = fmt::format("no layout on {} chips fits", training.chips);
    return yield;
  }
  yield.feasible = true;
  yield.reason = fmt::format("best layout on {} chips, sequences of {} tokens", training.chips,
                             training.sequence);
  yield.value = rate->value.base_units();
  yield.low = rate->low.base_units();
  yield.high = rate->high.base_units();
  yield.site_power = perf::site_power(system.power, 1.0);
  return yield;
}

std::string model_of(const Workload& workload) {
  if (const auto* serving = std::get_if<Serving>(&workload.work)) return serving->model;
  if (const auto* runs = std::get_if<TrainingRuns>(&workload.work)) return runs->model;
  return "";
}

std::set<std::string> systems_of(const book::Book& book) {
  std::set<std::string> systems{book.reference_chip.system};
  for (const auto& contract : book.contracts) {
    systems.insert(contract.system);
    if (contract.next_system) systems.insert(contract.next_system->system);
  }
  for (const auto& option : book.options_held) systems.insert(option.system);
  for (const auto& offer : book.offers) systems.insert(offer.system);
  systems.erase("");
  return systems;
}

bool has_equivalent(const book::Book& book, const std::string& system) {
  return std::ranges::find(book.chip_equivalents, system, &contract::ChipEquivalent::system) !=
         book.chip_equivalents.end();
}

/// A workload beside a system that the catalog can model.
struct Pair {
  const Workload* workload;
  const model::ModelArchitecture* model;  ///< Null for work that has none.
  std::string system_name;                ///< As the book calls it.
  const hardware::System* system;
};

std::vector<Pair> pairs_of(const book::Book& book, const catalog::Catalog& catalog) {
  std::vector<Problem> problems;
  std::vector<Pair> systems;
  for (const std::string& name : systems_of(book)) {
    const auto found = catalog.system(name);
    if (found) {
      systems.push_back({nullptr, nullptr, name, *found});
    } else if (!has_equivalent(book, name)) {
      problems.push_back(
          {{book.file},
           "system",
           catalog::expected_text(found.error()) + ", or an entry of chip_equivalents",
           "\"" + name + "\""});
    }
  }
  std::vector<Pair> pairs;
  for (const Workload& workload : book.demand) {
    const std::string model_name = model_of(workload);
    const model::ModelArchitecture* model = nullptr;
    if (!model_name.empty()) {
      const auto found = catalog.model(model_name);
      if (!found) {
        problems.push_back({{book.file},
                            "/demand/" + workload.name + "/model",
                            catalog::expected_text(found.error()),
                            "\"" + model_name + "\""});
        continue;
      }
      model = *found;
    }
    for (const Pair& system : systems) {
      pairs.push_back({&workload, model, system.system_name, system.system});
    }
  }
  if (!problems.empty()) throw InputError(std::move(problems));
  return pairs;
}

ChipYield yield_of(const Pair& pair, const PlannedTraining& training) {
  ChipYield yield;
  if (const auto* serving = std::get_if<Serving>(&pair.workload->work)) {
    yield = serving_yield(*serving, *pair.model, *pair.system);
  } else if (const auto* compute = std::get_if<ComputeWork>(&pair.workload->work)) {
    yield = compute_yield(*compute, *pair.system);
  } else {
    yield = training_yield(*pair.model, *pair.system, training);
  }
  yield.workload = pair.workload->name;
  yield.system = pair.system_name;
  return yield;
}

}  // namespace

YieldTable book_yields(const book::Book& book, const catalog::Catalog& catalog,
                       const PlannedTraining& training, Parallelism parallelism,
                       const Progress& progress) {
  const std::vector<Pair> pairs = pairs_of(book, catalog);
  YieldTable table;
  table.yields.resize(pairs.size());
  std::atomic<std::size_t> done{0};
  for_each_index(pairs.size(), parallelism, [&](std::size_t index) {
    table.yields[index] = yield_of(pairs[index], training);
    tell(progress, "yields of chips",
         static_cast<double>(++done) / static_cast<double>(pairs.size()));
  });
  return table;
}

}  // namespace offtake::study
