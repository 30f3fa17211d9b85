#include "offtake/stress/minimum_raise.hpp"

#include <algorithm>
#include <cmath>

#include "offtake/base/expects.hpp"
#include "offtake/stress/path_statistics.hpp"
#include "offtake/stress/year_ends.hpp"

namespace offtake::stress {
namespace {

constexpr double kFirst = 10e6;
constexpr double kRatio = 1.002;
constexpr double kMost = 1e16;
constexpr int kDoubling = 347;  // 1.002^347 = 2.0003

std::size_t allowed_failures(double confidence, std::size_t paths) {
  const double share = std::clamp(1.0 - confidence, 0.0, 1.0);
  return static_cast<std::size_t>(share * static_cast<double>(paths) + 1e-9);
}

}  // namespace

RaiseSearch::RaiseSearch(const StressProblem& problem, std::span<const World> worlds,
                         BuyerChoice choice, Parallelism threads)
    : buyer_(problem), worlds_(worlds), choice_(choice), threads_(threads) {
  expects(!worlds.empty(), "a raise is sought on some paths");
}

double RaiseSearch::sum_at(Step step) {
  return step == 0 ? 0.0 : kFirst * std::pow(kRatio, step - 1);
}

RaiseSearch::Step RaiseSearch::step_of(double sum) {
  if (sum < kFirst) return 0;
  return 1 + static_cast<Step>(std::lround(std::log(sum / kFirst) / std::log(kRatio)));
}

const std::vector<int>& RaiseSearch::run(Step step) {
  constexpr std::size_t kBlock = 64;
  const auto [at, is_new] = default_quarter_.try_emplace(step);
  if (!is_new) return at->second;
  std::vector<int>& quarters = at->second;
  quarters.resize(worlds_.size());
  BuyerChoice choice = choice_;
  choice.added_cash += sum_at(step);
  for_each_index((quarters.size() + kBlock - 1) / kBlock, threads_, [&](std::size_t block) {
    const std::size_t end = std::min(quarters.size(), (block + 1) * kBlock);
    for (std::size_t path = block * kBlock; path < end; ++path) {
      quarters[path] = buyer_.run(worlds_[path], choice).default_quarter;
    }
  });
  return quarters;
}

std::size_t RaiseSearch::failures(Step step, int end) {
  return static_cast<std::size_t>(
      std::ranges::count_if(run(step), [&](int quarter) { return quarter <= end; }));
}

RaiseSearch::Step RaiseSearch::least(std::size_t allowed, int end, std::optional<Step> most) {
  const auto holds = [&](Step step) { return failures(step, end) <= allowed; };
  if (holds(0)) return 0;
  Step high = most.value_or(step_of(1e9));
  while (!most && !holds(high)) {
    expects(sum_at(high) < kMost, "some sum is enough");
    high += kDoubling;
  }
  // Sums that were tried already shorten the stretch.
  Step low = 0;
  for (auto tried = default_quarter_.lower_bound(high); tried != default_quarter_.begin();) {
    --tried;
    if (!holds(tried->first)) {
      low = tried->first;
      break;
    }
    high = tried->first;
  }
  while (high - low > 1) {
    const Step middle = low + (high - low) / 2;
    (holds(middle) ? high : low) = middle;
  }
  return high;
}

Raise RaiseSearch::find(const RaiseTarget& target, std::optional<Dollars> most) {
  const std::size_t paths = worlds_.size();
  std::optional<Step> bound;
  if (most) bound = step_of(most->base_units());
  const Step found = least(allowed_failures(target.confidence, paths), target.end, bound);
  // The order statistics that hold the quantile with 95%: binomial, normal limit.
  const double half =
      1.96 * std::sqrt(target.confidence * (1.0 - target.confidence) / static_cast<double>(paths));
  const Step low = least(allowed_failures(target.confidence - half, paths), target.end, found);
  const Step high = least(allowed_failures(target.confidence + half, paths), target.end, {});
  return {.end = end_of(buyer_.problem(), target.end),
          .confidence = target.confidence,
          .minimum = dollars(sum_at(found)),
          .low = dollars(sum_at(low)),
          .high = dollars(sum_at(std::max(high, found))),
          .fails_with_it = probability(failures(found, target.end), paths)};
}

double RaiseSearch::more_cash_hurts(Dollars sum, int end) const {
  const auto with_it = default_quarter_.find(step_of(sum.base_units()));
  expects(with_it != default_quarter_.end(), "a sum that was found");
  std::size_t hurt = 0;
  for (std::size_t path = 0; path < worlds_.size(); ++path) {
    if (with_it->second[path] > end) continue;
    hurt += std::any_of(default_quarter_.begin(), with_it,
                        [&](const auto& smaller) { return smaller.second[path] > end; })
                ? 1
                : 0;
  }
  return static_cast<double>(hurt) / static_cast<double>(worlds_.size());
}

}  // namespace offtake::stress
