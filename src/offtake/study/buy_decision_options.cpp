#include <algorithm>
#include <variant>

#include "offtake/study/buy_decision_exercise.hpp"
#include "offtake/study/buy_decision_steps.hpp"
#include "offtake/study/buy_decision_supply.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::study {

using namespace literals;

namespace {

constexpr int kBetweenDates = 12;  // Months between the dates at which tranches may be taken.

/// Watts of site power of one chip; zero if nobody knows.
double site_power(const CaseDraft& draft, const std::string& system) {
  const auto& equivalents = draft.book.chip_equivalents;
  const auto known = std::ranges::find(equivalents, system, &contract::ChipEquivalent::system);
  if (known != equivalents.end() && known->site_power > Watts{}) {
    return known->site_power.base_units();
  }
  for (const ChipYield& yield : draft.yields.yields) {
    if (yield.system == system && yield.site_power > Watts{}) return yield.site_power.base_units();
  }
  return 0.0;
}

/// A tranche of an option in chips of a pool.
struct Tranche {
  PoolShare share;
  double chips = 0.0;
  double price = 0.0;  ///< Dollars a chip-year.
};

Tranche tranche_of(CaseDraft& draft, const contract::OptionHeld& option) {
  const double watts = option.tranche.base_units();
  if (const auto* power_price = std::get_if<EnergyPrice>(&option.price)) {
    const double chips = option.relative_throughput_per_power * watts /
                         site_power(draft, draft.book.reference_chip.system);
    const double a_year = power_price->base_units() * watts * (1.0_years).base_units();
    return {{draft.reference_pool, 1.0}, chips, a_year / chips};
  }
  return {
      draft.pools.share({.system = option.system, .port = option.port ? &*option.port : nullptr}),
      watts / site_power(draft, option.system), per_chip_year(std::get<ChipPrice>(option.price))};
}

const contract::EquityLine* equity_of(const book::Book& book, const contract::OptionHeld& option) {
  for (const contract::EquityLine& line : book.capital.equity) {
    if (line.name == option.equity && line.tranche_amount) return &line;
  }
  return nullptr;
}

/// Dollars of another company's shares that vest with a tranche, at today's price.
double warrant_per_tranche(const book::Book& book, const contract::OptionHeld& option) {
  for (const contract::Warrant& warrant : book.capital.warrants) {
    if (warrant.name != option.warrant || !warrant.price_now || !warrant.shares_per_gw) continue;
    return *warrant.shares_per_gw * option.tranche.in(1.0_GW) *
           (*warrant.price_now - warrant.strike).base_units();
  }
  return 0.0;
}

std::vector<int> dates_of(const CaseDraft& draft, const contract::OptionHeld& option) {
  const PlanCalendar& calendar = draft.calendar;
  const int latest =
      std::min(option.latest ? calendar.months_to(*option.latest) : calendar.months(),
               calendar.months() - kBetweenDates);
  std::vector<int> dates;
  for (int date = calendar.months_to(option.earliest); date <= latest; date += kBetweenDates) {
    if (static_cast<int>(dates.size()) == draft.assumptions.exercise_dates_max) break;
    dates.push_back(date);
  }
  return dates;
}

void add_option_held(CaseDraft& draft, const contract::OptionHeld& option) {
  const Tranche tranche = tranche_of(draft, option);
  const auto source = static_cast<int>(draft.problem().sources.size());
  draft.problem().sources.push_back(
      {.name = option.name,
       .supplier = option.supplier,
       .system = option.system,
       .kind = plan::SourceKind::kOption,
       .pool = tranche.share.pool,
       .price = draft.unit_price(tranche.price),
       .take_price = draft.unit_price(tranche.price / tranche.share.chips)});
  const std::vector<int> dates = dates_of(draft, option);
  if (dates.empty()) return;
  const std::string family = CaseDraft::family_of(option.system, option.port);
  const contract::EquityLine* equity = equity_of(draft.book, option);
  const double warrant = warrant_per_tranche(draft.book, option);
  const auto works = [&](std::size_t s) { return draft.path(s).works.at(option.name); };
  const auto set = [&](std::size_t s, int lever, int date) {
    set_supply(draft, s, lever,
               {.unit = tranche.chips,
                .pool_chips = tranche.share.chips,
                .price = tranche.price,
                .start = static_cast<double>(date),
                .ramp = static_cast<double>(draft.assumptions.option_ramp_months),
                .term = option.term ? option.term->in(1.0_months) : 0.0,
                .supplier = option.supplier,
                .family = family,
                .works = works(s)});
    plan::LeverEffect& effect = draft.effect(s, lever);
    const auto t = static_cast<std::size_t>(draft.period_at(date));
    effect.cost -= draft.money(warrant) * draft.problem().periods[t].discount;
    if (equity != nullptr && draft.path(s).comes.at(equity->name)) {
      effect.inflow.assign(draft.periods(), 0.0);
      effect.inflow[t] = draft.money(equity->tranche_amount->base_units());
    }
  };
  const std::vector<int> levers = add_exercise(
      draft, {.dates = dates,
              .max = static_cast<double>(option.tranches),
              .family = family,
              .thing = option.name,
              .group = "",
              .source = source,
              .unit = tranche.chips,
              // Whether the chip works shows between the first date and the second.
              .seen = [&](int date, std::size_t s) { return date > dates.front() && works(s); },
              .set = set});
  if (equity == nullptr) return;
  auto& of_equity = draft.result.levers_of[equity->name];
  of_equity.insert(of_equity.end(), levers.begin(), levers.end());
}

}  // namespace

void add_options_held(CaseDraft& draft) {
  for (const contract::OptionHeld& option : draft.book.options_held) add_option_held(draft, option);
}

}  // namespace offtake::study
