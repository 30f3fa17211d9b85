#pragma once

#include <vector>

#include "offtake/study/buy_decision.hpp"

namespace offtake::study {

/// `values` with equal weights.
Spread spread_of(const std::vector<double>& values);

PeriodTable period_table(const book::Book& book, const BuyCase& buy_case,
                         const plan::CapacityPlan& plan);
std::vector<YearRow> year_table(const book::Book& book, const BuyCase& buy_case);

/// What each workload leaves undone, and what that costs beside the market, means over worlds,
/// weighted by what is undone.
std::vector<UndoneRow> undone_table(const book::Book& book, const BuyCase& buy_case,
                                    const plan::CapacityPlan& plan);

/// The mean of the parts of cost, in dollars.
plan::CostParts mean_cost(const BuyCase& buy_case, const plan::CapacityPlan& plan);

}  // namespace offtake::study
