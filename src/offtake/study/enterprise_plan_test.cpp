#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <string>

#include "offtake/lp/highs_solver.hpp"
#include "offtake/plan/capacity_plan.hpp"
#include "offtake/study/buy_decision_case.hpp"
#include "offtake/study/example_book.hpp"

using namespace offtake;
using namespace offtake::study;
using namespace offtake::study::examples;

namespace {

/// Dollars of a chip-hour over the work of a chip; infinite where it cannot do the work.
double usd_a_unit(const contract::Offer& offer, const demand::Workload& work, const Example& e) {
  const ChipYield* yield = e.yields.find(work.name, offer.system);
  if (yield == nullptr || !yield->feasible) return std::numeric_limits<double>::infinity();
  const auto supplier =
      std::ranges::find(e.book.suppliers, offer.supplier, &contract::Supplier::name);
  const double discount = supplier == e.book.suppliers.end() ? 0.0 : supplier->discount_negotiated;
  return offer.price.base_units() * (1.0 - discount) / yield->value;
}

bool may_fail(const book::Book& book, const std::string& supplier) {
  const auto known = std::ranges::find(book.suppliers, supplier, &contract::Supplier::name);
  return known != book.suppliers.end() && known->hazard > 0.0;
}

}  // namespace

TEST_CASE(
    "the enterprise's plan lies between its relaxation and the plan without the token vendor") {
  const Example& e = example(OFFTAKE_SOURCE_DIR, "enterprise");
  const BuyDecision plan = decided(e.book, e);
  REQUIRE(plan.status == lp::Status::kOptimal);
  CHECK(plan.bound <= plan.objective + kRounding);

  BuyCase relaxed = buy_case(e.book, e.yields, 4, e.settings.assumptions);
  for (plan::Lever& lever : relaxed.problem.levers) lever.whole = false;
  const plan::CapacityPlan lp = plan::make_plan(
      relaxed.problem,
      {.risk = {e.book.risk.lambda, e.book.risk.alpha}, .measure_information = false},
      lp::HighsSolver());
  CHECK(lp.bound * relaxed.problem.scale.money <= plan.objective + kRounding);

  book::Book no_vendor = e.book;
  no_vendor.outside_option.reset();
  CHECK(plan.bound <= decided(no_vendor, e).objective + kRounding);
}

TEST_CASE("the enterprise pays no less for keeping European requests in Europe") {
  const Example& e = example(OFFTAKE_SOURCE_DIR, "enterprise");
  book::Book free = e.book;
  for (demand::Workload& workload : free.demand) workload.residency.clear();
  CHECK(decided(free, e).bound <= decided(e.book, e).objective + kRounding);
}

TEST_CASE(
    "the enterprise takes no hourly offer while one that does its work for less stands idle") {
  // `less` stands in for `taken` where it runs in every region of it, by the hour, without a port,
  // in any amount and no larger lots, by a supplier that cannot fail, and does each kind of work
  // for fewer dollars.
  const Example& e = example(OFFTAKE_SOURCE_DIR, "enterprise");
  const BuyDecision plan = decided(e.book, e);
  const auto spent = [&](const std::string& name) {
    double usd = 0.0;
    for (const FleetPart& part : plan.by_period.fleet) {
      if (part.name == name) usd += std::accumulate(part.usd.begin(), part.usd.end(), 0.0);
    }
    return usd;
  };
  int taken_count = 0;
  for (const contract::Offer& taken : e.book.offers) {
    if (taken.kind != contract::OfferKind::kOnDemand || spent(taken.name) < 1.0) continue;
    ++taken_count;
    for (const contract::Offer& less : e.book.offers) {
      if (less.kind != contract::OfferKind::kOnDemand || less.port || less.quantity_max) continue;
      if (less.lot > taken.lot || may_fail(e.book, less.supplier)) continue;
      if (less.region != "all" && less.region.substr(0, 2) != taken.region.substr(0, 2)) continue;
      const bool cheaper = std::ranges::all_of(e.book.demand, [&](const demand::Workload& work) {
        return usd_a_unit(less, work, e) < usd_a_unit(taken, work, e);
      });
      CAPTURE(taken.name);
      CAPTURE(less.name);
      if (cheaper) CHECK(spent(less.name) > 0.0);
    }
  }
  CHECK(taken_count > 0);
}
