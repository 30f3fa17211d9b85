#include "offtake/stress/circularity_answer.hpp"

#include <algorithm>
#include <vector>

#include "offtake/stress/circularity.hpp"
#include "offtake/stress/path_statistics.hpp"

namespace offtake::stress {

CircularityAnswer circularity_answer(const StressProblem& problem, const PathResults& paths) {
  CircularityAnswer answer;
  const std::size_t count = problem.parties.size();
  double in_gross = 0.0;
  double in_netted = 0.0;
  double in_all = 0.0;
  for (std::size_t investor = 0; investor < count; ++investor) {
    int first = problem.quarters;
    int last = -1;
    double paid_in = 0.0;
    for (int quarter = 0; quarter < problem.quarters; ++quarter) {
      const double paid = paths.mean_equity_of(investor, quarter);
      if (paid <= 0.0) continue;
      first = std::min(first, quarter);
      last = quarter;
      paid_in += paid;
    }
    if (last < 0) continue;
    const int end = std::min(last + problem.settings.return_within, problem.quarters - 1);
    std::vector<MoneyEdge> edges{{investor, count, paid_in}};
    double customers = 0.0;
    double outside = 0.0;
    double invested = 0.0;
    for (int quarter = first; quarter <= end; ++quarter) {
      const auto now = static_cast<std::size_t>(quarter);
      for (std::size_t party = 0; party < count; ++party) {
        invested += paths.mean_equity_of(party, quarter);
        edges.push_back({count, party, paths.mean_paid_to(party, quarter)});
      }
      customers += paths.mean_of(paths.sums.customers[now]);
      outside += paths.mean_of(paths.sums.outside[now]);
      for (const auto* flows : {&problem.dues, &problem.purchases}) {
        for (const Due& due : *flows) {
          if (!due.to || due.refinanced_while_sound) continue;
          edges.push_back({due.from, *due.to, at_or_none(due.amounts, quarter).base_units()});
        }
      }
    }
    const double all = customers + outside + invested;
    const double share = all > 0.0 ? std::clamp((outside + invested) / all, 0.0, 1.0) : 0.0;
    for (const MoneyReturned& row : money_returned(count + 1, count, edges, share)) {
      answer.investors.push_back({.investor = problem.parties[investor].name,
                                  .paid_in = dollars(row.paid_in),
                                  .gross = row.returned / row.paid_in,
                                  .netted = row.returned_netted / row.paid_in});
      in_all += row.paid_in;
      in_gross += row.returned;
      in_netted += row.returned_netted;
    }
  }
  if (in_all > 0.0) {
    answer.gross = in_gross / in_all;
    answer.netted = in_netted / in_all;
  }
  double customers = 0.0;
  for (const double sum : paths.sums.customers) customers += paths.mean_of(sum);
  answer.customers_money = dollars(customers);
  return answer;
}

}  // namespace offtake::stress
