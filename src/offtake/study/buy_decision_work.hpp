#pragma once

#include <vector>

#include "offtake/book/book.hpp"
#include "offtake/study/buy_decision_paths.hpp"
#include "offtake/study/yield_table.hpp"

namespace offtake::study {

/// A workload counted in reference chips.
struct WorkInChips {
  double chips_at_start = 0.0;  ///< Held for it at the book's start.
  double decay_per_year = 1.0;  ///< Factor on chips for the same volume: work a token, a year.
  double tokens_per_chip_year = 0.0;  ///< At the start; zero for work not counted in tokens.
  double runs_per_year = 0.0;         ///< Training only.
};

/// How many reference chips a workload takes: from the book's own calibration, or, if `absolute` is
/// given (tokens or operations a second and reference chip), from that.
WorkInChips work_in_chips(const demand::Workload& workload, const demand::ReferenceChip& reference,
                          const ChipYield* absolute, double flops_per_token);

/// Price of a reference chip's work in a new contract, dollars a chip-year, `years` after the
/// start.
double market_price(const book::Book& book, double years);

/// What a reference chip-year of the workload not done costs, dollars, in month `month` of `path`.
double unmet_price(const book::Book& book, const demand::Workload& workload,
                   const WorkInChips& work, const WorldPath& path, std::size_t workload_index,
                   int month);

/// Receipts lost with a reference chip-year not done, dollars.
double lost_receipts(const book::Book& book, const demand::Workload& workload,
                     const WorkInChips& work, const WorldPath& path, std::size_t workload_index,
                     int month);

}  // namespace offtake::study
