#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <limits>
#include <map>
#include <numeric>
#include <string>

#include "offtake/book/read_book.hpp"
#include "offtake/catalog/catalog.hpp"
#include "offtake/lp/highs_solver.hpp"
#include "offtake/plan/capacity_plan.hpp"
#include "offtake/study/book_yields.hpp"
#include "offtake/study/buy_decision.hpp"
#include "offtake/study/engine_settings.hpp"
#include "offtake/units/literals.hpp"

using namespace offtake;
using namespace offtake::literals;
using namespace offtake::study;

namespace {

const catalog::Catalog& the_catalog() {
  static const catalog::Catalog catalog =
      catalog::load_catalog(std::string(OFFTAKE_SOURCE_DIR) + "/catalog");
  return catalog;
}

/// A book with what the performance model says of its chips.
struct Example {
  book::Book book;
  YieldTable yields;
  BuyDecisionSettings settings;
};

const Example& example(const std::string& name) {
  static std::map<std::string, Example> known;
  if (const auto at = known.find(name); at != known.end()) return at->second;
  const std::string file = "examples/" + name + ".yaml";
  std::ifstream stream(std::string(OFFTAKE_SOURCE_DIR) + "/" + file, std::ios::binary);
  REQUIRE(stream.is_open());
  Example e;
  e.book = book::read_book(std::string{std::istreambuf_iterator<char>(stream), {}}, file);
  e.yields = book_yields(e.book, the_catalog(), planned_training(e.book), {.threads = 2});
  e.settings = {.assumptions = buy_decision_assumptions(e.book, the_catalog()),
                .scenarios = 4,
                .explain = false,
                .parallelism = {.threads = 2}};
  return known.emplace(name, e).first->second;
}

BuyDecision decided(const book::Book& book, const Example& e) {
  return decide_purchases(book, e.yields, e.settings);
}

/// Of a plan of millions: what bounds and objectives may differ by when they are the same.
constexpr Dollars kRounding = 1.0_USD;

const std::string kBooks[] = {"openai-2025-12", "openai-2026-03", "enterprise"};

/// Dollars of a chip-hour over the work of a chip; infinite where it cannot do the work.
double usd_a_unit(const contract::Offer& offer, const demand::Workload& work, const Example& e) {
  const ChipYield* yield = e.yields.find(work.name, offer.system);
  if (yield == nullptr || !yield->feasible) return std::numeric_limits<double>::infinity();
  const auto supplier =
      std::ranges::find(e.book.suppliers, offer.supplier, &contract::Supplier::name);
  const double discount = supplier == e.book.suppliers.end() ? 0.0 : supplier->discount_negotiated;
  return offer.price.base_units() * (1.0 - discount) / yield->value;
}

}  // namespace

TEST_CASE(
    "every example can be planned with nothing on offer and no market: all recourse is complete") {
  for (const std::string& name : kBooks) {
    CAPTURE(name);
    const Example& e = example(name);
    book::Book book = e.book;
    book.offers.clear();
    book.options_held.clear();
    book.later_market.reset();
    book.outside_option.reset();
    book.value_of.clear();
    const BuyDecision answer = decided(book, e);
    REQUIRE(answer.status == lp::Status::kOptimal);
    CHECK(answer.mean_cost.rentals == doctest::Approx(0.0));
    // And the book's offers and market cost no more than that.
    CHECK(decided(e.book, e).bound <= answer.objective + kRounding);
  }
}

TEST_CASE("work left undone has a price above zero in every example, period and world") {
  for (const std::string& name : kBooks) {
    const Example& e = example(name);
    for (const auto scaling :
         {book::UnmetScaling::kWithRevenue, book::UnmetScaling::kFloorAtRevenue,
          book::UnmetScaling::kConstant}) {
      book::Book book = e.book;
      book.readings.unmet_scaling = scaling;
      const BuyCase buy = buy_case(book, e.yields, 4, e.settings.assumptions);
      for (const plan::Scenario& scenario : buy.problem.scenarios) {
        for (std::size_t w = 0; w < scenario.unmet_price.size(); ++w) {
          CAPTURE(name);
          CAPTURE(buy.problem.workloads[w].name);
          CHECK(std::ranges::min(scenario.unmet_price[w]) > 0.0);
        }
      }
    }
  }
}

TEST_CASE(
    "the enterprise's plan lies between its relaxation and the plan without the token vendor") {
  const Example& e = example("enterprise");
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
  const Example& e = example("enterprise");
  book::Book free = e.book;
  for (demand::Workload& workload : free.demand) workload.residency.clear();
  CHECK(decided(free, e).bound <= decided(e.book, e).objective + kRounding);
}

TEST_CASE(
    "the enterprise takes no hourly offer while one that does its work for less stands idle") {
  // `less` stands in for `taken` where it runs in every region of it, by the hour, without a port,
  // in any amount, and does each kind of work for fewer dollars.
  const Example& e = example("enterprise");
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
