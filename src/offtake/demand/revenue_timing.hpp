#pragma once

#include <map>
#include <string>
#include <vector>

#include "offtake/units/quantity.hpp"

namespace offtake::demand {

/// One way in which the whole revenue path may move; volumes, costs and bills stay.
struct RevenueScenario {
  std::string name;
  double probability = 0.0;
  int shift_months = 0;  ///< Positive: later. Until the shifted path starts, revenue stands still.
  double level = 1.0;    ///< Factor on the revenue.
  double growth_scale = 1.0;  ///< Factor on the log growth of revenue since the start.
};

/// Revenue as a sum a year that no workload explains, and its factor each year.
struct OtherRevenue {
  MoneyRate start;
  std::vector<double> per_year;
};

/// What is believed about when revenue comes.
struct RevenueTiming {
  std::vector<RevenueScenario> scenarios;  ///< Probabilities sum to one.
  OtherRevenue other;
  Seconds other_receipts_lag;
  std::map<int, Dollars> base_path;     ///< Check: what the demand should give, by calendar year.
  std::map<int, Dollars> company_plan;  ///< For comparison only.
  /// Revenue already earned in a calendar year before the start, to compare whole years.
  std::map<int, Dollars> earned_before_start;
};

}  // namespace offtake::demand
