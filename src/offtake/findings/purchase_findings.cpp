#include "offtake/findings/purchase_findings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "offtake/book/need_against_signed.hpp"
#include "offtake/findings/system_words.hpp"
#include "offtake/report/number_text.hpp"

namespace offtake::findings {
namespace {

using study::BuyDecision;
using study::Decision;
using study::Verdict;

constexpr double kBillion = 1e9;

std::string share_text(double share) { return fmt::format("{:.0f}%", 100.0 * share); }

report::Decision decision_kind(const Decision& decision) {
  switch (decision.verdict) {
    case Verdict::kBinding:
      return report::Decision::kBinding;
    case Verdict::kSign:
      return report::Decision::kSign;
    case Verdict::kDecline:
      return report::Decision::kDecline;
    case Verdict::kWait:
      return report::Decision::kWait;
  }
  return report::Decision::kDecline;
}

std::string decision_text(const Decision& decision) {
  switch (decision.verdict) {
    case Verdict::kBinding:
      return "Binding";
    case Verdict::kSign:
      return decision.share > 0.0 && decision.share < 0.995 ? "Sign " + share_text(decision.share)
                                                            : "Sign";
    case Verdict::kDecline:
      return "Do not sign";
    case Verdict::kWait:
      return decision.start.empty() ? "Wait" : "Wait to " + decision.start;
  }
  return "";
}

std::string terms(const Decision& decision) {
  std::string text = decision.kind;
  if (decision.price) {
    text += fmt::format(", ${:.2f}/chip/h", decision.price->base_units() * 3600.0);
  }
  if (decision.break_even && decision.verdict != Verdict::kBinding) {
    text += fmt::format(", pays below ${:.2f}", decision.break_even->base_units() * 3600.0);
  }
  if (!decision.start.empty()) text += ", from " + decision.start;
  return text;
}

report::TimeSteps steps_of(const book::Book& book, const study::PeriodTable& table) {
  report::TimeSteps steps{.edges = {static_cast<double>(book.horizon.start.year()) +
                                    (book.horizon.start.month() - 1) / 12.0},
                          .labels = table.labels};
  for (const double length : table.length_years) steps.edges.push_back(steps.edges.back() + length);
  return steps;
}

bool is_zero(const std::vector<double>& values) {
  return std::ranges::all_of(values, [](double value) { return value < 1e-6; });
}

/// Parts of the fleet with one supplier and system, added up: signed first.
std::vector<study::FleetPart> merged(const std::vector<study::FleetPart>& parts) {
  std::vector<study::FleetPart> layers;
  for (const study::FleetPart& part : parts) {
    if (is_zero(part.reference_chips)) continue;
    const auto same = std::ranges::find_if(layers, [&](const study::FleetPart& layer) {
      return layer.supplier == part.supplier && layer.system == part.system &&
             layer.is_signed == part.is_signed;
    });
    if (same == layers.end()) {
      layers.push_back(part);
      continue;
    }
    for (std::size_t t = 0; t < part.reference_chips.size(); ++t) {
      same->reference_chips[t] += part.reference_chips[t];
      same->usd[t] += part.usd[t];
    }
  }
  std::ranges::stable_sort(layers, std::ranges::greater{}, &study::FleetPart::is_signed);
  return layers;
}

/// The first year from which the median need exceeds what is firm; none if it never does.
std::optional<int> first_gap(const study::PeriodTable& table,
                             const std::vector<study::FleetPart>& layers) {
  for (std::size_t t = 0; t < table.labels.size(); ++t) {
    double firm = 0.0;
    for (const auto& layer : layers) {
      if (layer.is_signed) firm += layer.reference_chips[t];
    }
    if (table.need[t].p50 > firm) return table.years[t];
  }
  return std::nullopt;
}

const demand::Workload* first_serving(const book::Book& book) {
  for (const demand::Workload& workload : book.demand) {
    const auto* serving = std::get_if<demand::Serving>(&workload.work);
    if (serving != nullptr && serving->osl > Tokens{}) return &workload;
  }
  return nullptr;
}

/// The lowest price a chip at which the book has each system, committed or by the hour.
std::map<std::string, ChipPrice> prices_of(const book::Book& book) {
  std::map<std::string, ChipPrice> prices;
  const auto add = [&](const std::string& system, ChipPrice price) {
    const auto [at, is_new] = prices.emplace(system, price);
    if (!is_new) at->second = std::min(at->second, price);
  };
  add(book.reference_chip.system, book.reference_chip.price);
  for (const auto& contract : book.contracts) {
    if (contract.price) add(contract.system, *contract.price);
  }
  for (const auto& offer : book.offers) {
    if (offer.kind != contract::OfferKind::kSpot) add(offer.system, offer.price);
  }
  for (const auto& option : book.options_held) {
    if (const auto* price = std::get_if<ChipPrice>(&option.price)) add(option.system, *price);
  }
  prices.erase("");
  return prices;
}

}  // namespace

report::ContractSection contract_section(const book::Book& book, const BuyDecision& decision) {
  const std::string& buyer = book.buyer;  // Ports are its own work.
  report::ContractSection section;
  section.lead =
      "Each offer on the table and each option held, what the plan does with it, and the fact that "
      "decided it; then what binds already.";
  for (const Decision& row : decision.decisions) {
    report::ContractRow result{.decision = decision_kind(row),
                               .decision_text = decision_text(row),
                               .contract = row.name,
                               .supplier = row.supplier.empty() ? buyer : row.supplier,
                               .system = system_words(row.system),
                               .terms = terms(row),
                               .commitment_usd = {},
                               .saves_usd = {},
                               .why = row.why};
    if (row.commitment > Dollars{}) {
      result.commitment_usd = (row.commitment + row.beyond_horizon).base_units();
    }
    const bool declined = row.verdict == Verdict::kDecline;  // Leaving it out saves nothing.
    if (row.saves_low && row.saves_high && !declined) {
      const double low = row.saves_low->base_units();
      const double high = row.saves_high->base_units();
      result.saves_usd = report::Estimate{(low + high) / 2.0, report::Interval{low, high}};
    }
    section.rows.push_back(std::move(result));
  }
  std::ranges::stable_sort(section.rows, {}, &report::ContractRow::decision);
  section.note =
      "Saves: risk-adjusted cost without it less cost with it, all else re-planned on the same "
      "scenarios; the interval is what the proven gaps leave open.";
  return section;
}

/// Chips above which an axis counts in thousands; a thousand times more, in millions.
constexpr double kThousandsFrom = 5e3;

report::FleetSection fleet_section(const book::Book& book, const BuyDecision& decision) {
  const study::PeriodTable& table = decision.by_period;
  const std::vector<study::FleetPart> layers = merged(table.fleet);
  report::FleetSection section;
  section.steps = steps_of(book, table);
  report::FleetView chips{.key = "chips", .unit = {}, .supply = {}, .demand = {}};
  report::FleetView money{.key = "$/month", .unit = "$B a month", .supply = {}, .demand = {}};
  const auto scaled = [](const std::vector<double>& values, const auto& factor) {
    std::vector<double> result;
    for (std::size_t t = 0; t < values.size(); ++t) result.push_back(values[t] * factor(t));
    return result;
  };
  double most = 0.0;
  for (const study::Spread& need : table.need) most = std::max(most, need.p90);
  const bool large = most > kThousandsFrom;
  const double unit = most > 1e3 * kThousandsFrom ? 1e-6 : large ? 1e-3 : 1.0;
  chips.unit = most > 1e3 * kThousandsFrom ? "million reference chips"
               : large                     ? "thousand reference chips"
                                           : "reference chips";
  for (const study::FleetPart& layer : layers) {
    section.layers.push_back({.supplier = layer.supplier,
                              .system = layer.is_signed ? system_words(layer.system) + " (signed)"
                                                        : system_words(layer.system),
                              .maker = maker_of(layer.system),
                              .optional = false});
    chips.supply.push_back(scaled(layer.reference_chips, [&](std::size_t) { return unit; }));
    money.supply.push_back(scaled(layer.usd, [&](std::size_t t) {
      return 1.0 / (12.0 * table.length_years[t]) / (large ? kBillion : 1e3);
    }));
  }
  if (!large) money.unit = "$k a month";
  report::DemandLines need;
  for (const study::Spread& spread : table.need) {
    need.median.push_back(spread.p50 * unit);
    need.p10.push_back(spread.p10 * unit);
    need.p90.push_back(spread.p90 * unit);
  }
  chips.demand = std::move(need);
  section.views = {std::move(chips), std::move(money)};
  const auto gap = first_gap(table, layers);
  const bool any_signed = std::ranges::any_of(layers, &study::FleetPart::is_signed);
  if (!any_signed) {
    section.text.title = "Nothing is signed yet; the plan covers the need from what is on offer";
  } else if (gap) {
    section.text.title = fmt::format("The median need outgrows what is signed in {}", *gap);
  } else {
    section.text.title = "What is signed covers the median need throughout";
  }
  section.text.subtitle = fmt::format(
      "Capacity and need in chips of {}, mean over {} scenarios; a chip of another system counts "
      "by "
      "its predicted yield. Colour is the supplier, texture the chip maker (plain is Nvidia).",
      system_words(book.reference_chip.system), decision.scenarios);
  section.text.note = "Need: median, and 10th to 90th percentile of the scenarios.";
  return section;
}

report::NeedSection need_section(const book::Book& book, const BuyDecision& decision) {
  report::NeedSection section;
  double need = 0.0;
  double bills = 0.0;
  for (const study::YearRow& row : decision.by_year) {
    section.years.push_back(row.year);
    section.need_usd.push_back(
        {row.need_usd.p50, report::Interval{row.need_usd.p10, row.need_usd.p90}});
    need += row.need_usd.p50;
    bills += row.signed_usd;
  }
  std::map<std::string, std::vector<double>> by_supplier;
  for (const contract::Contract& contract : book.contracts) {
    auto& usd = by_supplier[contract.supplier];
    usd.resize(section.years.size());
    const auto& pay = book::bills_of(contract, book.readings);
    for (std::size_t year = 0; year < section.years.size(); ++year) {
      const auto bill = pay.find(section.years[year]);
      if (bill != pay.end()) usd[year] += bill->second.base_units();
    }
  }
  for (auto& [supplier, usd] : by_supplier) section.layers.push_back({supplier, std::move(usd)});
  section.text.title =
      section.years.empty()
          ? "Need by year"
          : fmt::format("Signed bills of {} stand against a median need of {} in {}–{}",
                        report::money(bills), report::money(need), section.years.front(),
                        section.years.back());
  section.text.subtitle =
      "Compute needed at the market price of each year, median and 10th to 90th percentile, "
      "against "
      "signed bills at face";
  return section;
}

report::CostRiskSection cost_risk_section(const BuyDecision& decision) {
  report::CostRiskSection section{
      .text = {},
      .cvar_level = decision.alpha,
      .plan = {"This plan", decision.expected.base_units(), decision.cvar.base_units()},
      .plan_lambda = decision.lambda,
      .frontier = {},
      .baselines = {},
      // The bound of the mean cost; under risk aversion foresight has another measure.
      .perfect_foresight_usd =
          decision.lambda == 0.0
              ? std::optional(decision.objective.base_units() - decision.evpi.base_units())
              : std::nullopt};
  for (const study::RiskPoint& point : decision.frontier) {
    section.frontier.push_back(
        {point.lambda, point.expected.base_units(), point.cvar.base_units()});
  }
  std::ranges::stable_sort(section.frontier, {}, &report::FrontierPoint::expected_cost_usd);
  bool beaten = false;
  std::string far_off;
  const double scale = std::abs(decision.cvar.base_units() - decision.expected.base_units());
  for (const study::CostRow& row : decision.baselines) {
    beaten = beaten || (row.expected < decision.expected && row.cvar < decision.cvar);
    const double beyond = (row.expected - decision.expected).base_units();
    if (beyond > scale) {  // Drawn, it would press all else into a corner.
      far_off += fmt::format(" Not drawn: {}, {} expected, {} in the tail.", row.name,
                             report::money(row.expected.base_units()),
                             report::money(row.cvar.base_units()));
      continue;
    }
    section.baselines.push_back({row.name, row.expected.base_units(), row.cvar.base_units()});
  }
  section.text.title = beaten ? "A baseline beats the plan on cost and risk together"
                              : "No baseline beats the plan on cost and risk together";
  section.text.subtitle = fmt::format(
      "Expected net cost (bills and penalties less revenue) against its mean in the worst {:.0f}%, "
      "over the weight of risk λ",
      100.0 * (1.0 - decision.alpha));
  section.text.note = fmt::format(
      "Risk-adjusted, perfect foresight is worth {}, and planning for uncertainty rather than for "
      "the "
      "mean scenario {}.{}",
      report::money(decision.evpi.base_units()),
      decision.vss ? report::money(decision.vss->base_units()) : "cannot be priced", far_off);
  return section;
}

std::optional<report::TokenCostSection> token_cost_section(const book::Book& book,
                                                           const study::YieldTable& yields) {
  const demand::Workload* workload = first_serving(book);
  if (workload == nullptr) return std::nullopt;
  const auto& serving = std::get<demand::Serving>(workload->work);
  report::TokenCostSection section;
  for (const auto& [system, price] : prices_of(book)) {
    const study::ChipYield* yield = yields.find(workload->name, system);
    if (yield == nullptr || !yield->feasible) continue;
    const double output_share = serving.osl / (serving.isl + serving.osl);
    const auto cost = [output_share, usd = price.base_units()](double total_rate) {
      return usd / (total_rate * output_share) * 1e6;
    };
    section.rows.push_back(
        {.system = system_words(system) + fmt::format(" at ${:.2f}", price.base_units() * 3600.0),
         .family = maker_of(system),
         .usd_per_million_tokens = {cost(yield->value),
                                    report::Interval{cost(yield->high), cost(yield->low)}},
         .measured = {},
         .measurements = 0});
  }
  if (section.rows.empty()) return std::nullopt;
  std::ranges::stable_sort(section.rows, {}, [](const report::TokenCostRow& row) {
    return row.usd_per_million_tokens.value;
  });
  const auto& best = section.rows.front();
  const auto band_of = [](const report::TokenCostRow& row) {
    const double value = row.usd_per_million_tokens.value;
    return row.usd_per_million_tokens.band.value_or(report::Interval{value, value});
  };
  const bool overlap = section.rows.size() > 1 && band_of(section.rows[1]).low < band_of(best).high;
  section.text.title = section.rows.size() == 1
                           ? best.system + " is the only system that serves it"
                           : fmt::format("{} is cheapest per token{}", best.system,
                                         overlap ? " at the midpoint, but the bands overlap" : "");
  section.text.subtitle = fmt::format(
      "{}: {}, {:.0f} in / {:.0f} out at its service objective; input and output tokens together, "
      "at "
      "the book's price a chip and hour",
      workload->name, serving.model, serving.isl.base_units(), serving.osl.base_units());
  section.text.note =
      "Mark: predicted, with its 80% band. Hollow: no measurement of this workload on this system.";
  return section;
}

}  // namespace offtake::findings
