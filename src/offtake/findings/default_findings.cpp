#include "offtake/findings/default_findings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "offtake/findings/dates.hpp"
#include "offtake/report/number_text.hpp"

namespace offtake::findings {
namespace {

double usd(Dollars amount) { return amount.base_units(); }

double by_the_end(const stress::PartyResult& party) {
  return party.default_by.empty() ? 0.0 : party.default_by.back().probability.value;
}

/// What a party's default probability falls by when the buyer pays by hand.
double caused_by_buyer(const stress::PartyResult& party) {
  return by_the_end(party) - party.default_by_end_buyer_alive.value_or(0.0);
}

bool held_by_construction(const stress::PartyResult& party) {
  return party.can_fail.at_all && !party.can_fail.while_buyer_pays;
}

/// What the rates with the buyer kept paying are, and where they are a reading.
std::string without_buyer(const std::vector<stress::PartyResult>& parties,
                          const stress::StressAnswer& answer) {
  std::string counted;
  std::string held;
  std::string priced;
  const auto append = [](std::string& list, const std::string& item) {
    list += (list.empty() ? "" : ", ") + item;
  };
  for (const stress::PartyResult& party : parties) {
    if (party.default_by_end_buyer_alive) {
      append(counted,
             fmt::format("{} {}%", party.name, report::percent(*party.default_by_end_buyer_alive)));
    }
    if (!held_by_construction(party)) continue;
    append(held, party.name);
    if (party.default_by_end_as_priced >= 0.005) {
      append(priced,
             fmt::format("{} {}%", party.name, report::percent(party.default_by_end_as_priced)));
    }
  }
  std::string text;
  if (!counted.empty()) text += fmt::format("With the buyer kept paying: {}. ", counted);
  if (!held.empty()) {
    text += fmt::format(
        "{} cannot fail before the buyer does: the book does not state their funding, and outside "
        "money is taken to keep their liquidity until then (readings.party_trouble). A rate with "
        "the "
        "buyer alive would be zero by construction and is not shown. ",
        held);
  }
  if (!priced.empty() && answer.party_trouble == stress::PartyTrouble::kHeldLiquidity) {
    text += fmt::format(
        "Markets price a default by the end, the buyer’s part in it included, at: {}; the reading "
        "own_hazard draws it. ",
        priced);
  }
  if (!text.empty()) text.pop_back();
  return text;
}

/// Parties with a balance sheet in the book; lenders are paid or not, and do not fail here.
bool can_default(const book::Book& book, const std::string& name) {
  const auto& parties = book.parties.parties;
  const auto at = std::ranges::find(parties, name, &contract::Party::name);
  return at != parties.end() && at->kind != contract::PartyKind::kLenders &&
         at->liquidity > Dollars{};
}

report::DefaultRow row(const std::string& name,
                       const std::vector<stress::YearProbability>& default_by) {
  report::DefaultRow result{.party = name, .cumulative = {}};
  for (const auto& year : default_by) result.cumulative.push_back(year.probability.value);
  return result;
}

}  // namespace

report::DefaultSection default_section(const book::Book& book, const stress::StressAnswer& answer) {
  report::DefaultSection section;
  for (const auto& year : answer.default_by) section.years.push_back(year.year);
  section.rows.push_back(row(book.buyer, answer.default_by));
  section.rows.front().buyer = true;
  std::vector<stress::PartyResult> parties = answer.parties;
  std::erase_if(parties, [&](const auto& party) { return !can_default(book, party.name); });
  std::ranges::stable_sort(parties, std::ranges::greater{}, by_the_end);
  for (const stress::PartyResult& party : parties) {
    section.rows.push_back(row(party.name, party.default_by));
    section.rows.back().with_buyer_alive = party.default_by_end_buyer_alive;
  }
  for (const auto& year : answer.default_by) {
    section.monte_carlo_error =
        std::max(section.monte_carlo_error, (year.probability.high - year.probability.low) / 2.0);
  }
  const auto exposed = std::ranges::max_element(parties, {}, caused_by_buyer);
  section.text.title = fmt::format("{} defaults on {}% of paths by the end", book.buyer,
                                   report::percent(answer.defaults.value));
  if (exposed != parties.end() && caused_by_buyer(*exposed) > 0.005) {
    const auto alive = exposed->default_by_end_buyer_alive;
    section.text.title =
        alive ? fmt::format("{} defaults on {}% of paths, on {}% if {} pays", exposed->name,
                            report::percent(by_the_end(*exposed)), report::percent(*alive),
                            book.buyer)
              : fmt::format("{} defaults on {}% of paths, only where {} does", exposed->name,
                            report::percent(by_the_end(*exposed)), book.buyer);
  }
  section.text.subtitle = "Cumulative probability of default by the end of each year, %";
  section.caused_by_buyer = without_buyer(parties, answer);
  return section;
}

report::CommitmentSection commitment_section(const stress::StressAnswer& answer) {
  report::CommitmentSection section;
  for (const stress::CommitmentResult& commitment : answer.commitments) {
    report::CommitmentRow result{.contract = commitment.name,
                                 .supplier = commitment.supplier,
                                 .on_time = commitment.on_time,
                                 .late = commitment.late,
                                 .never = commitment.never,
                                 .expected_loss_usd = usd(commitment.expected_loss),
                                 .raise_without_it_usd = {}};
    if (commitment.raise_without) result.raise_without_it_usd = usd(*commitment.raise_without);
    section.rows.push_back(std::move(result));
  }
  section.text.title = fmt::format("All commitments are paid on time on {}% of paths",
                                   report::percent(answer.paid_on_time.value));
  section.text.subtitle = fmt::format(
      "Share of {} paths; on time includes what is released by right; the raise is what 95% of "
      "paths need to the end of {} had the contract not been signed, {} with all of them",
      answer.paths, long_month(answer.raise_end), report::money(usd(answer.minimum_raise)));
  return section;
}

report::PartyLossSection party_loss_section(const book::Book& book,
                                            const stress::StressAnswer& answer) {
  report::PartyLossSection section;
  for (const stress::PartyResult& party : answer.parties) {
    if (party.expected_loss <= Dollars{} && party.expected_stake_loss <= Dollars{}) continue;
    section.rows.push_back({.party = party.name,
                            .default_probability = by_the_end(party),
                            .default_with_buyer_alive = party.default_by_end_buyer_alive,
                            .expected_loss_usd = usd(party.expected_loss),
                            .cvar_usd = usd(party.cvar),
                            .expected_loss_before_reletting_usd = usd(party.expected_loss_gross)});
  }
  for (const stress::LenderResult& lender : answer.lenders) {
    if (lender.expected_loss <= Dollars{}) continue;
    section.rows.push_back({.party = fmt::format("lenders: {}", lender.line),
                            .default_probability = {},
                            .default_with_buyer_alive = {},
                            .expected_loss_usd = usd(lender.expected_loss),
                            .cvar_usd = usd(lender.cvar),
                            .expected_loss_before_reletting_usd = {}});
  }
  std::ranges::stable_sort(section.rows, std::ranges::greater{},
                           &report::PartyLossRow::expected_loss_usd);
  section.text.title = section.rows.empty()
                           ? fmt::format("No party loses by {}", book.buyer)
                           : fmt::format("{} carries the most: {} expected, {} on the worst paths",
                                         section.rows.front().party,
                                         report::money(section.rows.front().expected_loss_usd),
                                         report::money(section.rows.front().cvar_usd));
  section.text.subtitle =
      "As creditor, over all paths; claims after the capacity is let again, and before it. The "
      "buyer’s own lenders lose what is drawn when it fails, less what they recover";
  return section;
}

}  // namespace offtake::findings
