#pragma once

#include <map>
#include <string>
#include <vector>

#include "offtake/book/book.hpp"

namespace offtake::study {

/// What is drawn of one way the years may go; the book says the rest.
struct World {
  double probability = 0.0;
  std::string revenue_scenario;
  std::vector<std::vector<double>> volume;  ///< [workload][month] Factor on the base path.
  std::vector<double> market_price;         ///< [month] Factor on the market price of compute.
  std::vector<char> window_open;            ///< [month] Money can be raised in the market.
  std::map<std::string, bool> works;        ///< Port family, or option whose chip may fail.
  std::map<std::string, bool> comes;        ///< Equity line.
  std::map<std::string, double> delay;      ///< Site -> months.
  std::map<std::string, double> failure;    ///< Supplier that may fail -> months until it does.

  bool operator==(const World&) const = default;
};

/// Draws `count` equally likely worlds. Volumes wander month by month (see DemandProcess); events
/// with a probability, delays and the revenue scenario are stratified over the worlds (McKay,
/// Beckman, Conover, Technometrics 21(2), 1979), so that each has its share of them.
std::vector<World> draw_worlds(const book::Book& book, int count);

/// The name under which offers and contracts share a port: the system whose port serves them.
std::string port_family(const std::string& system, const contract::Port& port);

}  // namespace offtake::study
