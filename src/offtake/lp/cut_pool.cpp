#include "offtake/lp/cut_pool.hpp"

#include <numeric>

#include "offtake/base/expects.hpp"

namespace offtake::lp {

double Cut::at(std::span<const double> x) const {
  return std::inner_product(slope.begin(), slope.end(), x.begin(), constant);
}

std::size_t CutPool::highest_at(std::span<const double> x) const {
  expects(!cuts_.empty(), "the pool holds a cut");
  std::size_t best = 0;
  double height = cuts_[0].at(x);
  for (std::size_t cut = 1; cut < cuts_.size(); ++cut) {
    const double other = cuts_[cut].at(x);
    if (other > height) {
      best = cut;
      height = other;
    }
  }
  return best;
}

}  // namespace offtake::lp
