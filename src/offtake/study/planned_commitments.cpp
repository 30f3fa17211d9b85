#include "offtake/study/planned_commitments.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

namespace offtake::study {
namespace {

/// Dollars by period, even over the months of each.
std::vector<Dollars> by_month(const PeriodTable& table, const std::vector<double>& usd) {
  std::vector<Dollars> months;
  for (std::size_t t = 0; t < usd.size(); ++t) {
    const int count = static_cast<int>(std::lround(12.0 * table.length_years[t]));
    for (int month = 0; month < count; ++month) {
      months.push_back(Dollars::in_base_units(usd[t] / count));
    }
  }
  return months;
}

const FleetPart* part_of(const BuyDecision& decision, const std::string& name) {
  const auto at = std::ranges::find_if(decision.by_period.fleet, [&](const FleetPart& part) {
    return part.name == name && !part.is_signed;
  });
  return at == decision.by_period.fleet.end() ? nullptr : &*at;
}

double firm_share(const book::Book& book, const std::string& name) {
  const auto offer = std::ranges::find(book.offers, name, &contract::Offer::name);
  if (offer != book.offers.end()) return offer->min_take;
  const auto option = std::ranges::find(book.options_held, name, &contract::OptionHeld::name);
  return option != book.options_held.end() ? option->firm_share : 1.0;
}

/// First month of the period of that label.
Month month_of(const book::Book& book, const PeriodTable& table, const std::string& label) {
  double years = 0.0;
  for (std::size_t t = 0; t < table.labels.size() && table.labels[t] != label; ++t) {
    years += table.length_years[t];
  }
  return book.horizon.start + static_cast<int>(std::lround(12.0 * years));
}

/// The tranches of an option that a plan takes: their mean number over the scenarios, rounded, at
/// the first date at which any is taken.
std::vector<Month> tranches_taken(const book::Book& book, const BuyDecision& decision,
                                  const Decision& row) {
  const auto option = std::ranges::find(book.options_held, row.name, &contract::OptionHeld::name);
  if (option == book.options_held.end()) return {};
  const auto count = static_cast<std::size_t>(std::lround(row.share * option->tranches));
  return std::vector<Month>(count, month_of(book, decision.by_period, row.start));
}

}  // namespace

PlannedCommitments planned_commitments(const book::Book& book, const BuyDecision& decision) {
  PlannedCommitments planned;
  for (const Decision& row : decision.decisions) {
    const bool taken = row.verdict == Verdict::kSign || row.verdict == Verdict::kWait;
    if (!taken) continue;
    planned.signed_names.push_back(row.name);
    const auto offer = std::ranges::find(book.offers, row.name, &contract::Offer::name);
    if (offer != book.offers.end() && !offer->group.empty()) {
      planned.signed_names.push_back(offer->group);
    }
    if (row.kind != "offer" && row.kind != "option") continue;
    if (auto tranches = tranches_taken(book, decision, row); !tranches.empty()) {
      planned.tranches[row.name] = std::move(tranches);
    }
    const FleetPart* part = part_of(decision, row.name);
    if (part == nullptr) continue;
    planned.payments.push_back({.name = row.name,
                                .supplier = row.supplier,
                                .by_month = by_month(decision.by_period, part->usd),
                                .firm_share = firm_share(book, row.name),
                                .gigawatts = 0.0});
  }
  return planned;
}

}  // namespace offtake::study
