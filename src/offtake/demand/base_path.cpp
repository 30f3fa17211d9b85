#include "offtake/demand/base_path.hpp"

#include <algorithm>
#include <cmath>

#include "offtake/base/expects.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::demand {

using namespace literals;

namespace {

TokenPrice between_anniversaries(std::span<const TokenPrice> prices, double years) {
  if (prices.empty()) return {};
  const double at = std::clamp(years, 0.0, static_cast<double>(prices.size() - 1));
  const auto before = static_cast<std::size_t>(at);
  const std::size_t after = std::min(before + 1, prices.size() - 1);
  const double share = at - static_cast<double>(before);
  return (1.0 - share) * prices[before] + share * prices[after];
}

Chips chips_for(const Serving& serving, const ReferenceChip& reference, double years,
                double volume) {
  const double work = serving.work.multiplier * std::pow(serving.work.per_year, years);
  return volume * work * serving.tokens / (reference.tokens * reference.load);
}

Chips chips_for(ComputeRate flops, double mfu, double in_use, const ReferenceChip& reference) {
  return flops / reference.flops / (mfu * in_use) * 1.0_chips;
}

}  // namespace

double middle_of_month(int month) { return (month + 0.5) / 12.0; }

double compounded(std::span<const double> per_year, double years) {
  if (per_year.empty()) return 1.0;
  if (years < 0.0) return std::pow(per_year.front(), years);
  double factor = 1.0;
  for (std::size_t year = 0;; ++year) {
    const double rate = per_year[std::min(year, per_year.size() - 1)];
    const double left = years - static_cast<double>(year);
    if (left <= 1.0) return factor * std::pow(rate, left);
    factor *= rate;
  }
}

double base_volume(const Growth& growth, double years) {
  return std::pow(compounded(growth.per_year, years), growth.log_scale);
}

TokenPrice revenue_per_token(const Workload& workload, double years) {
  if (!workload.revenue) return {};
  if (const auto* by_token = std::get_if<TokenRevenue>(&*workload.revenue)) {
    return by_token->start * compounded(by_token->per_year, years);
  }
  if (const auto* path = std::get_if<TokenRevenuePath>(&*workload.revenue)) {
    return between_anniversaries(path->anniversaries, years);
  }
  return {};
}

MoneyRate revenue_rate(const Workload& workload, double years, double volume) {
  if (!workload.revenue) return {};
  if (const auto* flat = std::get_if<FlatRevenue>(&*workload.revenue)) {
    return flat->start * compounded(flat->per_year, years);
  }
  const auto* serving = std::get_if<Serving>(&workload.work);
  if (serving == nullptr) return {};
  return volume * serving->tokens * revenue_per_token(workload, years);
}

Chips chips_needed(const Workload& workload, const ReferenceChip& reference, double years,
                   double volume, Flops flops_per_token) {
  if (const auto* serving = std::get_if<Serving>(&workload.work)) {
    return chips_for(*serving, reference, years, volume);
  }
  if (const auto* compute = std::get_if<ComputeWork>(&workload.work)) {
    return volume * chips_for(compute->flops, compute->mfu, compute->in_use, reference);
  }
  const auto& runs = std::get<TrainingRuns>(workload.work);
  const Flops each =
      runs.flops_each.value_or(runs.tokens_each.value_or(0.0_tok) / 1.0_tok * flops_per_token);
  return chips_for(volume * runs.per_year * each / 1.0_years, runs.mfu, runs.in_use, reference);
}

ChipPrice market_price(const ReferenceChip& reference, double years) {
  return reference.price * std::pow(reference.price_performance_per_year, -years);
}

std::map<int, Dollars> base_revenue(std::span<const Workload> workloads, const OtherRevenue& other,
                                    Month start, int months) {
  std::map<int, Dollars> by_year;
  for (int month = 0; month < months; ++month) {
    const double years = middle_of_month(month);
    MoneyRate rate = other.start * compounded(other.per_year, years);
    for (const Workload& workload : workloads) {
      rate += revenue_rate(workload, years, base_volume(workload.growth, years));
    }
    by_year[(start + month).year()] += rate * 1.0_months;
  }
  return by_year;
}

ComputeNeed base_need(std::span<const Workload> workloads, const ReferenceChip& reference,
                      Month start, int months) {
  ComputeNeed need;
  for (int month = 0; month < months; ++month) {
    const double years = middle_of_month(month);
    for (const Workload& workload : workloads) {
      const Chips chips =
          chips_needed(workload, reference, years, base_volume(workload.growth, years));
      auto& part = serves_users(workload) ? need.inference : need.research;
      part[(start + month).year()] += chips * market_price(reference, years) * 1.0_months;
    }
  }
  return need;
}

bool serves_users(const Workload& workload) {
  return std::holds_alternative<Serving>(workload.work) || workload.revenue.has_value();
}

}  // namespace offtake::demand
