#include "offtake/findings/replay_report.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "offtake/base/expects.hpp"
#include "offtake/findings/replay_findings.hpp"
#include "offtake/findings/replay_words.hpp"
#include "offtake/report/number_text.hpp"

namespace offtake::findings {
namespace {

using Figures = report::FleetFigures;

/// The answer's figures, by fleet.
class Answer {
 public:
  Answer(const ReplayContext& context, const std::vector<ReplayedFleet>& fleets,
         const std::vector<Figures>& figures)
      : context_(context), fleets_(fleets), figures_(figures) {}

  std::vector<report::AnswerRow> rows() const {
    std::vector<report::AnswerRow> rows;
    if (has(&Figures::attainment)) rows.push_back(objective());
    if (has(&Figures::ttft)) rows.push_back(latency());
    rows.push_back(yield());
    if (has(&Figures::usd_per_mtok)) rows.push_back(cost());
    return rows;
  }

 private:
  template <class Value>
  bool has(std::optional<Value> Figures::* of) const {
    return std::ranges::any_of(figures_, [&](const Figures& one) { return (one.*of).has_value(); });
  }

  /// `figure` of every fleet that has it, in words.
  template <class Figure>
  std::string told(Figure figure, const FigureWords& words) const {
    std::vector<FleetFigure> found;
    for (std::size_t i = 0; i < fleets_.size(); ++i) {
      const std::optional<double> value = figure(figures_[i]);
      if (value) found.push_back({fleets_[i].name, *value});
    }
    return compared(found, fleets_.size(), words);
  }

  /// " on A", where there are others.
  std::string on(std::size_t fleet) const {
    return fleets_.size() > 1 ? " on " + fleets_[fleet].name : "";
  }

  report::AnswerRow objective() const {
    const std::string shares = told([](const Figures& x) { return x.attainment; }, share_words);
    std::string promised;
    for (const serve::ServiceClass& one : context_.classes) {
      if (!promised.empty()) promised += "; ";
      if (context_.classes.size() > 1) promised += one.name + ": ";
      promised += objective_words(one.objective);
    }
    return {.question = "Objective",
            .sentence = fleets_.size() == 1
                            ? fmt::format("{} of requests are within their objective.", shares)
                            : fmt::format("Requests within their objective: {}.", shares),
            .note = fmt::format("{}. Goodput in requests/s: {}.{}", promised,
                                told([](const Figures& x) { return x.goodput; }, report::amount),
                                turned_away())};
  }

  /// " Refused or too long on B: 210."
  std::string turned_away() const {
    std::string text;
    for (std::size_t i = 0; i < fleets_.size(); ++i) {
      const std::int64_t turned = figures_[i].refused + figures_[i].too_long;
      if (turned == 0) continue;
      text += fmt::format(" Refused or too long{}: {}.", on(i),
                          report::whole_number(static_cast<double>(turned)));
    }
    return text;
  }

  report::AnswerRow latency() const {
    std::string intervals;
    for (std::size_t i = 0; i < fleets_.size(); ++i) {
      const auto& ttft = figures_[i].ttft;
      if (!ttft || !ttft->p99.band) continue;
      if (!intervals.empty()) intervals += "; ";
      intervals += fmt::format("{} to {}{}", report::time_text(ttft->p99.band->low),
                               report::time_text(ttft->p99.band->high), on(i));
    }
    const auto tail = [&](std::optional<report::LatencyQuantiles> Figures::* of) {
      return told(
          [of](const Figures& x) {
            return x.*of ? std::optional((x.*of)->p99.value) : std::nullopt;
          },
          report::time_text);
    };
    return {.question = "Latency",
            .sentence = fmt::format("TTFT p99 {}.", tail(&Figures::ttft)),
            .note = fmt::format(
                "{}TPOT p99 {}.",
                intervals.empty()
                    ? std::string()
                    : fmt::format("95% interval{} {}. ", fleets_.size() > 1 ? "s" : "", intervals),
                tail(&Figures::tpot))};
  }

  report::AnswerRow yield() const {
    return {
        .question = "Yield",
        .sentence = fmt::format(
            "Output tokens a second a chip: {}.",
            told([](const Figures& x) { return std::optional(x.output_tokens_per_s_chip); },
                 report::amount)),
        .note = fmt::format(
            "Time that replicas in service are in a step: {}. Chips rented: {}.",
            told([](const Figures& x) { return x.utilization; }, share_words),
            told([](const Figures& x) { return std::optional(x.chips_mean); }, report::amount))};
  }

