#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>
#include <limits>
#include <map>
#include <numeric>
#include <string>
#include <vector>

#include "offtake/book/need_against_signed.hpp"
#include "offtake/book/read_book.hpp"
#include "offtake/catalog/catalog.hpp"
#include "offtake/demand/base_path.hpp"
#include "offtake/lp/highs_solver.hpp"
#include "offtake/plan/capacity_plan.hpp"
#include "offtake/study/book_yields.hpp"
#include "offtake/study/buy_decision.hpp"
#include "offtake/study/buy_decision_paths.hpp"
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

TEST_CASE(
    "the lab's plan needs, owes and earns by year what its base path does when nothing wanders") {
  const Example& e = example("openai-2025-12");
  book::Book book = e.book;
  book.demand_process.volatility_scale = 0.0;
  book.slip = {};
  book.revenue_timing.scenarios = {{.name = "on-path", .probability = 1.0}};
  // By the book's own equivalents: the performance model would give training another level.
  const BuyDecision plan = decide_purchases(book, {}, e.settings);
  const auto rows = book::need_against_signed(book);
  const auto all = demand::base_revenue(book.demand, book.revenue_timing.other, book.horizon.start,
                                        book.horizon.months());
  const auto other = demand::base_revenue({}, book.revenue_timing.other, book.horizon.start,
                                          book.horizon.months());
  REQUIRE(plan.by_year.size() == 7);
  for (const YearRow& year : plan.by_year) {
    CAPTURE(year.year);
    const auto row = std::ranges::find(rows, year.year, &book::NeedAndSigned::year);
    REQUIRE(row != rows.end());
    // Needs at prices of quarters here, of months there.
    CHECK(year.need_usd.mean == doctest::Approx(row->need().base_units()).epsilon(0.01));
    CHECK(year.signed_usd == doctest::Approx(row->signed_bills.base_units()).epsilon(1e-6));
    const double share = revenue_share(book, Month(year.year, 1));
    const Dollars net = (1.0 - share) * all.at(year.year) + share * other.at(year.year);
    CHECK(year.revenue_usd.mean == doctest::Approx(net.base_units()).epsilon(0.001));
  }
}

TEST_CASE("the lab's plan by months and quarters costs what it does by quarters") {
  // Within two hundredths of what is spent and lost, revenue left out.
  const Example& e = example("openai-2025-12");
  const BuyDecision quarters = decided(e.book, e);
  Example months = e;
  months.settings.assumptions.months_first = 24;
  const BuyDecision finer = decided(e.book, months);
  REQUIRE(finer.by_period.labels.size() == 44);
  REQUIRE(quarters.by_period.labels.size() == 28);
  const double gross = quarters.expected.in(1.0_USD) + quarters.mean_cost.revenue;
  CHECK(std::abs((finer.expected - quarters.expected).in(1.0_USD)) <= 0.02 * gross);
}

TEST_CASE(
    "the lab's plan costs no more the more it may know, the surer its ports, the less is due") {
  const Example& e = example("openai-2025-12");
  const auto in_order = [&](const std::vector<book::Book>& cheapest_first) {
    std::vector<BuyDecision> plans;
    for (const book::Book& book : cheapest_first) plans.push_back(decided(book, e));
    for (std::size_t i = 1; i < plans.size(); ++i) {
      CAPTURE(i);
      CHECK(plans[i - 1].bound <= plans[i].objective + kRounding);
    }
  };
  const auto with = [&](auto change) {
    book::Book book = e.book;
    change(book);
    return book;
  };
  const auto exercised = [&](book::ExerciseRule rule) {
    return with([rule](book::Book& book) { book.readings.exercise = rule; });
  };
  in_order({exercised(book::ExerciseRule::kPerScenario), exercised(book::ExerciseRule::kGroups),
            exercised(book::ExerciseRule::kNow)});
  const auto at_success = [&](double success) {
    return with([success](book::Book& book) {
      for (contract::Offer& offer : book.offers) {
        if (offer.port) offer.port->success = success;
      }
    });
  };
  in_order({at_success(1.0), at_success(0.85)});
  const auto at_take = [&](double take) {
    return with([take](book::Book& book) {
      for (contract::Offer& offer : book.offers) offer.min_take = take;
    });
  };
  in_order({at_take(0.0), at_take(0.8), at_take(1.0)});
  in_order({e.book, with([](book::Book& book) {
              std::erase_if(book.offers,
                            [](const contract::Offer& offer) { return !offer.group.empty(); });
              book.value_of.clear();
              std::erase_if(book.capital.equity,
                            [](const contract::EquityLine& line) { return !line.tied_to.empty(); });
            })});
}

TEST_CASE("Trainium as a group is worth no less to the lab than each offer of it") {
  Example e = example("openai-2025-12");
  e.book.value_of = {"aws-trainium", "aws-trainium3", "aws-trainium3-staged", "aws-trainium2"};
  e.settings.explain = true;
  e.settings.frontier = {};
  const BuyDecision plan = decided(e.book, e);
  REQUIRE(plan.value_of.size() >= 4);
  for (std::size_t member = 1; member < 4; ++member) {
    CAPTURE(plan.value_of[member].name);
    CHECK(plan.value_of[0].high >= plan.value_of[member].low - kRounding);
  }
}
