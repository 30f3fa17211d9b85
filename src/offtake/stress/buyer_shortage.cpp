#include <algorithm>

#include "offtake/stress/buyer_books.hpp"

/// What a buyer does that cannot pay all.
namespace offtake::stress {

/// What is still owed of a commitment falls to `kept_share` of what it was, this quarter included.
void BuyerModel::release(Books& books, std::size_t commitment, double kept_share) const {
  const double now = books.due[commitment] - books.delayed[commitment];
  books.after += (1.0 - kept_share) * now;
  books.due[commitment] *= kept_share;
  books.delayed[commitment] *= kept_share;
  books.run.kept[commitment] *= kept_share;
}

void BuyerModel::cover_shortage(Books& books, int quarter) const {
  const StressProblem& problem = *problem_;
  const StressSettings& settings = problem.settings;
  const std::size_t count = problem.commitments.size();
  if (settings.open_purchases_cut_first) {
    const double gain = 1.0 - settings.revenue_lost_per_dollar_cut;
    const double cut = gain > 0.0 ? std::min(books.open, -books.after / gain) : 0.0;
    const double lost = cut * settings.revenue_lost_per_dollar_cut;
    books.open -= cut;
    books.flows(quarter).customers -= lost;
    books.cash -= lost;
    books.after += cut - lost;
  }
  for (std::size_t k = 0; k < count && books.after < 0.0; ++k) {
    const double late = std::min(problem.commitments[k].cure * books.due[k], -books.after);
    if (late <= 0.0) continue;
    books.delayed[k] = late;
    books.run.late[k] = true;
    books.after += late;
  }
  for (std::size_t k = 0; k < count && books.after < 0.0; ++k) {
    if (books.stepped_down[k] || books.due[k] <= 0.0) continue;
    const Commitment& terms = problem.commitments[k];
    const double released = settings.step_down_releases_all ? 1.0 : 1.0 - terms.firm_share;
    books.stepped_down[k] = true;
    release(books, k, 1.0 - released * (1.0 - terms.step_down));
  }
  if (books.after >= 0.0 || !settings.renegotiation || books.run.renegotiated_in) return;
  books.run.renegotiated_in = quarter;
  for (std::size_t k = 0; k < count; ++k) {
    if (books.due[k] <= 0.0) continue;
    release(books, k, 1.0 - haircut());
    books.run.late[k] = true;
  }
}

}  // namespace offtake::stress
