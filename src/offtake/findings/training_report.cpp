#include "offtake/findings/training_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

#include "offtake/findings/system_words.hpp"
#include "offtake/perf/training_parts.hpp"
#include "offtake/report/number_text.hpp"
#include "offtake/study/layout_text.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::findings {
namespace {

using namespace literals;
using report::CompositionPart;
using report::PartKind;

std::string percent(double share) { return report::short_number(100.0 * share) + "%"; }
std::string short_figure(double value) { return report::short_number(value, value < 10.0 ? 2 : 1); }

/// With a space after each comma, so that a line can break there.
std::string spaced(std::string_view list) {
  std::string text;
  for (const char letter : list) {
    text += letter;
    if (letter == ',') text += ' ';
  }
  return text;
}

/// "tensor transfers": a line of a picture is short.
std::string short_name(std::string_view part) {
  constexpr std::string_view kLong = "communication";
  if (!part.ends_with(kLong)) return std::string(part);
  return std::string(part.substr(0, part.size() - kLong.size())) + "transfers";
}

/// Parts below half a hundredth of the whole are told together, last.
std::vector<CompositionPart> told(std::vector<CompositionPart> parts) {
  double whole = 0.0;
  for (const CompositionPart& part : parts) whole += part.amount;
  double small = 0.0;
  std::erase_if(parts, [&](const CompositionPart& part) {
    if (part.amount >= 0.005 * whole) return false;
    small += part.amount;
    return true;
  });
  if (small > 0.0) parts.push_back({"other", PartKind::kOther, small});
  return parts;
}

PartKind kind_of(std::string_view part) {
  if (part.ends_with("communication") || part == "bubble" || part == "contention" ||
      part == "stragglers") {
    return PartKind::kWaiting;
  }
  return part == "products" || part == "experts" || part == "attention" || part == "logits"
             ? PartKind::kUseful
             : PartKind::kOther;
}

report::Composition step_composition(const study::TrainAnswer& answer) {
  const perf::TrainingTime& time = answer.breakdown;
  report::Composition step{.key = "step", .unit = "s"};
  double waiting = 0.0;
  double useful = 0.0;
  for (const perf::TrainingTimePart& part : perf::training_time_parts(time)) {
    const PartKind kind = kind_of(part.name);
    if (kind == PartKind::kWaiting) waiting += part.time / time.total();
    if (kind == PartKind::kUseful) useful += part.time / time.total();
    step.parts.push_back({short_name(part.name), kind, part.time.in(1.0_s)});
  }
  step.parts = told(std::move(step.parts));
  step.text = {
      .title = fmt::format("{} of a step multiplies, {} waits", percent(useful), percent(waiting)),
      .subtitle = fmt::format("Where the {} s go, one after the other; transfers count "
                              "only as far as nothing runs beside them",
                              short_figure(time.total().in(1.0_s))),
      .note = "Waits, in grey, are transfers, the pipeline's bubble and stragglers."};
  return step;
}

report::Composition memory_composition(const study::TrainAnswer& answer,
                                       const hardware::System& system) {
  const Bytes room = system.memory_share.value * system.chip.hbm_capacity.value;
  report::Composition memory{.key = "memory", .unit = "GB"};
  perf::TrainingMemoryPart largest{};
  for (const perf::TrainingMemoryPart& part : perf::training_memory_parts(answer.memory)) {
    if (part.bytes > largest.bytes) largest = part;
    const bool kept =
        part.name == "weights" || part.name == "gradients" || part.name == "optimizer";
    const bool passing =
        part.name == "activations" || part.name == "logits" || part.name == "gathered";
    memory.parts.push_back(
        {std::string(part.name),
         kept ? PartKind::kUseful : (passing ? PartKind::kWaiting : PartKind::kOther),
         part.bytes.in(1.0_GB)});
  }
  memory.parts = told(std::move(memory.parts));
  if (const double left = (room - answer.memory.total()).in(1.0_GB); left > 0.0) {
    memory.parts.push_back({"free", PartKind::kOther, left});
  }
  memory.text = {
      .title = fmt::format("{} take {} of the {} GB of a chip", largest.name,
                           short_figure(largest.bytes.in(1.0_GB)), short_figure(room.in(1.0_GB))),
      .subtitle = "The fullest stage; the stack's share of the chip's memory",
      .note = "Coloured: kept from step to step. Grey: comes and goes."};
  memory.text.title.front() -= 'a' - 'A';
  return memory;
}

report::Composition run_composition(const study::TrainAnswer& answer) {
  const perf::Goodput& shares = answer.goodput.shares;
  const double days = answer.run->duration.value.in(1.0_days);
  std::vector<CompositionPart> losses{
      {"restarts", PartKind::kWaiting, days * shares.restart},
      {"work done again", PartKind::kWaiting, days * shares.lost_work},
      {"checkpoints", PartKind::kWaiting, days * shares.checkpoint},
      {"evaluation", PartKind::kOther, days * shares.evaluation},
      {"maintenance", PartKind::kOther, days * shares.maintenance}};
  std::erase_if(losses, [](const CompositionPart& part) { return part.amount <= 0.0; });
  std::ranges::stable_sort(losses, std::greater<>{}, &CompositionPart::amount);
  report::Composition run{.key = "run", .unit = "days"};
  run.parts = {{"training", PartKind::kUseful, days * shares.training}};
  run.parts.insert(run.parts.end(), losses.begin(), losses.end());
  const std::string lost = losses.empty()
                               ? ""
                               : fmt::format("; {}, the largest loss, cost {}", losses.front().name,
                                             short_figure(losses.front().amount));
  run.text = {
      .title = fmt::format("{} of {} days train{}", short_figure(days * shares.training),
                           short_figure(days), lost),
      .subtitle = fmt::format("{:.0f} failures expected, one in {} hours; goodput {}",
                              answer.run->failures_expected,
                              answer.goodput.checkpoint_interval
                                  ? short_figure((1.0 / answer.goodput.job.failure_rate).in(1.0_h))
                                  : std::string(report::kMissing),
                              percent(shares.training)),
      .note = answer.goodput.checkpoint_interval
                  ? fmt::format("A checkpoint of {} TB every {} minutes, written in {} s; {} "
                                "minutes from a failure to training again.",
                                short_figure(answer.conditions.state.in(1.0_TB)),
                                short_figure(answer.goodput.checkpoint_interval->in(60.0_s)),
                                short_figure(answer.goodput.job.checkpoint.write().in(1.0_s)),
                                short_figure(answer.goodput.job.restart.in(60.0_s)))
                  : "Nothing fails, so no checkpoint is needed."};
  return run;
}

std::vector<report::ScalingFigures> figures_of(const study::ScalingCurve& curve) {
  std::vector<report::ScalingFigures> figures;
  for (const auto& point : curve) {
    if (!point) continue;
    figures.push_back({.chips = point->chips,
                       .global_batch = point->global_batch,
                       .tokens_per_s = point->tokens.base_units(),
                       .mfu = point->mfu,
                       .efficiency = point->efficiency,
                       .goodput = point->goodput});
  }
  return figures;
}

std::optional<report::ScalingSection> scaling_section(const study::Scaling& scaling) {
  report::ScalingSection section{.strong = figures_of(scaling.strong),
                                 .weak = figures_of(scaling.weak)};
  if (section.strong.empty()) return std::nullopt;
  const report::ScalingFigures& first = section.strong.front();
  const report::ScalingFigures& last = section.strong.back();
  std::string left_out;
  for (const auto& point : scaling.strong) {
    if (!point)
      left_out += fmt::format(" On {} chips nothing trains: {}.", point.error().chips,
                              point.error().reason);
  }
  section.text = {
      .title = section.strong.size() < 2
                   ? fmt::format("On {} chips the best layout reaches {} MFU", first.chips,
                                 percent(first.mfu))
                   : fmt::format("From {} to {} chips a step of the same batch keeps {} of its "
                                 "tokens a chip, a run {}",
                                 first.chips, last.chips, percent(last.efficiency),
                                 percent(last.efficiency * last.goodput / first.goodput)),
      .subtitle =
          "The best layout of each count of chips; strong: the same batch, weak: the same "
          "sequences a chip",
      .note = "A run counts failures and checkpoints as well." + left_out};
  return section;
}

report::LayoutSection layout_section(const study::TrainAnswer& answer) {
  report::LayoutSection section;
  const Seconds best = answer.step_time.value;
  for (const perf::FoundLayout& found : study::without_twins(answer.best)) {
    const Seconds time = found.step.time.total();
    section.rows.push_back({.layout = spaced(study::describe(found.layout)),
                            .step_s = time.in(1.0_s),
                            .slower = time / best - 1.0,
                            .mfu = answer.mfu.value * (best / time),
                            .memory_gb = found.step.memory.total().in(1.0_GB)});
  }
  section.text = {
      .title = section.rows.size() < 2
                   ? "The layout was given"
                   : fmt::format("The last of the {} best layouts is {} slower",
                                 section.rows.size(), percent(section.rows.back().slower)),
      .subtitle =
          fmt::format("{} layouts tried, {} fit; fastest first", answer.evaluated, answer.fitting),
      .note =
          "Ranks: tp tensor, pp stages, dp data, cp context, ep expert; vpp groups "
          "of layers a stage; micro sequences a pass."};
  return section;
}

report::Status status_of(FigureStatus status) {
  return status == FigureStatus::kEstimate ? report::Status::kAssumed : report::Status::kSourced;
}

report::AssumptionRow assumption_row(const catalog::Catalog& catalog, std::string name,
                                     std::string value, std::string band,
                                     const std::string& source) {
  report::AssumptionRow row{.assumption = std::move(name),
                            .value = std::move(value),
                            .band = std::move(band),
                            .source = source};
  if (const auto found = catalog.source(source)) {
    row.source = (*found)->title;
    if ((*found)->address.starts_with("http")) row.address = (*found)->address;
  }
  return row;
}

report::AssumptionSection assumptions(const TrainingResults& results) {
  const study::TrainAnswer& answer = results.answer;
  const std::optional<Dollars> cost =
      answer.run->cost ? std::optional(answer.run->cost->value) : std::nullopt;
  const auto swing = [&](double low, double high) {
    return cost ? std::optional(std::abs(high - low) * cost->in(1.0_USD)) : std::nullopt;
  };
  report::AssumptionSection section{.note = "Swing is the change of the run's cost."};
  const auto& step = answer.step_time;
  section.rows.push_back(assumption_row(
      results.catalog, "step, s", short_figure(step.value.in(1.0_s)),
      report::range(short_figure(step.low.in(1.0_s)), short_figure(step.high.in(1.0_s))),
      results.system.training.step_error.dense.source));
  section.rows.back().status = report::Status::kFitted;
  section.rows.back().swing_usd = swing(step.low / step.value, step.high / step.value);
  for (const study::RunAssumption& one : study::run_assumptions(answer.conditions)) {
    section.rows.push_back(assumption_row(results.catalog, one.name, one.value,
                                          report::range(one.low, one.high), one.source));
    section.rows.back().status = status_of(one.status);
    section.rows.back().swing_usd = swing(one.elapsed_low, one.elapsed_high);
  }
  std::ranges::stable_sort(section.rows, std::greater<>{}, &report::AssumptionRow::swing_usd);
  return section;
}

std::string band_text(double low, double high) {
  return report::range(short_figure(low), short_figure(high));
}

std::vector<report::AnswerRow> answer_rows(const study::TrainAnswer& answer) {
  std::vector<report::AnswerRow> rows;
  if (answer.run) {
    const auto& duration = answer.run->duration;
    rows.push_back(
        {.question = "Run",
         .sentence = fmt::format("{} days, {} of them by steps alone.",
                                 short_figure(duration.value.in(1.0_days)),
                                 short_figure(answer.run->duration_of_steps.value.in(1.0_days))),
         .note = fmt::format("80% band {} days, of the step, failures and restarts.",
                             band_text(duration.low.in(1.0_days), duration.high.in(1.0_days)))});
    if (const auto& cost = answer.run->cost) {
      const report::Interval band{cost->low.in(1.0_USD), cost->high.in(1.0_USD)};
      rows.push_back(
          {.question = "Cost",
           .sentence = fmt::format("{} for the chips.", report::money(cost->value.in(1.0_USD))),
           .note = fmt::format("80% band {} to {}; {} GWh at the site.", report::money(band.low),
                               report::money(band.high),
                               short_figure(answer.run->energy.value.in(1.0_kWh) / 1e6)),
           .picture =
               report::BandPicture{.usd = {.value = cost->value.in(1.0_USD), .band = band}}});
    }
  }
  rows.push_back(
      {.question = "Step",
       .sentence = fmt::format("{} s, {} MFU.", short_figure(answer.step_time.value.in(1.0_s)),
                               percent(answer.mfu.value)),
       .note =
           fmt::format("80% band {} s; {}.",
                       band_text(answer.step_time.low.in(1.0_s), answer.step_time.high.in(1.0_s)),
                       spaced(study::describe(answer.layout)))});
  return rows;
}

}  // namespace

report::ReportDocument training_report(const TrainingResults& results) {
  const study::TrainAnswer& answer = results.answer;
  report::ReportDocument document;
  document.header = {.title = results.title, .facts = results.facts, .warning = ""};
  document.answer = answer_rows(answer);
  document.training = report::TrainingSection{.family = maker_of(results.system.id),
                                              .step = step_composition(answer),
                                              .memory = memory_composition(answer, results.system),
                                              .layouts = layout_section(answer)};
  if (answer.run) {
    document.training->run = run_composition(answer);
    document.assumptions = assumptions(results);
  }
  if (results.scaling) document.training->scaling = scaling_section(*results.scaling);
  document.notes = {
      {"Failures are independent",
       "They come at one rate for each chip, at any time. A bad batch of nodes or a network "
       "that fails as a whole is not in it."},
      {"One job, all its chips",
       "A failed chip is replaced within the restart time; the chips that wait as spares are not "
       "counted."}};
  document.run = results.run;
  return document;
}

}  // namespace offtake::findings
