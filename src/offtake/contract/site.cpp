#include "offtake/contract/site.hpp"

namespace offtake::contract {

Watts power_on(const Site& site, Month month, double delay_months) {
  Watts on;
  for (const auto& [planned, power] : site.energised) {
    if (month - planned >= delay_months) on = power;
  }
  return on;
}

}  // namespace offtake::contract
