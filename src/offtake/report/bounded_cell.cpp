#include "offtake/report/bounded_cell.hpp"

#include <fmt/format.h>

namespace offtake::report {

Cell bounded_cell(const Estimate& usd, const MoneyUnit& unit) {
  const std::string middle = unit.figure(usd.value);
  if (!usd.band) return number_cell(usd.value, middle);
  const std::string low = unit.figure(usd.band->low);
  const std::string high = unit.figure(usd.band->high);
  if (low == high) return number_cell(usd.value, middle);
  return {.markup = fmt::format("{} <span class=\"band\">{}</span>", middle, range(low, high)),
          .value = usd.value};
}

}  // namespace offtake::report
