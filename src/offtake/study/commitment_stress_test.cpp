#include "offtake/study/commitment_stress.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <span>
#include <string>

#include "offtake/book/read_book.hpp"
#include "offtake/stress/cash_position.hpp"
#include "offtake/stress/world.hpp"
#include "offtake/study/buy_decision_paths.hpp"
#include "offtake/study/engine_settings.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::study {
namespace {

using namespace literals;
using contract::RoundRule;
using doctest::Approx;
using stress::StressProblem;

book::Book example(const std::string& name) {
  const std::string file = "examples/" + name + ".yaml";
  std::ifstream stream(std::string(OFFTAKE_SOURCE_DIR) + "/" + file, std::ios::binary);
  REQUIRE(stream.is_open());
  return book::read_book(std::string{std::istreambuf_iterator<char>(stream), {}}, file);
}

book::Book december() { return example("openai-2025-12"); }

/// The book on its base path with all that is missing raised at once, nothing drawn.
StressProblem base_path_only(const book::Book& book) {
  StressProblem problem = stress_problem(book);
  problem.scenarios = {{.name = "on-path", .probability = 1.0}};
  for (stress::RevenueLine& line : problem.revenue) line.earned.clear();
  problem.process.volatility_scale = 0.0;
  problem.equity.clear();
  problem.debt.clear();
  problem.interest_on_cash = 0.0;
  return problem;
}

stress::BuyerRun free_run(const StressProblem& problem) {
  const stress::BuyerModel buyer(problem);
  return buyer.run(stress::WorldSampler(problem).draw(0), {.rule = RoundRule::kFree});
}

/// What the business itself brings or takes in a calendar year, in billions.
double cash_flow(const stress::BuyerRun& run, int year) {
  double sum = 0.0;
  for (int quarter = 4 * year; quarter < 4 * year + 4; ++quarter) {
    const stress::BuyerFlows& flows = run.flows[static_cast<std::size_t>(quarter)];
    sum += flows.customers - flows.to_outside - flows.to_parties;
  }
  return sum / 1e9;
}

TEST_CASE("a book's yearly revenue is its base path, and its bills are what it says") {
  for (const std::string name : {"openai-2025-12", "openai-2026-03"}) {
    CAPTURE(name);
    const book::Book book = example(name);
    const StressProblem problem = base_path_only(book);
    const stress::BuyerRun run = free_run(problem);
    std::map<int, double> earned;
    std::map<int, double> billed;
    for (int quarter = 0; quarter < problem.quarters; ++quarter) {
      const int year = (problem.start + 3 * quarter).year();
      earned[year] += run.flows[static_cast<std::size_t>(quarter)].earned;
      for (const stress::Commitment& terms : problem.commitments) {
        billed[year] += stress::at_or_none(terms.bills, quarter).base_units();
      }
    }
    CHECK(earned.size() == 5);
    for (const auto& [year, sum] : earned) {
      CAPTURE(year);
      const demand::RevenueTiming& timing = book.revenue_timing;
      double base = timing.base_path.at(year).base_units();
      const auto before = timing.earned_before_start.find(year);
      if (before != timing.earned_before_start.end()) base -= before->second.base_units();
      CHECK(sum == Approx(base).epsilon(0.01));
      double pay = 0.0;
      for (const contract::Contract& terms : book.contracts) {
        const auto found = terms.pay.find(year);
        if (found != terms.pay.end()) pay += found->second.base_units();
      }
      CHECK(billed[year] == Approx(pay).epsilon(1e-12));
    }
  }
}

TEST_CASE("the December book's cash flow at its need is the envelope of its notes") {
  // Yearly sums of revenue less need, share and opex: -23, -44, -58, -43, -14 (to a rounding of
  // 1 each), -183 in all; no lag of receipts or bills.
  const book::Book book = december();
  StressProblem problem = base_path_only(book);
  problem.payables_lag = 0.0;
  for (stress::RevenueLine& line : problem.revenue) line.receipts_lag = 0.0;
  const stress::BuyerRun prompt = free_run(problem);
  const double notes[] = {-23, -44, -58, -43, -14};
  double sum = 0.0;
  for (int year = 0; year < 5; ++year) {
    CHECK(std::abs(cash_flow(prompt, year) - notes[year]) < 2.0);
    sum += cash_flow(prompt, year);
  }
  CHECK(sum == Approx(-183.0).epsilon(0.02));
  // Growing receivables take 17 to 18 more by 2030.
  const StressProblem lagged = base_path_only(book);
  problem.revenue = lagged.revenue;
  const stress::BuyerRun late = free_run(problem);
  double with_lag = 0.0;
  for (int year = 0; year < 5; ++year) with_lag += cash_flow(late, year);
  CHECK(sum - with_lag > 13.0);
  CHECK(sum - with_lag < 19.0);
}

TEST_CASE("a stress path is the plan's scenario of that number: timing, market and revenue") {
  const book::Book book = december();
  const int count = book.risk.scenarios;
  CommitmentStressAssumptions assumptions = commitment_stress_assumptions(book);
  assumptions.settings.paths = static_cast<std::size_t>(count);
  const StressProblem problem = stress_problem(book, {}, assumptions);
  const stress::WorldSampler sampler(problem);
  const std::vector<WorldPath> plan = world_paths(book, draw_worlds(book, count));
  const auto quarters = static_cast<std::size_t>(problem.quarters);
  for (std::size_t path = 0; path < plan.size(); ++path) {
    const stress::World world = sampler.draw(path);
    CHECK(problem.scenarios[world.revenue.scenario].name == plan[path].revenue_scenario);
    for (std::size_t quarter = 0; quarter < quarters; ++quarter) {
      CHECK(world.funding.open[quarter] == plan[path].window_open[3 * quarter]);
    }
    for (std::size_t line = 0; line < problem.equity.size(); ++line) {
      const auto paid = std::span(world.funding.equity).subspan(line * quarters, quarters);
      const bool paid_in = std::ranges::any_of(paid, [](double sum) { return sum > 0.0; });
      CHECK(paid_in == plan[path].comes.at(problem.equity[line].name));
    }
    for (std::size_t line = 0; line < problem.revenue.size(); ++line) {
      const auto work =
          std::ranges::find(book.demand, problem.revenue[line].name, &demand::Workload::name);
      // Revenue without a token price does not follow the volume here, and other revenue is not a
      // workload.
      if (problem.revenue[line].volatility == 0.0) continue;
      const auto& by_month =
          plan[path].revenue[static_cast<std::size_t>(work - book.demand.begin())];
      for (std::size_t quarter = 0; quarter < quarters; ++quarter) {
        const double sum =
            by_month[3 * quarter] + by_month[3 * quarter + 1] + by_month[3 * quarter + 2];
        CHECK(world.revenue.earned[line * quarters + quarter] == Approx(sum).epsilon(1e-9));
      }
    }
  }
}

}  // namespace
}  // namespace offtake::study
