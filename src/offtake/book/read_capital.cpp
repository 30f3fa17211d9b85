#include "offtake/book/read_figure.hpp"
#include "offtake/book/reading_state.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::book {
namespace {

using namespace literals;
using contract::RoundRule;
using yaml::ObjectReader;
using yaml::Value;

/// Dollars by month from `schedule`, or all of the amount in the month of `due`.
std::map<Month, Dollars> read_schedule(const ObjectReader& fields, const contract::EquityLine& line,
                                       const ReadingState& state) {
  if (const auto due = fields.find("/due")) return {{due->date().month, line.amount}};
  const auto value = fields.find("/schedule");
  if (!value) return {};
  auto schedule = by_month<Dollars>(*value, "10e9 USD");
  fit_to_total(schedule, line.amount, state.moved("/capital/equity/" + line.name + "/amount"),
               *value);
  return schedule;
}

contract::EquityLine read_equity(const ObjectReader& fields, ReadingState& state) {
  contract::EquityLine line;
  line.name = state.names.define(NameKind::kEquityLine, fields.at("/name"));
  line.investor = fields.text("/investor");
  if (line.investor != "market") state.names.refer({NameKind::kParty}, fields.at("/investor"));
  line.amount = figure_at<Dollars>(fields, "/amount", "10e9 USD");
  line.valuation = figure_if_given<Dollars>(fields, "/valuation", "500e9 USD");
  line.schedule = read_schedule(fields, line, state);
  line.earliest = fields.optional<Month>("/earliest");
  line.lapses = fields.optional<Month>("/lapses");
  line.probability = share_or(fields, "/probability", 1.0);
  line.triggers = texts(fields, "/triggers");
  for (const Value& tie : fields.list("/tied_to")) {
    line.tied_to.push_back(
        state.names.refer({NameKind::kOffer, NameKind::kGroup, NameKind::kContract}, tie));
  }
  line.option_held = state.names.refer_if_given({NameKind::kOption}, fields, "/option_held");
  line.tranche_amount = figure_if_given<Dollars>(fields, "/tranche_amount", "10e9 USD");
  line.needs_open_window = fields.flag_or("/needs_open_window", line.investor == "market");
  line.received = fields.flag_or("/received", false);
  fields.find("/note");
  return line;
}

contract::DebtLine read_debt(const ObjectReader& fields) {
  contract::DebtLine line;
  line.name = fields.text("/name");
  line.limit = figure_at<Dollars>(fields, "/limit", "4e9 USD");
  line.drawn = figure_or<Dollars>(fields, "/drawn", "0 USD", Dollars{});
  line.rate = figure_at<double>(fields, "/rate", "7%");
  line.earliest = fields.optional<Month>("/earliest");
  line.until = fields.optional<Month>("/until");
  line.committed = fields.flag_or("/committed", false);
  if (const auto covenant = fields.find("/covenant")) {
    line.covenant = contract::Covenant{
        figure_at<double>(covenant->object(), "/debt_to_trailing_revenue_max", "0.75")};
  }
  return line;
}

contract::FundingWindow read_window(const ObjectReader& fields) {
  return {.open_now = fields.flag("/open_now"),
          .close_per_quarter = share_at(fields, "/p_close_per_quarter"),
          .reopen_per_quarter = share_at(fields, "/p_reopen_per_quarter"),
          .correlation_with_demand = figure_or(fields, "/correlation_with_demand", "30%", 0.0)};
}

contract::FutureRounds read_rounds(const ObjectReader& fields) {
  contract::FutureRounds rounds;
  rounds.rule = fields.choice<RoundRule>("/rule", {{"none", RoundRule::kNone},
                                                   {"listed_lines", RoundRule::kListedLines},
                                                   {"rounds", RoundRule::kRounds},
                                                   {"free", RoundRule::kFree}});
  const auto quarters = [&](std::string_view path, int fallback) {
    const auto time = figure_or<Seconds>(fields, path, "4 quarters", fallback * 3.0_months);
    return static_cast<int>(time.in(3.0_months) + 0.5);
  };
  rounds.every_quarters = quarters("/every", rounds.every_quarters);
  rounds.runway_quarters = quarters("/runway", rounds.runway_quarters);
  rounds.dilution_max = share_or(fields, "/dilution_max", rounds.dilution_max);
  rounds.sales_multiple = figure_or(fields, "/sales_multiple", "20", 0.0);
  return rounds;
}

contract::Warrant read_warrant(const ObjectReader& fields, ReadingState& state) {
  fields.find("/source");
  fields.find("/assume");
  contract::Warrant warrant;
  warrant.name = state.names.define(NameKind::kWarrant, fields.at("/name"));
  warrant.issuer = state.names.refer({NameKind::kParty}, fields.at("/issuer"));
  warrant.shares = figure_at<double>(fields, "/shares", "160e6 shares");
  warrant.strike = figure_or<Dollars>(fields, "/strike", "0.01 USD", Dollars{});
  warrant.price_now = figure_if_given<Dollars>(fields, "/price_now", "210 USD");
  warrant.hurdle_last = figure_if_given<Dollars>(fields, "/hurdle_last", "600 USD");
  warrant.shares_per_gw = figure_if_given<double>(fields, "/shares_per_gw", "26.7e6 shares");
  warrant.vests_at = figure_if_given<Watts>(fields, "/vests_at", "2 GW");
  warrant.value = figure_if_given<Dollars>(fields, "/value", "0.5e9 USD");
  return warrant;
}

}  // namespace

