#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace offtake::stress {

/// Money that one party pays another over the same stretch of time, in dollars.
struct MoneyEdge {
  std::size_t from = 0;
  std::size_t to = 0;
  double amount = 0.0;
};

/// How much of the money can flow from `from` to `to` along the edges, each used at most once.
/// Source: Edmonds and Karp, "Theoretical improvements in algorithmic efficiency for network flow
/// problems", Journal of the ACM 19(2), 1972.
double largest_flow(std::size_t parties, const std::vector<MoneyEdge>& edges, std::size_t from,
                    std::size_t to);

/// What an investor put into the buyer and what came back to it, by any way, in dollars.
struct MoneyReturned {
  std::size_t investor = 0;
  double paid_in = 0.0;
  double returned = 0.0;         ///< At most `paid_in`.
  double returned_netted = 0.0;  ///< The same when each dollar that the buyer spends is taken to be
                                 ///< of investors' money only in the share `invested_share`.
};

/// For each investor with an edge to `buyer`; `invested_share` of the buyer's receipts, in [0, 1],
/// came from investors and lenders, the rest from customers.
std::vector<MoneyReturned> money_returned(std::size_t parties, std::size_t buyer,
                                          const std::vector<MoneyEdge>& edges,
                                          double invested_share);

}  // namespace offtake::stress
