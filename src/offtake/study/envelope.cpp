#include "offtake/study/envelope.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <string_view>
#include <variant>

#include "offtake/book/need_against_signed.hpp"
#include "offtake/demand/base_path.hpp"

namespace offtake::study {
namespace {

using Figures = std::map<std::string, EnvelopeFigure>;

constexpr double kYear = 365.0 * 86400.0;

/// Years A and B of a name that ends in "_A_B".
std::optional<std::pair<int, int>> years_of(std::string_view name) {
  if (name.size() < 10 || name[name.size() - 5] != '_' || name[name.size() - 10] != '_') {
    return std::nullopt;
  }
  int first = 0;
  int last = 0;
  const char* end = name.data() + name.size();
  if (std::from_chars(end - 9, end - 5, first).ptr != end - 5) return std::nullopt;
  if (std::from_chars(end - 4, end, last).ptr != end) return std::nullopt;
  return std::pair{first, last};
}

double sum(const std::map<int, Dollars>& by_year, int first, int last) {
  double total = 0.0;
  for (const auto& [year, dollars] : by_year) {
    if (first <= year && year <= last) total += dollars.base_units();
  }
  return total;
}

/// The entry of the year, or of the last year before it.
template <class T>
T in_year(const std::map<int, T>& by_year, int year) {
  const auto after = by_year.upper_bound(year);
  return after == by_year.begin() ? T{} : std::prev(after)->second;
}

/// Revenue less its share, compute at need and other costs, all of the base path, earned and owed.
double cash_flow_at_need(const book::Book& book, int first, int last) {
  const auto revenue = demand::base_revenue(book.demand, book.revenue_timing.other,
                                            book.horizon.start, book.horizon.months());
  const auto other = demand::base_revenue({}, book.revenue_timing.other, book.horizon.start,
                                          book.horizon.months());
  const auto need = demand::base_need(book.demand, book.reference_chip, book.horizon.start,
                                      book.horizon.months());
  double flow = 0.0;
  for (int year = first; year <= last; ++year) {
    const double earned = sum(revenue, year, year);
    const double shared =
        in_year(book.costs.revenue_share, year) * (earned - sum(other, year, year));
    double opex = in_year(book.costs.opex, year).base_units();
    const auto before = book.costs.opex_before_start.find(year);
    if (before != book.costs.opex_before_start.end()) opex -= before->second.base_units();
    flow +=
        earned - shared - opex - sum(need.inference, year, year) - sum(need.research, year, year);
  }
  return flow;
}

void add_base_path(const book::Book& book, const YieldTable& yields, Figures& figures) {
  double revenue = book.revenue_timing.other.start.base_units() * kYear;
  double inference = 0.0;
  double watts = 0.0;
  const auto equivalent = std::ranges::find(book.chip_equivalents, book.reference_chip.system,
                                            &contract::ChipEquivalent::system);
  for (const demand::Workload& workload : book.demand) {
    revenue += demand::revenue_rate(workload, 0.0, 1.0).base_units() * kYear;
    const Chips chips = demand::chips_needed(workload, book.reference_chip, 0.0, 1.0);
    if (demand::serves_users(workload)) {
      inference += (chips * book.reference_chip.price).base_units() * kYear;
    }
    const ChipYield* yield = yields.find(workload.name, book.reference_chip.system);
    const Watts each = equivalent != book.chip_equivalents.end() ? equivalent->site_power
                       : yield != nullptr                        ? yield->site_power
                                                                 : Watts{};
    watts += chips.base_units() * each.base_units();
  }
  // Checks that are rates stand in dollars a second, as quantities do.
  figures["revenue_run_rate"] = {revenue / kYear, "tokens times price on the first day"};
  figures["inference_run_rate"] = {inference / kYear,
                                   "reference chips needed on the first day at their price"};
  figures["power_at_start"] = {watts, "reference chips needed on the first day at site power"};
}

void add_signed(const book::Book& book, Figures& figures) {
  double total = 0.0;
  double firm = 0.0;
  for (const contract::Contract& contract : book.contracts) {
    firm += contract.commitment.base_units() * contract.firm_share;
    if (contract.kind != contract::ContractKind::kFirstTranche) {
      total += contract.commitment.base_units();
    }
  }
  figures["contracts_in_usd"] = {
      total, "commitments of contracts, first tranches of larger frames left out"};
  figures["firm_total"] = {firm, "commitments times their firm share"};
}

void add_years(const book::Book& book, const std::string& name, Figures& figures) {
  const auto years = years_of(name);
  if (!years) return;
  const auto [first, last] = *years;
  double need = 0.0;
  double bills = 0.0;
  for (const book::NeedAndSigned& row : book::need_against_signed(book)) {
    if (row.year < first || row.year > last) continue;
    need += row.need().base_units();
    bills += row.signed_bills.base_units();
  }
  if (name.starts_with("compute_need_")) figures[name] = {need, "base path, market price by year"};
  if (name.starts_with("signed_")) figures[name] = {bills, "bills of the years at face"};
  if (name.starts_with("open_")) figures[name] = {need - bills, "need less signed bills"};
  if (name.starts_with("cash_flow_")) {
    figures[name] = {cash_flow_at_need(book, first, last),
                     "base path, no receipts lag, compute paid at need"};
  }
}

/// Of the first Trainium line whose value the book asks for; another offer's value is no answer.
void add_values(const book::Book& book, const BuyDecision& decision, const std::string& name,
                Figures& figures) {
  if (!name.starts_with("value_of_trainium")) return;
  for (const ValueRow& row : decision.value_of) {
    const bool asked = std::ranges::find(book.value_of, row.name) != book.value_of.end();
    if (!asked || row.name.find("trainium") == std::string::npos) continue;
    figures[name] = {
        (row.low.base_units() + row.high.base_units()) / 2.0,
        fmt::format("value of {} over the plan's scenarios, yields from the "
                    "performance model, work left undone at the book's prices, its own "
                    "price held for the term while the market's falls",
                    row.name)};
    return;
  }
}

void add_stress(const stress::StressAnswer& stress, const std::string& name, Figures& figures) {
  constexpr std::string_view kGap = "funding_gap_";
  if (!name.starts_with(kGap)) return;
  int year = 0;
  std::from_chars(name.data() + kGap.size(), name.data() + name.size(), year);
  for (const stress::Raise& raise : stress.raises) {
    if (raise.confidence == 0.5 && std::lround(raise.end) == year + 1) {
      figures[name] = {raise.minimum.base_units(),
                       "minimum raise on half of the paths, by the book's funding rule: what new "
                       "rounds bring on the way is not missing"};
    }
  }
}

void add_enterprise(const book::Book& book, const YieldTable& yields, const BuyDecision& decision,
                    Figures& figures) {
  if (book.demand.empty()) return;
  const demand::Workload& first = book.demand.front();
  const auto* serving = std::get_if<demand::Serving>(&first.work);
  if (serving == nullptr || serving->shape.profile.empty()) return;
  const double mean = serving->tokens.base_units();
  const double peak =
      *std::ranges::max_element(serving->shape.profile) * serving->shape.burst_p99_over_hourly;
  figures["mean_rate"] = {mean, "tokens a day over its seconds"};
  figures["peak_rate"] = {mean * peak, "busiest hour of the mean day, with its bursts"};
  for (const ChipYield& yield : yields.yields) {
    if (yield.workload != first.name || yield.system != "hgx-h100" || !yield.feasible) continue;
    figures["h100_total_tokens_per_s"] = {yield.value, "performance model: " + yield.reason};
    figures["h100_chips_at_peak"] = {mean * peak / yield.value, "peak rate over that yield"};
  }
  const double spend = decision.mean_cost.new_bills + decision.mean_cost.extra_take +
                       decision.mean_cost.rentals + decision.mean_cost.signed_bills;
  double tokens = 0.0;
  for (std::size_t month = 0; month < static_cast<std::size_t>(book.horizon.months()); ++month) {
    const double years = demand::middle_of_month(static_cast<int>(month));
    tokens += mean * demand::base_volume(first.growth, years) * kYear / 12.0 /
              std::pow(1.0 + book.discount_rate, years);
  }
  figures["usd_per_mtok"] = {
      spend / tokens,
      "all spend of the plan over the assistant's tokens, both discounted; hourly "
      "chips follow the load, which a fleet for the peak does not"};
}

}  // namespace

std::map<std::string, EnvelopeFigure> envelope_figures(const book::Book& book,
                                                       const YieldTable& yields,
                                                       const BuyDecision& decision,
                                                       const stress::StressAnswer* stress) {
  Figures figures;
  add_base_path(book, yields, figures);
  add_signed(book, figures);
  add_enterprise(book, yields, decision, figures);
  for (const book::ExpectedFigure& check : book.checks) {
    add_years(book, check.name, figures);
    add_values(book, decision, check.name, figures);
    if (stress != nullptr) add_stress(*stress, check.name, figures);
  }
  return figures;
}

}  // namespace offtake::study
