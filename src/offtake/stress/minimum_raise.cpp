#include "offtake/stress/minimum_raise.hpp"

#include <algorithm>

namespace offtake::stress {

double raise_on_path(const BuyerModel& buyer, const RevenueDraw& revenue, const FundingDraw& world,
                     BuyerChoice choice) {
  constexpr double kStep = 10e6;
  constexpr double kRelative = 1e-3;
  constexpr double kMost = 1e15;
  const int quarters = buyer.problem().quarters;
  const auto fails = [&](double added) {
    BuyerChoice with = choice;
    with.added_cash = choice.added_cash + added;
    return buyer.run(revenue, world, with).default_quarter < quarters;
  };
  if (!fails(0.0)) return 0.0;
  double low = 0.0;
  double high = 1e9;
  while (high < kMost && fails(high)) {
    low = high;
    high *= 2.0;
  }
  while (high - low > std::max(kStep, kRelative * high)) {
    const double middle = 0.5 * (low + high);
    (fails(middle) ? low : high) = middle;
  }
  return high;
}

std::vector<std::vector<double>> raises_by_path(const StressProblem& problem,
                                                const RaiseQuestion& question,
                                                Parallelism threads) {
  constexpr std::size_t kBlock = 64;
  const BuyerModel buyer(problem);
  const RevenueSampler sampler(problem);
  std::vector<std::vector<double>> raises(question.ends.size(),
                                          std::vector<double>(question.paths, 0.0));
  const std::size_t blocks = (question.paths + kBlock - 1) / kBlock;
  for_each_index(blocks, threads, [&](std::size_t block) {
    const std::size_t end = std::min(question.paths, (block + 1) * kBlock);
    for (std::size_t path = block * kBlock; path < end; ++path) {
      const RevenueDraw revenue = sampler.draw(path);
      const FundingDraw world = draw_funding(problem, revenue.common_factor, path);
      double earlier = 0.0;
      for (std::size_t i = 0; i < question.ends.size(); ++i) {
        // What saved it until an earlier end is where the search for a later one begins.
        const double more = raise_on_path(buyer, revenue, world,
                                          {.rule = question.rule,
                                           .added_cash = earlier,
                                           .without = question.without,
                                           .until = question.ends[i]});
        earlier += more;
        raises[i][path] = earlier;
      }
    }
  });
  return raises;
}

}  // namespace offtake::stress
