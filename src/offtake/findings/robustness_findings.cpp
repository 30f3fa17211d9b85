#include "offtake/findings/robustness_findings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "offtake/report/number_text.hpp"

namespace offtake::findings {
namespace {

using report::TableCell;
using study::BuyDecision;
using study::Confident;
using study::FreshCost;

TableCell plain(const std::string& text) { return {text}; }

TableCell dollars(double usd, const report::MoneyUnit& unit) { return {unit.figure(usd), usd}; }

TableCell interval(const Confident& figure, const report::MoneyUnit& unit) {
  const std::string middle = unit.figure(figure.value);
  const std::string low = unit.figure(figure.low), high = unit.figure(figure.high);
  return {low == high ? middle : fmt::format("{} ({})", middle, report::range(low, high)),
          figure.value};
}

/// Both figures of `rival` are lower, the difference of means beyond its interval.
bool beats(const FreshCost& rival, const FreshCost& plan) {
  return rival.saves.high < 0.0 && rival.cvar.value < plan.cvar.value;
}

std::string fresh_title(const study::OutOfSample& sample) {
  const FreshCost& plan = sample.costs.front();
  std::string better, equal;
  for (auto rival = sample.costs.begin() + 1; rival != sample.costs.end(); ++rival) {
    std::string& list = beats(*rival, plan) ? better : equal;
    if (!beats(*rival, plan) && (rival->saves.low > 0.0 || rival->cvar.value > plan.cvar.value)) {
      continue;
    }
    list += (list.empty() ? "" : "; ") + ("“" + rival->name + "”");
  }
  if (!better.empty()) return fmt::format("In fresh worlds the plan is beaten by {}", better);
  if (!equal.empty()) {
    return fmt::format("In {} fresh worlds no rival beats the plan, but {} cannot be told from it",
                       report::whole_number(sample.worlds), equal);
  }
  return fmt::format("In {} fresh worlds no rival beats the plan on cost and risk together",
                     report::whole_number(sample.worlds));
}

std::optional<report::TableSection> fresh_table(const BuyDecision& decision) {
  const study::OutOfSample& sample = decision.out_of_sample;
  if (sample.costs.empty()) return std::nullopt;
  report::MoneyColumn column;
  for (const FreshCost& cost : sample.costs) column.hold(cost.expected.value);
  const report::MoneyUnit unit = column.unit();
  report::TableSection table{
      .id = "fresh-worlds",
      .text = {.title = fresh_title(sample),
               .subtitle = fmt::format(
                   "Net cost in worlds drawn as the plan’s {} were, but with another seed; 95% "
                   "confidence in brackets, {}",
                   decision.scenarios, unit.name),
               .note = "Regret: cost over that of the best plan for each of the plan’s own worlds "
                       "alone."},
      .heads = {{"Plan"},
                {"Expected here", true},
                {"in fresh worlds", true},
                {fmt::format("Worst {:.0f}% here", 100.0 * (1.0 - decision.alpha)), true},
                {"in fresh worlds", true},
                {"The plan saves", true},
                {"Mean regret", true},
                {"Worst", true}},
      .rows = {}};
  for (const FreshCost& cost : sample.costs) {
    Dollars expected = decision.expected, cvar = decision.cvar;
    for (const study::CostRow& row : decision.baselines) {
      if (row.name == cost.name) expected = row.expected, cvar = row.cvar;
    }
    const auto regret = std::ranges::find(decision.regrets, cost.name, &study::RegretRow::name);
    const bool known = regret != decision.regrets.end();
    table.rows.push_back(
        {plain(cost.name.empty() ? "This plan" : cost.name), dollars(expected.base_units(), unit),
         interval(cost.expected, unit), dollars(cvar.base_units(), unit), interval(cost.cvar, unit),
         cost.name.empty() ? TableCell{std::string(report::kMissing)} : interval(cost.saves, unit),
         known ? dollars(regret->mean.base_units(), unit) : plain(""),
         known ? dollars(regret->worst.base_units(), unit) : plain("")});
  }
  return table;
}

std::optional<report::TableSection> near_table(const BuyDecision& decision) {
  if (decision.near_amounts.empty()) return std::nullopt;
  report::TableSection table{
      .id = "nearly-best",
      .text = {.title = "",
               .subtitle = "Chips of each offer and option that some plan holds which costs that "
                           "much more; of one that only some worlds take, the mean",
               .note = ""},
      .heads = {{"Offer or option"},
                {"In the plan", true},
                {"Least", true},
                {"Most", true},
                {"Proven: never more than", true}},
      .rows = {}};
  int open = 0;
  for (const study::AmountRow& row : decision.near_amounts) {
    if (row.most - row.least > 0.01 * std::max(1.0, row.most)) ++open;
    const auto chips = [](double count) { return TableCell{report::whole_number(count), count}; };
    table.rows.push_back({plain(row.name), chips(row.best), chips(row.least), chips(row.most),
                          chips(row.most_bound)});
  }
  table.text.title =
      fmt::format("For {} more, {} of {} offers and options may be held or left",
                  report::money(decision.near_usd), open, decision.near_amounts.size());
  return table;
}

std::optional<report::TableSection> undone_table(const BuyDecision& decision) {
  const auto left = [](const study::UndoneRow& row) { return row.share > 1e-6; };
  if (std::ranges::none_of(decision.undone, left)) return std::nullopt;
  report::TableSection table{
      .id = "undone",
      .text = {.title = "",
               .subtitle = "What is lost for an hour of a reference chip’s work that is left "
                           "undone, beside what the market asks for it that day, $",
               .note = "Lost: what the book says a shortfall costs, its revenue included. Where it "
                       "is more than the market asks, what the market sells, cash or a port was "
                       "short."},
      .heads = {{"Work"}, {"Left undone, %", true}, {"Lost", true}, {"Market", true}},
      .rows = {}};
  int dearer = 0;
  for (const study::UndoneRow& row : decision.undone) {
    if (left(row) && row.price > row.market) ++dearer;
    const auto figure = [&](double usd) {
      return left(row) ? TableCell{report::fixed_number(usd, 2), usd}
                       : TableCell{std::string(report::kMissing)};
    };
    table.rows.push_back({plain(row.workload),
                          {report::percent(row.share), 100.0 * row.share},
                          figure(row.price),
                          figure(row.market)});
  }
  table.text.title = dearer == 0 ? "What is left undone is worth less than the market asks for it"
                                 : fmt::format(
                                       "Of {} kinds of work some is left undone that is worth more "
                                       "than the market asks",
                                       dearer);
  return table;
}

std::optional<report::TableSection> price_table(const BuyDecision& decision) {
  if (decision.chip_prices.empty()) return std::nullopt;
  report::TableSection table{
      .id = "shadow-prices", .text = {}, .heads = {{"One more"}}, .rows = {}};
  for (const auto& [year, price] : decision.chip_prices.front().by_year) {
    table.heads.push_back({std::to_string(year), true});
  }
  const auto add = [&](const std::string& name, const std::map<int, double>& prices) {
    table.rows.push_back({plain(name)});
    for (const auto& [year, price] : prices) {
      table.rows.back().push_back({report::fixed_number(price, 2), price});
    }
  };
  if (!decision.cash_price.empty()) add("dollar of cash, $", decision.cash_price);
  for (const study::ShadowPrice& price : decision.chip_prices) {
    add("hour of " + price.name + ", $", price.by_year);
  }
  const auto dearest = std::ranges::max_element(decision.cash_price, {},
                                                [](const auto& year) { return year.second; });
  if (dearest != decision.cash_price.end() && dearest->second > 5e-3) {
    table.text.title =
        fmt::format("A dollar of cash more in {} saves ${:.2f}", dearest->first, dearest->second);
  } else {
    table.text.title = "What one more chip would save";
  }
  table.text.subtitle =
      "Of each year at that year’s prices, risk-adjusted, beside what the thing itself costs";
  for (const study::LimitPrice& limit : decision.limit_prices) {
    table.text.note += fmt::format("A dollar more of room under {} saves ${:.2f}. ", limit.name,
                                   limit.usd_per_usd);
  }
  return table;
}

}  // namespace

std::vector<report::TableSection> robustness_tables(const BuyDecision& decision) {
  std::vector<report::TableSection> tables;
  for (auto table : {fresh_table(decision), near_table(decision), undone_table(decision),
                     price_table(decision)}) {
    if (table) tables.push_back(std::move(*table));
  }
  return tables;
}

}  // namespace offtake::findings
