#pragma once

#include <map>
#include <string>
#include <vector>

#include "offtake/book/book.hpp"

namespace offtake::study {

/// One way the years may go, month by month from the book's start.
struct WorldPath {
  double probability = 0.0;
  std::string revenue_scenario;
  std::vector<std::vector<double>> volume;   ///< [workload][month] Over the volume at the start.
  std::vector<std::vector<double>> revenue;  ///< [workload][month] Dollars, if all is served.
  std::vector<double> net_revenue;           ///< [month] Dollars, all lines, less revenue shares.
  std::vector<double> receipts;              ///< [month] The same when it is paid in.
  std::vector<double> market_price;          ///< [month] Factor on the market price of compute.
  std::vector<char> window_open;             ///< [month] Money can be raised in the market.
  std::map<std::string, bool> works;         ///< Port family, or option whose chip may fail.
  std::map<std::string, bool> comes;         ///< Equity line.
  std::map<std::string, double> delay;       ///< Site -> months.
  std::map<std::string, double> failure;     ///< Supplier that may fail -> months until it does.
};

/// Draws `count` equally likely paths. Volumes wander month by month (see DemandProcess); events
/// with a probability, delays and the revenue scenario are stratified over the paths (McKay,
/// Beckman, Conover, Technometrics 21(2), 1979), so that each has its share of them.
std::vector<WorldPath> draw_world_paths(const book::Book& book, int count);

/// The name under which offers and contracts share a port: the system whose port serves them.
std::string port_family(const std::string& system, const contract::Port& port);

/// Share of a month's revenue that is paid away.
double revenue_share(const book::Book& book, Month month);

}  // namespace offtake::study
