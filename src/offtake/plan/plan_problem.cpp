#include "offtake/plan/plan_problem.hpp"

namespace offtake::plan {

double take_cost(const Source& source, std::size_t period) {
  return source.take_factor.empty() ? source.take_price
                                    : source.take_price * source.take_factor[period];
}

double rental_cost(const Scenario& scenario, std::size_t rental, std::size_t period,
                   std::size_t block) {
  const double price = scenario.rental_price[rental][period];
  if (scenario.rental_billed.empty() || scenario.rental_billed[rental].empty()) return price;
  return price * scenario.rental_billed[rental][period][block];
}

}  // namespace offtake::plan