  report::AnswerRow cost() const {
    const std::string energy =
        has(&Figures::kwh_per_mtok)
            ? fmt::format(" Energy in kWh per million output tokens: {}.",
                          told([](const Figures& x) { return x.kwh_per_mtok; }, report::amount))
            : "";
    return {.question = "Cost",
            .sentence =
                fmt::format("Per million output tokens: {}.",
                            told([](const Figures& x) { return x.usd_per_mtok; }, report::money)),
            .note = fmt::format(
                "Price of a chip and hour: {}.{}",
                told([](const Figures& x) { return x.usd_per_chip_h; }, report::money), energy)};
  }

  const ReplayContext& context_;
  const std::vector<ReplayedFleet>& fleets_;
  const std::vector<Figures>& figures_;
};

std::string count_text(std::int64_t count) {
  return report::whole_number(static_cast<double>(count));
}

SimTime warm_up_of(const std::vector<ReplayedFleet>& fleets) {
  SimTime warm_up;
  for (const ReplayedFleet& fleet : fleets) warm_up = std::max(warm_up, fleet.outcome.begun);
  return warm_up;
}

report::Header header(const ReplayContext& context, const std::vector<ReplayedFleet>& fleets) {
  report::Header header{
      .title = fleets.size() == 1 ? fmt::format("{} on {}", context.trace, fleets.front().name)
                                  : fmt::format("{} on {} fleets", context.trace, fleets.size()),
      .facts = {{"Model", context.model}, {"Requests", count_text(context.requests)}},
      .warning = ""};
  if (context.clipped > 0) header.facts.push_back({"Cut", count_text(context.clipped)});
  if (const SimTime warm_up = warm_up_of(fleets); warm_up > SimTime{}) {
    header.facts.push_back({"Warm-up", report::time_text(seconds(warm_up).base_units())});
  }
  header.facts.push_back({"Seed", fmt::format("{}", context.seed)});
  header.facts.insert(header.facts.end(), context.facts.begin(), context.facts.end());
  return header;
}

/// Of fewer requests p99 rests on less than ten.
constexpr std::int64_t kEnoughForTail = 1000;

std::vector<report::Note> notes(const ReplayContext& context,
                                const std::vector<ReplayedFleet>& fleets) {
  std::vector<report::Note> notes{
      {"One run, one model",
       "Intervals tell how far a figure moves with the requests that happened to come: 95%, by the "
       "spread over stretches of the run. How far predicted steps are from measured ones is not in "
       "them."}};
  std::vector<std::string> few;
  for (const ReplayedFleet& fleet : fleets) {
    if (fleet.outcome.counts.completed < kEnoughForTail) few.push_back(fleet.name);
  }
  if (!few.empty()) {
    notes.push_back(
        {"Few requests", fmt::format("Fewer than {} completed on {}: p99 rests on less than ten.",
                                     count_text(kEnoughForTail), fmt::join(few, ", "))});
  }
  if (context.clipped > 0) {
    notes.push_back(
        {"Long requests", fmt::format("{} of {} requests were cut to the longest that is allowed.",
                                      count_text(context.clipped), count_text(context.requests))});
  }
  if (warm_up_of(fleets) > SimTime{}) {
    notes.push_back({"Warm-up",
                     "Requests that arrive in it are served but not counted; over time, queue and "
                     "cache show it."});
  }
  return notes;
}

}  // namespace

report::ReportDocument replay_report(const ReplayContext& context,
                                     const std::vector<ReplayedFleet>& fleets) {
  expects(!fleets.empty(), "a report tells of a fleet");
  for (const ReplayedFleet& fleet : fleets) {
    expects(fleet.outcome.classes.size() == context.classes.size(), "all fleets serve the classes");
    expects(fleet.outcome.pools.size() == fleet.pool_chips.size(), "each pool's chips are known");
  }
  report::ReportDocument document;
  document.header = header(context, fleets);
  document.replay = replay_section(context, fleets);
  document.answer = Answer(context, fleets, document.replay->table.fleets).rows();
  document.notes = notes(context, fleets);
  document.run = context.run;
  return document;
}

}  // namespace offtake::findings
