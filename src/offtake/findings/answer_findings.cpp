#include "offtake/findings/answer_findings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "offtake/base/quantile.hpp"
#include "offtake/findings/dates.hpp"
#include "offtake/report/number_text.hpp"

namespace offtake::findings {
namespace {

using report::money;
using study::BuyDecision;
using study::Decision;
using study::Verdict;

bool is_purchase(const Decision& decision) {
  return decision.kind == "offer" || decision.kind == "option";
}

bool is_taken(const Decision& decision) {
  return decision.verdict == Verdict::kSign || decision.verdict == Verdict::kWait;
}

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 == names.size() ? " and " : ", ";
    text += names[i];
  }
  return text;
}

std::string taken_text(const Decision& decision) {
  if (decision.verdict == Verdict::kWait) {
    return decision.name + (decision.start.empty() ? " later" : " from " + decision.start);
  }
  if (decision.share <= 0.0 || decision.share > 0.995) return decision.name;
  if (decision.chips >= 1.0 && decision.chips < 1000.0) {
    return fmt::format("{:.0f} chips of {}", decision.chips, decision.name);
  }
  return fmt::format("{:.0f}% of {}", 100.0 * decision.share, decision.name);
}

report::AnswerRow sign_row(const BuyDecision& decision) {
  std::vector<std::string> taken;
  std::vector<std::string> declined;
  report::SharePicture picture;
  std::size_t purchases = 0;
  for (const Decision& row : decision.decisions) {
    if (!is_purchase(row)) continue;
    ++purchases;
    (is_taken(row) ? taken : declined).push_back(is_taken(row) ? taken_text(row) : row.name);
    if (!is_taken(row)) continue;
    picture.push_back({.label = row.name,
                       .entity = row.supplier,
                       .share = std::clamp(row.share, 0.0, 1.0),
                       .figure = row.commitment > Dollars{}
                                     ? money((row.commitment + row.beyond_horizon).base_units())
                                     : row.start});
  }
  constexpr std::size_t kShown = 5;
  std::string sentence =
      taken.empty()
          ? fmt::format("Sign none of the {} offers and options.", purchases)
          : fmt::format("Take {} of {} offers and options: {}.", taken.size(), purchases,
                        listed({taken.begin(), taken.begin() + static_cast<std::ptrdiff_t>(std::min(
                                                                   kShown, taken.size()))}) +
                            (taken.size() > kShown ? " and more" : ""));
  std::string note;
  if (taken.empty()) {
    note = "The table says at what price each would pay.";
  } else if (!declined.empty() && declined.size() <= kShown) {
    note = "Decline " + listed(declined) + ".";
  } else if (!declined.empty()) {
    note = fmt::format("Decline {} others; the table says why.", declined.size());
  }
  return {"Sign", std::move(sentence), std::move(note),
          picture.empty() ? report::AnswerPicture{} : report::AnswerPicture{std::move(picture)}};
}

/// "76% of research and 95% of video": what the plan leaves undone, by the share of each need.
std::string undone_text(const BuyDecision& decision) {
  const study::PeriodTable& table = decision.by_period;
  std::vector<std::pair<double, std::string>> shares;
  for (std::size_t w = 0; w < table.workloads.size(); ++w) {
    double served = 0.0;
    double unmet = 0.0;
    for (std::size_t t = 0; t < table.labels.size(); ++t) {
      unmet += table.unmet[w][t] * table.length_years[t];
      for (const auto& pool : table.served[w]) served += pool[t] * table.length_years[t];
    }
    const double share = unmet / std::max(served + unmet, 1e-12);
    if (share > 0.05) shares.emplace_back(share, table.workloads[w]);
  }
  std::ranges::stable_sort(shares, std::ranges::greater{}, &std::pair<double, std::string>::first);
  std::vector<std::string> words;
  for (const auto& [share, name] : shares) {
    words.push_back(fmt::format("{:.0f}% of {}", 100.0 * share, name));
  }
  return listed(words);
}

/// The baseline that keeps what is signed and takes nothing more.
const study::CostRow* today(const BuyDecision& decision) {
  const auto at = std::ranges::find_if(decision.baselines, [](const study::CostRow& row) {
    return row.name.find("today") != std::string::npos;
  });
  return at == decision.baselines.end() ? nullptr : &*at;
}

