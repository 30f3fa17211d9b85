#include "offtake/study/buy_decision_work.hpp"

#include <algorithm>
#include <cmath>
#include <variant>

#include "offtake/demand/base_path.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::study {

using namespace literals;

namespace {

constexpr double kServeAllFactor = 100.0;

template <class... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};

double year_of(int month) { return (month + 0.5) / 12.0; }

/// Reference chips that the workload takes in a month of a path.
double chips_in_month(const WorkInChips& work, const WorldPath& path, std::size_t index,
                      int month) {
  return work.chips_at_start * path.grown[index][static_cast<std::size_t>(month)] *
         std::pow(work.decay_per_year, year_of(month));
}

double tokens_per_chip_year(const WorkInChips& work, int month) {
  return work.tokens_per_chip_year / std::pow(work.decay_per_year, year_of(month));
}

double scaled_token_price(const book::Book& book, const demand::Workload& workload, double price,
                          double years) {
  const double now = demand::revenue_per_token(workload, 0.0).base_units();
  const double then = demand::revenue_per_token(workload, years).base_units();
  switch (book.readings.unmet_scaling) {
    case book::UnmetScaling::kWithRevenue:
      return now > 0.0 ? price * then / now : std::max(price, then);
    case book::UnmetScaling::kFloorAtRevenue:
      return std::max(price, then);
    case book::UnmetScaling::kConstant:
      return price;
  }
  return price;
}

}  // namespace

WorkInChips work_in_chips(const demand::Workload& workload, const demand::ReferenceChip& reference,
                          const ChipYield* absolute, double flops_per_token) {
  const double year = (1.0_years).base_units();
  // Where a daily profile says how busy the hours are, the mean load would count them twice.
  const auto* shaped = std::get_if<demand::Serving>(&workload.work);
  const bool by_hours = shaped != nullptr && !shaped->shape.profile.empty();
  const double chip_tokens =
      absolute != nullptr ? absolute->value
                          : reference.tokens.base_units() * (by_hours ? 1.0 : reference.load);
  return std::visit(
      Overloaded{
          [&](const demand::Serving& serving) {
            const double rate = chip_tokens / serving.work.multiplier;
            return WorkInChips{.chips_at_start = serving.tokens.base_units() / rate,
                               .decay_per_year = serving.work.per_year,
                               .tokens_per_chip_year = rate * year};
          },
          [&](const demand::ComputeWork& compute) {
            const double rate =
                absolute != nullptr ? absolute->value : reference.flops.base_units() * compute.mfu;
            return WorkInChips{.chips_at_start =
                                   compute.flops.base_units() / (rate * compute.in_use)};
          },
          [&](const demand::TrainingRuns& runs) {
            const double each = runs.flops_each ? runs.flops_each->base_units()
                                                : runs.tokens_each->base_units() * flops_per_token;
            const double rate =
                absolute != nullptr ? absolute->value : reference.flops.base_units() * runs.mfu;
            return WorkInChips{.chips_at_start = each * runs.per_year / (rate * runs.in_use * year),
                               .runs_per_year = runs.per_year};
          }},
      workload.work);
}

double market_price(const book::Book& book, double years) {
  return book.reference_chip.price.base_units() * (1.0_years).base_units() /
         std::pow(book.price_paths.price_performance_new, years);
}

double unmet_price(const book::Book& book, const demand::Workload& workload,
                   const WorkInChips& work, const WorldPath& path, std::size_t workload_index,
                   int month) {
  const double years = year_of(month);
  const double year = (1.0_years).base_units();
  const double chips = chips_in_month(work, path, workload_index, month);
  const double price = std::visit(
      Overloaded{
          [&](const demand::UnmetTokens& unmet) {
            return scaled_token_price(book, workload, unmet.price.base_units(), years) *
                   tokens_per_chip_year(work, month);
          },
          [&](const demand::UnmetShare& unmet) { return unmet.whole.base_units() * year / chips; },
          [&](const demand::UnmetSpend& unmet) {
            return unmet.ratio * market_price(book, years) *
                   path.market_price[static_cast<std::size_t>(month)];
          },
          [&](const demand::UnmetDelay& unmet) {
            // Work of one month of all runs not done is one month of delay.
            return unmet.rate.base_units() * year / chips;
          },
          [&](const demand::UnmetRun& unmet) {
            return unmet.each.base_units() * work.runs_per_year / chips;
          }},
      workload.unmet);
  return book.readings.unmet == book::UnmetRule::kServeAll ? kServeAllFactor * price : price;
}

double lost_receipts(const book::Book& book, const demand::Workload& workload,
                     const WorkInChips& work, const WorldPath& path, std::size_t workload_index,
                     int month) {
  if (!workload.revenue || work.tokens_per_chip_year <= 0.0) return 0.0;
  const double chips = chips_in_month(work, path, workload_index, month);
  const double earned = 12.0 * path.revenue[workload_index][static_cast<std::size_t>(month)];
  return earned / chips * (1.0 - revenue_share(book, book.horizon.start + month));
}

}  // namespace offtake::study
