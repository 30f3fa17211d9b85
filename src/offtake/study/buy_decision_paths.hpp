#pragma once

#include <vector>

#include "offtake/book/book.hpp"
#include "offtake/study/worlds.hpp"

namespace offtake::study {

/// A world with what follows from it and the book, month by month from the book's start.
struct WorldPath : World {
  std::vector<std::vector<double>> grown;    ///< [workload][month] Volume over that at the start.
  std::vector<std::vector<double>> revenue;  ///< [workload][month] Dollars, if all is served.
  std::vector<double> net_revenue;           ///< [month] Dollars, all lines, less revenue shares.
  std::vector<double> receipts;              ///< [month] The same when it is paid in.
};

std::vector<WorldPath> world_paths(const book::Book& book, std::vector<World> worlds);

/// Share of a month's revenue that is paid away.
double revenue_share(const book::Book& book, Month month);

}  // namespace offtake::study