contract::Capital read_capital(ReadingState& state) {
  const ObjectReader fields = state.root.object("/capital");
  contract::Capital capital;
  capital.cash = figure_at<Dollars>(fields, "/cash", "20e9 USD");
  capital.cash_min = figure_or<Dollars>(fields, "/cash_min", "5e9 USD", Dollars{});
  capital.lease_liabilities =
      figure_or<Dollars>(fields, "/lease_liabilities", "0.75e9 USD", Dollars{});
  capital.equity_value = figure_or<Dollars>(fields, "/equity_value", "500e9 USD", Dollars{});
  capital.interest_on_cash = figure_or(fields, "/interest_on_cash", "4%", 0.0);
  capital.payables_terms = figure_or<Seconds>(fields, "/payables_terms", "60 days", Seconds{});
  for (const Value& item : fields.list("/equity")) {
    capital.equity.push_back(read_equity(item.object(), state));
  }
  for (const Value& item : fields.list("/debt")) capital.debt.push_back(read_debt(item.object()));
  if (const auto window = fields.find("/funding_window")) {
    capital.window = read_window(window->object());
  }
  if (const auto rounds = fields.find("/future_rounds")) {
    capital.rounds = read_rounds(rounds->object());
  }
  if (const auto price = fields.find("/emergency_equity_price")) {
    capital.emergency.price = read_figure<double>(*price, "25%");
  }
  for (const Value& item : fields.list("/warrants")) {
    capital.warrants.push_back(read_warrant(item.object(), state));
  }
  for (const auto& entry : fields.entries("/cash_bridge")) {
    const std::string key = entry.key.text();
    if (key != "assume" && key != "source") read_figure<Dollars>(entry.value, "42e9 USD");
  }
  for (const Value& loan : fields.list("/loans_made")) {
    const ObjectReader lent = loan.object();
    state.names.refer({NameKind::kParty}, lent.at("/to"));
    figure_at<Dollars>(lent, "/amount", "1e9 USD");
    figure_at<double>(lent, "/rate", "6%");
    lent.find("/source");
  }
  return capital;
}

contract::BuyerCosts read_costs(ReadingState& state) {
  contract::BuyerCosts costs;
  const auto value = state.root.find("/costs");
  if (!value) return costs;
  const ObjectReader fields = value->object();
  if (const auto share = fields.find("/revenue_share")) {
    const ObjectReader of = share->object();
    of.find("/assume");
    of.find("/source");
    costs.revenue_share_to = state.names.refer({NameKind::kParty}, of.at("/to"));
    costs.revenue_share = by_year<double>(of.at("/path"), "20%");
    figure_if_given<double>(of, "/today", "20%");
  }
  costs.opex = by_year_if_given<Dollars>(fields, "/other_opex", "8.5e9 USD");
  costs.opex_before_start = by_year_if_given<Dollars>(fields, "/opex_before_start", "3.1e9 USD");
  return costs;
}

}  // namespace offtake::book
