#pragma once

#include <map>
#include <span>
#include <vector>

#include "offtake/demand/reference_chip.hpp"
#include "offtake/demand/revenue_timing.hpp"
#include "offtake/demand/workload.hpp"
#include "offtake/units/month.hpp"
#include "offtake/units/quantity.hpp"

/// Demand, revenue and need when nothing is uncertain. `years` counts from the book's start; a
/// month is taken at its middle, (month + 0.5) / 12.
namespace offtake::demand {

/// The middle of the month, in years from the start.
double middle_of_month(int month);

/// Product of yearly factors up to `years`, geometric inside a year; the last factor goes on, and
/// before the start the first one did. No factors: 1.
double compounded(std::span<const double> per_year, double years);

/// Volume over the volume at the start.
double base_volume(const Growth& growth, double years);

/// What a token earns; zero when revenue does not come by the token.
TokenPrice revenue_per_token(const Workload& workload, double years);

/// What the workload earns when all of it is served and its volume is `volume` times the start's.
MoneyRate revenue_rate(const Workload& workload, double years, double volume);

/// Reference chips held for the workload at `volume` times the start's. Tokens: volume * work /
/// (tokens a chip * load); operations: volume / (MFU * share in use * peak). Chips do not get
/// better here: a reference chip stays what it is. Runs that count tokens need `flops_per_token`.
Chips chips_needed(const Workload& workload, const ReferenceChip& reference, double years,
                   double volume, Flops flops_per_token = {});

/// Price of a reference chip's work in a new contract: it falls as chips get better.
ChipPrice market_price(const ReferenceChip& reference, double years);

/// What the buyer earns by calendar year on the base path, all workloads and other revenue; a year
/// of which the grid holds only a part counts that part.
std::map<int, Dollars> base_revenue(std::span<const Workload> workloads, const OtherRevenue& other,
                                    Month start, int months);

/// Dollars of compute by calendar year at the market price of each month.
struct ComputeNeed {
  std::map<int, Dollars> inference;  ///< Tokens served, and compute that earns (video).
  std::map<int, Dollars> research;   ///< Training runs and other compute.
};

ComputeNeed base_need(std::span<const Workload> workloads, const ReferenceChip& reference,
                      Month start, int months);

/// Whether the workload serves users, and so counts as inference.
bool serves_users(const Workload& workload);

}  // namespace offtake::demand
