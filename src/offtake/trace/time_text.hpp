#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "offtake/units/sim_time.hpp"

namespace offtake::trace {

/// Times of a file's clock are below this (in 2096), so that a span and a gap together do not
/// overflow.
inline constexpr SimTime kTimeEnd{4'000'000'000'000'000'000};

/// Seconds as a decimal number from 0 to below kTimeEnd, such as "5", "61.114"; digits after the
/// ninth decimal are dropped.
std::optional<SimTime> decimal_seconds(std::string_view text);

/// A day and time of day from 1970 to 2095, as ISO 8601 writes it, with "T" or a blank between and
/// up to nine decimals used: "2023-11-16 18:17:03.9799600". Universal time unless it ends in an
/// offset, "Z" or "+02:00". Since the start of 1970, without leap seconds.
class CalendarTime {
 public:
  std::optional<SimTime> parse(std::string_view text);

 private:
  /// The day read last, which the next row most often shares.
  std::string day_text_ = "1970-01-01";
  std::int64_t day_ = 0;  ///< Days from 1970 to it.
};

}  // namespace offtake::trace
