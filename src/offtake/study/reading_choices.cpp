#include "offtake/study/reading_choices.hpp"

#include <algorithm>
#include <initializer_list>
#include <utility>

namespace offtake::study {
namespace {

template <class Answer>
struct NamedAnswer {
  const char* text;
  Answer answer;
};

/// The choice of a member of `book::Readings` among all its answers.
template <class Answer>
ReadingChoice choice_of(const book::Book& book, const char* setting,
                        Answer book::Readings::* member,
                        std::initializer_list<NamedAnswer<Answer>> answers) {
  ReadingChoice choice{.setting = std::string("/readings/") + setting};
  for (const NamedAnswer<Answer>& named : answers) {
    if (book.readings.*member == named.answer) {
      choice.as_read = named.text;
    } else {
      choice.others.push_back({named.text, [member, answer = named.answer](book::Book& moved) {
                                 moved.readings.*member = answer;
                               }});
    }
  }
  return choice;
}

using contract::DeliveryReading;

constexpr std::pair<DeliveryReading, const char*> kDeliveries[] = {
    {DeliveryReading::kCurrentPricePerformance, "current_price_performance"},
    {DeliveryReading::kDeliveryYear, "delivery_year"},
    {DeliveryReading::kNamedSystem, "named_system"}};

/// Contracts read one way, all of them; those without a price cannot be read as chips of a system.
void read_deliveries(book::Book& book, DeliveryReading reading) {
  for (contract::Contract& contract : book.contracts) {
    if (reading != DeliveryReading::kNamedSystem || contract.price) contract.delivery = reading;
  }
}

ReadingChoice delivery_choice(const book::Book& book) {
  ReadingChoice choice{.setting = "/contracts/delivery"};
  const DeliveryReading first = book.contracts.front().delivery;
  const bool all_alike = std::ranges::all_of(
      book.contracts, [&](const auto& contract) { return contract.delivery == first; });
  choice.as_read = "each contract's own";
  for (const auto& [reading, text] : kDeliveries) {
    if (all_alike && reading == first) {
      choice.as_read = text;
      continue;
    }
    choice.others.push_back({std::string(all_alike ? "" : "all ") + text,
                             [reading](book::Book& moved) { read_deliveries(moved, reading); }});
  }
  return choice;
}

bool has_exercise(const book::Book& book) {
  return !book.options_held.empty() || std::ranges::any_of(book.offers, [](const auto& offer) {
    return offer.option.has_value();
  });
}

bool has_port(const book::Book& book) {
  const auto ported = [](const auto& bought) { return bought.port.has_value(); };
  return std::ranges::any_of(book.offers, ported) || std::ranges::any_of(book.contracts, ported) ||
         std::ranges::any_of(book.options_held, ported);
}

}  // namespace

std::vector<ReadingChoice> reading_choices(const book::Book& book) {
  using book::Readings;
  std::vector<ReadingChoice> choices;
  if (!book.contracts.empty()) choices.push_back(delivery_choice(book));
  if (book.later_market) {
    choices.push_back({"/later_market", "open", {{"none", [](book::Book& moved) {
                                                    moved.later_market.reset();
                                                  }}}});
  }
  if (!book.options_held.empty()) {
    choices.push_back({"/options_held", "held", {{"none", [](book::Book& moved) {
                                                    for (auto& option : moved.options_held) {
                                                      option.tranches = 0;
                                                    }
                                                  }}}});
  }
  if (!book.offers.empty()) {
    choices.push_back(choice_of<bool>(book, "offers_refreshed", &Readings::offers_refreshed,
                                      {{"false", false}, {"true", true}}));
  }
  choices.push_back(choice_of<book::UnmetRule>(
      book, "unmet", &Readings::unmet,
      {{"book_prices", book::UnmetRule::kBookPrices}, {"serve_all", book::UnmetRule::kServeAll}}));
  choices.push_back(
      choice_of<book::UnmetScaling>(book, "unmet_scaling", &Readings::unmet_scaling,
                                    {{"with_revenue", book::UnmetScaling::kWithRevenue},
                                     {"floor_at_revenue", book::UnmetScaling::kFloorAtRevenue},
                                     {"constant", book::UnmetScaling::kConstant}}));
  if (has_exercise(book)) {
    choices.push_back(
        choice_of<book::ExerciseRule>(book, "exercise", &Readings::exercise,
                                      {{"now", book::ExerciseRule::kNow},
                                       {"groups", book::ExerciseRule::kGroups},
                                       {"per_scenario", book::ExerciseRule::kPerScenario}}));
  }
  if (has_port(book)) {
    choices.push_back(choice_of<book::PortFailure>(
        book, "port_failure", &Readings::port_failure,
        {{"bill_due", book::PortFailure::kBillDue}, {"released", book::PortFailure::kReleased}}));
  }
  if (!book.suppliers.empty()) {
    choices.push_back(
        choice_of<book::ShareLimits>(book, "share_limits", &Readings::share_limits,
                                     {{"new_signing", book::ShareLimits::kNewSigning},
                                      {"everything", book::ShareLimits::kEverything}}));
  }
  if (!book.contracts.empty()) {
    choices.push_back(choice_of<book::BillsRun>(
        book, "bills", &Readings::bills,
        {{"at_face", book::BillsRun::kAtFace}, {"at_firm_share", book::BillsRun::kAtFirmShare}}));
  }
  if (std::ranges::any_of(book.contracts,
                          [](const auto& c) { return !c.pay_alternative.empty(); })) {
    choices.push_back(choice_of<book::BillShape>(
        book, "bill_shape", &Readings::bill_shape,
        {{"pay", book::BillShape::kPay}, {"pay_alternative", book::BillShape::kPayAlternative}}));
  }
  return choices;
}

}  // namespace offtake::study
