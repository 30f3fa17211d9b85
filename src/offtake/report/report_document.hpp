#pragma once

#include <optional>
#include <vector>

#include "offtake/report/access_section.hpp"
#include "offtake/report/answer_section.hpp"
#include "offtake/report/assumption_section.hpp"
#include "offtake/report/cash_section.hpp"
#include "offtake/report/check_section.hpp"
#include "offtake/report/contract_section.hpp"
#include "offtake/report/cost_section.hpp"
#include "offtake/report/fleet_section.hpp"
#include "offtake/report/obligation_section.hpp"
#include "offtake/report/reading_section.hpp"
#include "offtake/report/replay_section.hpp"
#include "offtake/report/run_section.hpp"
#include "offtake/report/table_section.hpp"
#include "offtake/report/training_section.hpp"
#include "offtake/report/validation_section.hpp"

namespace offtake::report {

/// All that the page and the terminal summary show. Who fills it decides every figure and every
/// sentence; the page only draws. A part without data is absent and left out of the page.
///
/// Dollars are plain dollars (41.2e9), shares and probabilities lie in [0, 1], times are in years
/// (2026.25 is 1 April 2026). Bands are 80% unless the field says otherwise.
struct ReportDocument {
  Header header;
  std::vector<AnswerRow> answer;
  std::optional<ContractSection> contracts;
  std::optional<AccessSection> access;
  std::optional<FleetSection> fleet;
  std::optional<NeedSection> need;
  std::optional<TokenCostSection> token_cost;
  std::optional<CostRiskSection> cost_risk;
  std::vector<TableSection> robustness;  ///< Whether the plan holds where it was not made for.
  std::optional<CashSection> cash;
  std::optional<DefaultSection> defaults;
  std::optional<RaiseSection> raise;
  std::optional<FundingRuleSection> funding_rules;
  std::optional<CommitmentSection> commitments;
  std::optional<ObligationSection> obligations;
  std::optional<PartyLossSection> party_losses;
  std::vector<TornadoSection> tornadoes;
  std::optional<ReadingSection> readings;
  std::optional<ReplaySection> replay;
  std::optional<TrainingSection> training;
  std::optional<ValidationSection> validation;
  std::optional<CheckSection> checks;
  std::optional<AssumptionSection> assumptions;
  std::vector<Note> notes;
  RunSection run;
};

}  // namespace offtake::report
