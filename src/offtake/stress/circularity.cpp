#include "offtake/stress/circularity.hpp"

#include <algorithm>
#include <limits>
#include <queue>

#include "offtake/base/expects.hpp"

namespace offtake::stress {

double largest_flow(std::size_t parties, const std::vector<MoneyEdge>& edges, std::size_t from,
                    std::size_t to) {
  expects(from != to, "a flow leads from one party to another");
  std::vector<double> room(parties * parties, 0.0);
  double largest = 0.0;
  for (const MoneyEdge& edge : edges) {
    room[edge.from * parties + edge.to] += edge.amount;
    largest = std::max(largest, edge.amount);
  }
  const double nothing = 1e-12 * largest;
  double flow = 0.0;
  while (true) {
    std::vector<std::size_t> before(parties, parties);
    before[from] = from;
    std::queue<std::size_t> reached({from});
    while (!reached.empty() && before[to] == parties) {
      const std::size_t party = reached.front();
      reached.pop();
      for (std::size_t next = 0; next < parties; ++next) {
        if (before[next] != parties || room[party * parties + next] <= nothing) continue;
        before[next] = party;
        reached.push(next);
      }
    }
    if (before[to] == parties) return flow;
    double step = std::numeric_limits<double>::infinity();
    for (std::size_t at = to; at != from; at = before[at]) {
      step = std::min(step, room[before[at] * parties + at]);
    }
    for (std::size_t at = to; at != from; at = before[at]) {
      room[before[at] * parties + at] -= step;
      room[at * parties + before[at]] += step;
    }
    flow += step;
  }
}

std::vector<MoneyReturned> money_returned(std::size_t parties, std::size_t buyer,
                                          const std::vector<MoneyEdge>& edges,
                                          double invested_share) {
  expects(0.0 <= invested_share && invested_share <= 1.0, "a share of receipts");
  std::vector<double> paid_in(parties, 0.0);
  for (const MoneyEdge& edge : edges) {
    if (edge.to == buyer) paid_in[edge.from] += edge.amount;
  }
  std::vector<MoneyReturned> result;
  for (std::size_t investor = 0; investor < parties; ++investor) {
    if (paid_in[investor] <= 0.0) continue;
    const double back = largest_flow(parties, edges, buyer, investor);
    result.push_back({.investor = investor,
                      .paid_in = paid_in[investor],
                      .returned = std::min(back, paid_in[investor]),
                      .returned_netted = std::min(invested_share * back, paid_in[investor])});
  }
  return result;
}

}  // namespace offtake::stress
