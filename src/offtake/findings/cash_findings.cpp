#include "offtake/findings/cash_findings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "offtake/findings/dates.hpp"
#include "offtake/report/number_text.hpp"

namespace offtake::findings {
namespace {

using stress::StressAnswer;

double usd(Dollars amount) { return amount.base_units(); }

report::Estimate estimate(const stress::Probability& probability) {
  return {probability.value, report::Interval{probability.low, probability.high}};
}

Month quarter_start(const book::Book& book, std::size_t quarter) {
  return book.horizon.start + 3 * static_cast<int>(quarter);
}

/// The quarter in which the most paths first fall short; none if no path does.
std::optional<std::size_t> worst_quarter(const StressAnswer& answer) {
  const auto worst =
      std::ranges::max_element(answer.first_shortfall, {}, &stress::Probability::value);
  if (worst == answer.first_shortfall.end() || worst->value == 0.0) return std::nullopt;
  return static_cast<std::size_t>(worst - answer.first_shortfall.begin());
}

std::string cash_title(const book::Book& book, const StressAnswer& answer) {
  const auto worst = worst_quarter(answer);
  if (!worst) return fmt::format("{} never runs out of cash", book.buyer);
  return fmt::format("Cash runs out on {}% of paths, most often in {}",
                     report::percent(answer.defaults.value),
                     quarter_in_words(quarter_start(book, *worst)));
}

std::string rule_name(contract::RoundRule rule) {
  switch (rule) {
    case contract::RoundRule::kNone:
      return "none";
    case contract::RoundRule::kListedLines:
      return "listed lines";
    case contract::RoundRule::kRounds:
      return "rounds";
    case contract::RoundRule::kFree:
      return "free";
  }
  return "";
}

std::string rule_explanation(contract::RoundRule rule) {
  switch (rule) {
    case contract::RoundRule::kNone:
      return "cash in hand and committed lines only";
    case contract::RoundRule::kListedLines:
      return "also the book's lines, each with its probability";
    case contract::RoundRule::kRounds:
      return "also a new round when the window is open and cash lasts less than the runway";
    case contract::RoundRule::kFree:
      return "whatever is missing is raised at once: what would be needed";
  }
  return "";
}

}  // namespace

report::CashSection cash_section(const book::Book& book, const StressAnswer& answer) {
  report::CashSection section;
  section.text.title = cash_title(book, answer);
  section.text.subtitle = fmt::format(
      "Cash at each quarter's end while {} pays, {} paths; dark band half of paths, light band "
      "nine in ten",
      book.buyer, answer.paths);
  section.steps.edges.push_back(in_years(book.horizon.start));
  for (std::size_t quarter = 0; quarter < answer.cash.size(); ++quarter) {
    const stress::CashQuantiles& cash = answer.cash[quarter];
    section.steps.labels.push_back(quarter_label(quarter_start(book, quarter)));
    section.steps.edges.push_back(in_years(quarter_start(book, quarter + 1)));
    section.p5_usd.push_back(usd(cash.p5));
    section.p25_usd.push_back(usd(cash.p25));
    section.median_usd.push_back(usd(cash.p50));
    section.p75_usd.push_back(usd(cash.p75));
    section.p95_usd.push_back(usd(cash.p95));
  }
  section.floor_usd = usd(book.capital.cash_min);
  for (const stress::ScenarioResult& scenario : answer.scenarios) {
    if (scenario.paths == 0) continue;
    report::ScenarioLine line{scenario.name, {}};
    for (const Dollars cash : scenario.cash_median) line.cash_usd.push_back(usd(cash));
    section.scenarios.push_back(std::move(line));
  }
  for (const contract::EquityLine& line : book.capital.equity) {
    if (line.schedule.empty() || line.received) continue;
    for (const auto& [month, amount] : line.schedule) {
      section.funding.push_back(
          {line.name, std::max(in_years(month), in_years(book.horizon.start)), usd(amount)});
    }
  }
  for (const stress::Probability& share : answer.first_shortfall) {
    section.first_shortfall_share.push_back(share.value);
  }
  section.shortfall_ever = estimate(answer.defaults);
  section.text.note =
      "A path that has failed leaves the fan; read the fan together with the bars under it.";
  const auto worst = std::ranges::max_element(
      answer.scenarios, {}, [](const auto& scenario) { return scenario.defaults.value; });
  if (worst != answer.scenarios.end() && worst->defaults.value > 0.0) {
    section.text.note += fmt::format(
        " Worst is “{}”: of its paths {}% fail; it has a probability of {:.0f}%.", worst->name,
        report::percent(worst->defaults.value), 100.0 * worst->probability);
  }
  return section;
}

report::RaiseSection raise_section(const book::Book& book, const StressAnswer& answer) {
  report::RaiseSection section;
  for (const stress::Raise& raise : answer.raises) {
    if (section.ends.empty() || section.ends.back() != raise.end) section.ends.push_back(raise.end);
    auto curve =
        std::ranges::find(section.curves, raise.confidence, &report::RaiseCurve::confidence);
    if (curve == section.curves.end()) {
      section.curves.push_back({raise.confidence, {}});
      curve = section.curves.end() - 1;
    }
    curve->minimum_usd.push_back(usd(raise.minimum));
  }
  for (const contract::EquityLine& line : book.capital.equity) {
    if (!line.received) section.announced.push_back({line.name, usd(line.amount)});
  }
  section.text.title =
      fmt::format("To pay on 95% of paths to the end of {} takes {} more at the start",
                  long_month(answer.raise_end), report::money(usd(answer.minimum_raise)));
  section.text.subtitle =
      "Least sum added on the first day so that no bill is missed by a date, by share of paths";
  section.text.note = fmt::format(
      "A sum has no meaning without its date. On {}% of paths the 95% sum fails though a smaller "
      "one would have saved them: a richer buyer puts its round off and meets a shut market.",
      report::percent(answer.more_cash_hurts));
  return section;
}

report::FundingRuleSection funding_rule_section(const StressAnswer& answer) {
  report::FundingRuleSection section;
  section.text.subtitle = fmt::format(
      "The same paths under four rules of funding; the raise is what 95% of paths need "
      "at the start to the end of {}",
      long_month(answer.raise_end));
  for (const stress::FundingRuleResult& rule : answer.rules) {
    report::FundingRuleRow row{.rule = rule_name(rule.rule),
                               .explanation = rule_explanation(rule.rule),
                               .paid_on_time = estimate(rule.paid_on_time),
                               .minimum_raise_usd = {},
                               .expected_shortfall_usd = {},
                               .used = rule.used};
    if (rule.minimum_raise) row.minimum_raise_usd = report::Estimate{usd(*rule.minimum_raise)};
    section.rows.push_back(std::move(row));
  }
  const auto [least, most] = std::ranges::minmax(
      answer.rules, {}, [](const auto& rule) { return rule.paid_on_time.value; });
  section.text.title = fmt::format(
      "Commitments are paid on time on {}% to {}% of paths, by the rule of funding",
      report::percent(least.paid_on_time.value), report::percent(most.paid_on_time.value));
  return section;
}

}  // namespace offtake::findings
