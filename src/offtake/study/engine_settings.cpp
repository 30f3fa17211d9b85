#include "offtake/study/engine_settings.hpp"

#include <cmath>
#include <variant>

#include "offtake/model/parameter_count.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::study {

using namespace offtake::literals;

PlannedTraining planned_training(const book::Book& book) {
  return {.chips = book.engines.training_chips,
          .sequence = static_cast<int>(book.engines.training_sequence.base_units()),
          .batch_tokens = book.engines.training_batch.base_units()};
}

BuyDecisionAssumptions buy_decision_assumptions(const book::Book& book,
                                                const catalog::Catalog& catalog) {
  BuyDecisionAssumptions assumptions{
      .option_ramp_months = static_cast<int>(std::lround(book.engines.option_ramp.in(1.0_months))),
      .tied_quantity_share = book.engines.tied_quantity,
      .interruption_loss = book.engines.interruption_loss,
      .debt_spread = book.engines.debt_spread};
  for (const demand::Workload& workload : book.demand) {
    const auto* runs = std::get_if<demand::TrainingRuns>(&workload.work);
    if (runs == nullptr) continue;
    const auto model = catalog.model(runs->model);
    if (!model) continue;  // The yields of the book have refused it.
    // Forward and backward: 6 operations a weight and token. Source: Kaplan et al., "Scaling laws
    // for neural language models", 2020.
    assumptions.training_flops_per_token[runs->model] =
        6.0 * model::parameter_count(**model).active();
  }
  return assumptions;
}

CommitmentStressAssumptions commitment_stress_assumptions(const book::Book& book) {
  CommitmentStressAssumptions assumptions;
  assumptions.settings.seed = book.risk.seed;
  assumptions.settings.block = static_cast<std::size_t>(book.risk.scenarios);
  assumptions.settings.running_cost = book.engines.supplier_running_cost;
  assumptions.settings.renegotiation_haircut = book.engines.renegotiation_haircut;
  assumptions.settings.revenue_lost_per_dollar_cut = book.engines.revenue_lost_per_dollar_cut;
  assumptions.settings.party_hazard_share = book.engines.party_hazard_share;
  assumptions.price_of_gigawatt_year = book.engines.price_of_gigawatt_year;
  return assumptions;
}

}  // namespace offtake::study
