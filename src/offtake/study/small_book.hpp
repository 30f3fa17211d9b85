#pragma once

#include "offtake/book/book.hpp"
#include "offtake/units/literals.hpp"

/// Books small enough to be planned by hand, for tests.
namespace offtake::study::small {

using namespace literals;

/// Work that takes `chips` reference chips at the start, and costs `loss` times the market price
/// where it is not done.
inline demand::Workload research(const std::string& name, double chips, double loss = 5.0) {
  return {.name = name,
          .work = demand::ComputeWork{.flops = 0.5 * chips * 1.0_PFLOP_per_s, .mfu = 0.5},
          .unmet = demand::UnmetSpend{.ratio = loss}};
}

/// Nothing to do and nothing on offer; a reference chip costs 1 USD an hour, 8,760 USD a year, now
/// and later. No discount, nothing uncertain, the mean counts.
inline book::Book empty_book(int years) {
  book::Book book;
  book.name = "small";
  book.horizon = {.start = Month(2026, 1), .years = years, .months_first = 0};
  book.reference_chip = {.system = "gpu",
                         .tokens = ChipTokenRate::in_base_units(1000.0),
                         .load = 1.0,
                         .price = 1.0_USD_per_chip_h,
                         .flops = 1.0_PFLOP_per_s};
  book.demand_process = {.volatility_scale = 0.0, .price_volatility = 0.0};
  book.revenue_timing.scenarios = {{.name = "as planned", .probability = 1.0}};
  book.risk = {.lambda = 0.0, .alpha = 0.5, .scenarios = 1, .seed = 1};
  return book;
}

/// As much as anybody asks for, at the market price of the day and `premium` more.
inline contract::LaterMarket open_market(double premium = 0.0) {
  return {.premium = premium, .cap = 1e15 * 1.0_USD / 1.0_years};
}

/// Chips of the reference system from the start, for as long as the book lasts.
inline contract::Offer offer(const std::string& name, ChipPrice price, double min_take = 1.0) {
  return {.name = name,
          .supplier = "Cloud",
          .system = "gpu",
          .price = price,
          .quantity_max = 1e6 * 1.0_chips,
          .start = Month(2026, 1),
          .min_take = min_take};
}

}  // namespace offtake::study::small