report::AnswerRow cost_row(const book::Book& book, const BuyDecision& decision) {
  const double expected = decision.expected.base_units();
  const plan::CostParts& parts = decision.mean_cost;
  const double bills = parts.signed_bills + parts.new_bills + parts.extra_take + parts.rentals;
  std::string sentence =
      fmt::format("{} of compute expected over {} years against {} of revenue (discounted)",
                  money(bills), book.horizon.years, money(parts.revenue));
  std::string note;
  if (const study::CostRow* row = today(decision)) {
    const double saved = row->expected.base_units() - expected;
    sentence += fmt::format(", {} {} than with today’s contracts alone.", money(std::abs(saved)),
                            saved >= 0.0 ? "better" : "worse");
  } else {
    sentence += ".";
  }
  note = fmt::format(
      "Net of revenue, financing and penalties on work left undone: {} in the mean, {} in "
      "the worst {:.0f}% of scenarios.",
      money(expected), money(decision.cvar.base_units()), 100.0 * (1.0 - decision.alpha));
  if (const std::string undone = undone_text(decision); !undone.empty()) {
    note += fmt::format(" Left undone, since it is worth less than it costs: {}.", undone);
  }
  report::BandPicture picture{.usd = {expected, std::nullopt},
                              .ticks = {{decision.cvar.base_units(), "CVaR"}}};
  if (!decision.costs.empty()) {
    picture.usd.band =
        report::Interval{quantile(decision.costs, 0.1), quantile(decision.costs, 0.9)};
  }
  return {"Cost", std::move(sentence), std::move(note), std::move(picture)};
}

/// What is asked for in return: the equity line that the book ties to the offers.
const contract::EquityLine* asked_line(const book::Book& book, const std::string& name) {
  for (const contract::EquityLine& line : book.capital.equity) {
    if (std::ranges::find(line.tied_to, name) != line.tied_to.end()) return &line;
  }
  return nullptr;
}

/// Zero for what the solver's last digits leave of nothing in a problem of that size.
double settled(double usd, Dollars size) {
  return std::abs(usd) <= 1e-6 * std::abs(size.base_units()) ? 0.0 : usd;
}

/// Least and most that access is worth within the band of its chip's yield, at the book's prices.
std::optional<report::Interval> within_band(const study::AccessValue* access,
                                            const std::string& name, Dollars size) {
  std::optional<report::Interval> band;
  if (access == nullptr || access->name != name) return band;
  for (const study::AccessReading& reading : access->readings) {
    if (reading.unmet != book::UnmetRule::kBookPrices || reading.stated) continue;
    if (!band) band = report::Interval{reading.low.base_units(), reading.high.base_units()};
    band->low = std::min(band->low, reading.low.base_units());
    band->high = std::max(band->high, reading.high.base_units());
  }
  if (band) *band = {settled(band->low, size), settled(band->high, size)};
  return band;
}

/// What access would be worth under the other readings: "$1.2B if all work must be done".
std::string other_readings(const study::AccessValue* access, const std::string& name) {
  std::vector<std::string> words;
  if (access == nullptr || access->name != name) return "";
  for (const study::AccessReading& reading : access->readings) {
    const bool serve_all = reading.unmet == book::UnmetRule::kServeAll;
    const bool shown = serve_all ? reading.yields == study::kAsPredicted : reading.stated;
    if (!shown) continue;
    const double middle = (reading.low.base_units() + reading.high.base_units()) / 2.0;
    words.push_back(fmt::format("{} {}", money(middle),
                                serve_all ? "if all work must be done"
                                          : "if its chip does what the book’s own ratio says"));
  }
  return words.empty() ? "" : fmt::format(" It would be worth {}.", listed(words));
}

