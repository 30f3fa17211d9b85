#include "offtake/findings/dates.hpp"

#include <fmt/format.h>

#include <array>
#include <string_view>

namespace offtake::findings {

std::string long_month(Month month) {
  constexpr std::array<std::string_view, 12> kNames{
      "January", "February", "March",     "April",   "May",      "June",
      "July",    "August",   "September", "October", "November", "December"};
  return fmt::format("{} {}", kNames.at(static_cast<std::size_t>(month.month() - 1)), month.year());
}

std::string long_date(Date date) { return fmt::format("{} {}", date.day, long_month(date.month)); }

std::string quarter_label(Month month) {
  return fmt::format("{} Q{}", month.year(), month.quarter());
}

std::string quarter_in_words(Month month) {
  return fmt::format("Q{} {}", month.quarter(), month.year());
}

}  // namespace offtake::findings
