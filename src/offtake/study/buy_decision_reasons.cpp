#include "offtake/study/buy_decision_reasons.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "offtake/units/literals.hpp"

namespace offtake::study {

using namespace literals;

namespace {

constexpr double kNothing = 1e-6;  // Of a lever's largest value.

std::string dollars(double usd) {
  const double size = std::abs(usd);
  if (size >= 1e9) return fmt::format("${:.2f}B", usd / 1e9);
  if (size >= 1e6) return fmt::format("${:.1f}M", usd / 1e6);
  if (size >= 1e4) return fmt::format("${:.1f}k", usd / 1e3);
  return fmt::format("${:.0f}", usd);
}

double at(const std::vector<double>& values, std::size_t index) {
  return values.empty() ? 0.0 : values[index];
}

class ReasonWriter {
 public:
  ReasonWriter(const book::Book& book, const BuyCase& buy_case, const plan::CapacityPlan& plan)
      : book_(book),
        case_(buy_case),
        problem_(buy_case.problem),
        plan_(plan),
        money_(problem_.scale.money.base_units()) {}

  std::vector<Decision> write() {
    for (const contract::Contract& contract : book_.contracts) add_signed(contract);
    for (std::size_t k = 0; k < problem_.sources.size(); ++k) add_source(static_cast<int>(k));
    std::set<std::string> seen;
    for (const plan::Lever& lever : problem_.levers) {
      const bool port = lever.kind == plan::LeverKind::kPort;
      if (!port && lever.kind != plan::LeverKind::kEquity) continue;
      if (seen.insert(lever.name).second) add_single(lever, port ? "port" : "equity");
    }
    return std::move(rows_);
  }

 private:
  void add_signed(const contract::Contract& contract) {
    double due = 0.0, beyond = 0.0;
    for (const SignedSupply& supply : case_.supply) {
      if (supply.name != contract.name) continue;
      for (const double bill : supply.bill) due += money_ * bill;
      beyond += money_ * supply.beyond_horizon;
    }
    rows_.push_back({.name = contract.name,
                     .kind = "contract",
                     .supplier = contract.supplier,
                     .system = contract.system,
                     .verdict = Verdict::kBinding,
                     .share = 1.0,
                     .commitment = Dollars::in_base_units(due),
                     .beyond_horizon = Dollars::in_base_units(beyond),
                     .why = fmt::format("signed: {} fall due within the horizon{}", dollars(due),
                                        beyond > 0.0 ? ", " + dollars(beyond) + " after it" : "")});
  }

  /// Mean over the scenarios in which a lever acts or not.
  double probability_of(std::size_t lever) const {
    double sum = 0.0;
    for (const plan::Scenario& scenario : problem_.scenarios) {
      if (scenario.effects[lever].acts) sum += scenario.probability;
    }
    return sum;
  }

  void add_source(int index) {
    const plan::Source& source = problem_.sources[static_cast<std::size_t>(index)];
    Decision row{
        .name = source.name,
        .kind = source.kind == plan::SourceKind::kOffer ? "offer" : "option",
        .supplier = source.supplier,
        .system = source.system,
        .price = Dollars::in_base_units(source.price * money_) / problem_.scale.chips / 1.0_years};
    double units = 0.0, most = 0.0, due = 0.0, beyond = 0.0;
    int first = static_cast<int>(problem_.periods.size());
    for (std::size_t l = 0; l < problem_.levers.size(); ++l) {
      const plan::Lever& lever = problem_.levers[l];
      if (lever.source != index) continue;
      most = std::max(most, lever.max * lever.lot);
      if (plan_.levers[l] <= kNothing * lever.max) continue;
      units += probability_of(l) * plan_.levers[l] * lever.lot;
      first = std::min(first, lever.period);
      for (const plan::Scenario& scenario : problem_.scenarios) {
        if (!scenario.effects[l].acts) continue;
        beyond +=
            money_ * scenario.probability * plan_.levers[l] * scenario.effects[l].beyond_horizon;
        for (std::size_t t = 0; t < problem_.periods.size(); ++t) {
          due += money_ * scenario.probability * plan_.levers[l] * at(scenario.effects[l].bill, t);
        }
      }
    }
    row.chips = units;
    row.share = most > 0.0 ? units / most : 0.0;
    row.commitment = Dollars::in_base_units(due);
    row.beyond_horizon = Dollars::in_base_units(beyond);
    if (units > 0.0) {
      row.start = problem_.periods[static_cast<std::size_t>(first)].label;
      row.verdict = source.kind == plan::SourceKind::kOption ? Verdict::kWait : Verdict::kSign;
    }
    add_value(row);
    add_break_even(row, index);
    explain(row);
    rows_.push_back(row);
  }