report::AnswerRow value_row(const book::Book& book, const study::ValueRow& row,
                            const study::AccessValue* access, Dollars cost) {
  const double low = settled(row.low.base_units(), cost);
  const double high = settled(row.high.base_units(), cost);
  const double middle = (low + high) / 2.0;
  const contract::EquityLine* line = asked_line(book, row.name);
  const double asked = line == nullptr ? 0.0 : line->amount.base_units();
  constexpr double kNothing = 1e-3;  // Of the asked sum, or of a billion.
  const bool worthless = row.resolved && std::abs(high) <= kNothing * std::max(asked, 1e9);
  std::string sentence;
  if (!row.resolved) {
    sentence =
        fmt::format("Worth between {} and {}; not resolved at this gap.", money(low), money(high));
  } else if (worthless) {
    sentence = "Worth nothing at these terms: the plan would not use it.";
  } else if (middle < 0.0) {
    sentence = fmt::format("A burden of {}: {} would be better off without it.", money(-middle),
                           book.buyer);
  } else if (line != nullptr) {
    sentence = fmt::format("Worth {}, {} than the {} of equity that comes with it.", money(middle),
                           middle < asked ? "less" : "more", money(asked));
  } else {
    sentence = fmt::format("Worth {} to {}.", money(middle), book.buyer);
  }
  report::BandPicture picture{
      .usd = {middle, within_band(access, row.name, cost).value_or(report::Interval{low, high})},
      .ticks = {}};
  std::string note;
  if (const auto band = within_band(access, row.name, cost)) {
    note = fmt::format("{} within the 80% band of its chip’s yield.",
                       report::range(money(band->low), money(band->high)));
    note += other_readings(access, row.name);
  }
  if (line != nullptr) {
    picture.ticks.push_back({asked, "asked", false});
    note += fmt::format(
        " {}’s {} buys shares; it is no gift, and enters the plan at the fair value of what is "
        "given for it.",
        line->investor, money(asked));
  }
  if (row.low_without_options && row.high_without_options && !worthless &&
      settled((*row.high_without_options - row.high).base_units(), cost) != 0.0) {
    note += fmt::format(" Without the options already held it would be worth {}.",
                        report::range(money(row.low_without_options->base_units()),
                                      money(row.high_without_options->base_units())));
  }
  if (note.starts_with(' ')) note.erase(0, 1);
  return {"Value of " + row.name, std::move(sentence), std::move(note), std::move(picture)};
}

report::AnswerRow payment_row(const book::Book& book, const stress::StressAnswer& stress) {
  const double end = stress.raises.empty() ? 0.0 : stress.raises.back().end;
  std::string sentence =
      fmt::format("Every commitment is paid on time on {}% of paths; {} runs out of cash on {}%.",
                  report::percent(stress.paid_on_time.value), book.buyer,
                  report::percent(stress.defaults.value));
  std::string note =
      fmt::format("Paying on 95% of paths to the end of {} takes {} more at the start.",
                  static_cast<int>(end) - 1, money(stress.minimum_raise.base_units()));
  const auto worst =
      std::ranges::max_element(stress.parties, {}, &stress::PartyResult::expected_loss);
  if (worst != stress.parties.end() && worst->expected_loss > Dollars{}) {
    note += fmt::format(" {} stands to lose most: {} in the mean.", worst->name,
                        money(worst->expected_loss.base_units()));
  }
  return {"Can it be paid", std::move(sentence), std::move(note), {}};
}

}  // namespace

report::Header header(const book::Book& book, const BuyDecision& decision) {
  const Month end = book.horizon.end() - 1;
  return {
      .title = fmt::format("{} compute, as known on {}", book.buyer, long_date(book.as_of)),
      .facts = {{"Book", book.name},
                {"Horizon",
                 fmt::format("{} – {}", long_month(book.horizon.start), long_month(end))},
                {"Scenarios", fmt::format("{}", decision.scenarios)},
                {"Solved to", fmt::format("gap {:.3f}%", 100.0 * decision.gap)},
                {"Money", fmt::format("US$, discounted at {:.0f}%", 100.0 * book.discount_rate)}},
      .warning = {}};
}

std::vector<report::AnswerRow> answer_rows(const book::Book& book, const BuyDecision& decision,
                                           const study::AccessValue* access,
                                           const stress::StressAnswer* stress) {
  std::vector<report::AnswerRow> rows{sign_row(decision), cost_row(book, decision)};
  if (!decision.value_of.empty())
    rows.push_back(value_row(book, decision.value_of.front(), access, decision.expected));
  if (stress != nullptr) rows.push_back(payment_row(book, *stress));
  return rows;
}

}  // namespace offtake::findings
