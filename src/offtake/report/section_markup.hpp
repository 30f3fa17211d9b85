#pragma once

#include <string>
#include <vector>

#include "offtake/report/report_document.hpp"

namespace offtake::report {

/// The markup of each part of the page: sentences, tables and the places where charts are drawn.
/// Everything can be read without scripts; the scripts add the pictures.

std::string answer_markup(const std::vector<AnswerRow>& rows);
std::string contract_markup(const ContractSection& section);
std::string access_markup(const AccessSection& section);
std::string commitment_markup(const CommitmentSection& section);
std::string fleet_markup(const FleetSection& section);
std::string need_markup(const NeedSection& section);
std::string token_cost_markup(const TokenCostSection& section);
std::string cost_risk_markup(const CostRiskSection& section);
std::string cash_markup(const CashSection& section);
std::string raise_markup(const RaiseSection& section);
std::string funding_rule_markup(const FundingRuleSection& section);
std::string default_markup(const DefaultSection& section);
std::string party_loss_markup(const PartyLossSection& section);
std::string obligation_markup(const ObligationSection& section);
std::string table_section_markup(const TableSection& section);
std::string reading_markup(const ReadingSection& section);
std::string tornado_markup(const TornadoSection& section, std::size_t index);
std::string composition_markup(const Composition& composition);
std::string scaling_markup(const ScalingSection& section);
std::string layout_markup(const LayoutSection& section);
std::string fleet_table_markup(const ReplaySection& section);
std::string latency_markup(const std::vector<ReplayFleet>& fleets, const LatencyPicture& picture);
std::string load_markup(const std::vector<ReplayFleet>& fleets, const LoadPicture& picture);
std::string occupancy_markup(const std::vector<ReplayFleet>& fleets,
                             const OccupancyPicture& picture);
std::string attainment_markup(const std::vector<ReplayFleet>& fleets,
                              const AttainmentPicture& picture);
std::string class_markup(const ClassTable& table);
std::string measured_markup(const ValidationSection& section);
std::string error_markup(const ValidationSection& section);
std::string apart_markup(const ValidationSection& section);
std::string unpredicted_markup(const ValidationSection& section);
std::string check_markup(const CheckSection& section);
std::string assumption_markup(const AssumptionSection& section);
std::string note_markup(const std::vector<Note>& notes);
std::string run_markup(const RunSection& section);

}  // namespace offtake::report