  void add_single(const plan::Lever& lever, const std::string& kind) {
    const auto index = static_cast<std::size_t>(&lever - problem_.levers.data());
    Decision row{.name = lever.name, .kind = kind};
    row.share = plan_.levers[index] / lever.max;
    row.verdict = row.share > kNothing ? Verdict::kSign : Verdict::kDecline;
    double due = 0.0;
    for (const plan::Scenario& scenario : problem_.scenarios) {
      for (const double bill : scenario.effects[index].bill) {
        due += money_ * scenario.probability * bill * plan_.levers[index];
      }
    }
    row.commitment = Dollars::in_base_units(due);
    add_value(row);
    explain(row);
    rows_.push_back(row);
  }

  void add_value(Decision& row) const {
    const auto value = std::ranges::find(plan_.value_of, row.name, &plan::ValueOf::name);
    if (value == plan_.value_of.end()) return;
    row.saves_low = Dollars::in_base_units(value->low * money_);
    row.saves_high = Dollars::in_base_units(value->high * money_);
  }

  /// The bill of one unit more, discounted, weighted for risk and with the price of its cash,
  /// against what it saves.
  void add_break_even(Decision& row, int source) const {
    double best = -lp::kInfinity;
    for (std::size_t l = 0; l < problem_.levers.size(); ++l) {
      if (problem_.levers[l].source != source) continue;
      const double bill = plan_.bill_cost[l];
      if (bill > 0.0) best = std::max(best, 1.0 - plan_.marginal[l] / bill);
    }
    if (std::isfinite(best)) row.break_even = *row.price * std::max(0.0, best);
  }

  /// The line of equity that is tied to an offer and drawn; empty if there is none.
  std::string equity_fired(const Decision& row) const {
    const auto group_of = [&](const std::string& name) {
      const auto offer = std::ranges::find(book_.offers, name, &contract::Offer::name);
      return offer == book_.offers.end() ? std::string() : offer->group;
    };
    for (const contract::EquityLine& line : book_.capital.equity) {
      const auto lever = case_.levers_of.find(line.name);
      if (lever == case_.levers_of.end()) continue;
      if (plan_.levers[static_cast<std::size_t>(lever->second.front())] <= kNothing) continue;
      for (const std::string& name : line.tied_to) {
        if (name == row.name || (!name.empty() && name == group_of(row.name))) return line.name;
      }
    }
    return "";
  }

  /// What keeps out an offer whose first chip alone would pay: its lot, its port, or a limit.
  std::string held_out_by(const Decision& row) const {
    for (const plan::Lever& lever : problem_.levers) {
      if (lever.name != row.name || !lever.whole) continue;
      return fmt::format("not all {:.0f} of its smallest lot are", lever.lot);
    }
    const auto offer = std::ranges::find(book_.offers, row.name, &contract::Offer::name);
    if (offer != book_.offers.end() && offer->port) {
      return "not enough of them to pay for its port";
    }
    return "a rival of its group or a supplier's largest share holds it out";
  }

  void explain(Decision& row) const {
    const bool taken = row.share > kNothing;
    const double saves = row.saves_low ? row.saves_low->base_units() : 0.0;
    if (taken && row.saves_low) {
      row.why =
          fmt::format("without it, all else planned again, the cost rises by {}", dollars(saves));
    } else if (taken && row.kind == "port") {
      row.why = "what is signed or taken needs it";
    } else if (taken) {
      row.why = fmt::format("{:.0f}% of its size", 100.0 * row.share);
    }
    if (row.break_even && row.price) {
      const double asked = row.price->in(1.0_USD_per_chip_h);
      const double worth = row.break_even->in(1.0_USD_per_chip_h);
      if (taken) {
        row.why +=
            fmt::format("; one chip more is worth ${:.2f} an hour, asked ${:.2f}", worth, asked);
        if (const std::string fired = equity_fired(row); worth < asked && !fired.empty()) {
          row.why += ": taken in the least size that brings " + fired;
        }
      } else if (worth < asked) {
        row.why = fmt::format(
            "a first chip saves ${:.2f} an hour of its ${:.2f}: what it replaces is cheaper later "
            "or not worth doing",
            worth, asked);
      } else {
        row.why = fmt::format("a first chip is worth ${:.2f} an hour, asked ${:.2f}, but {}", worth,
                              asked, held_out_by(row));
      }
    } else if (!taken) {
      row.why = "nothing that the plan signs needs it";
    }
  }

  const book::Book& book_;
  const BuyCase& case_;
  const plan::PlanProblem& problem_;
  const plan::CapacityPlan& plan_;
  double money_;
  std::vector<Decision> rows_;
};

}  // namespace

std::vector<Decision> decisions_of(const book::Book& book, const BuyCase& buy_case,
                                   const plan::CapacityPlan& plan) {
  return ReasonWriter(book, buy_case, plan).write();
}

}  // namespace offtake::study
