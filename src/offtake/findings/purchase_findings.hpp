#pragma once

#include "offtake/book/book.hpp"
#include "offtake/report/contract_section.hpp"
#include "offtake/report/cost_section.hpp"
#include "offtake/report/fleet_section.hpp"
#include "offtake/study/buy_decision.hpp"
#include "offtake/study/yield_table.hpp"

namespace offtake::findings {

/// What the plan does with every contract, offer, option and line of equity, and why.
report::ContractSection contract_section(const book::Book& book,
                                         const study::BuyDecision& decision);

/// Capacity by contract over time, in reference chips and dollars, with the need over it.
report::FleetSection fleet_section(const book::Book& book, const study::BuyDecision& decision);

/// Dollars needed by year against dollars signed.
report::NeedSection need_section(const book::Book& book, const study::BuyDecision& decision);

/// The plan beside its frontier and the baselines.
report::CostRiskSection cost_risk_section(const study::BuyDecision& decision);

/// Dollars for a million tokens of the book's first serving workload, by system, at the price at
/// which the book offers or signed it. Absent when no system that the book prices can serve it.
std::optional<report::TokenCostSection> token_cost_section(const book::Book& book,
                                                           const study::YieldTable& yields);

}  // namespace offtake::findings
