#include "offtake/api/train_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <sstream>
#include <utility>
#include <vector>

#include "offtake/api/text_table.hpp"
#include "offtake/perf/collective.hpp"
#include "offtake/perf/training_parts.hpp"
#include "offtake/study/layout_text.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::api {
namespace {

using namespace literals;

double percent(double share) { return 100.0 * share; }

std::string days(Seconds time) { return fmt::format("{:.1f}", time.in(1.0_days)); }

std::string short_time(Seconds time) {
  if (time < 90.0_s) return fmt::format("{:.3g} s", time.in(1.0_s));
  if (time < 1.5_h) return fmt::format("{:.3g} min", time.in(60.0_s));
  if (time < 2.0_days) return fmt::format("{:.3g} h", time.in(1.0_h));
  return fmt::format("{:.3g} days", time.in(1.0_days));
}

constexpr int kIndent = 10;
constexpr int kWidth = 100;

/// A label and its text, broken between words where the line is full.
std::string line(const std::string& label, const std::string& text) {
  std::string lines = fmt::format("{:<{}}", label, kIndent);
  int column = kIndent;
  std::istringstream stream(text);
  for (std::string word; stream >> word;) {
    const auto length = static_cast<int>(std::ranges::count_if(
        word, [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; }));
    if (column > kIndent && column + 1 + length > kWidth) {
      lines += "\n" + std::string(kIndent, ' ');
      column = kIndent;
    } else if (column > kIndent) {
      lines += ' ';
      ++column;
    }
    lines += word;
    column += length;
  }
  return lines + "\n";
}

/// "tensor 8 inside", "data 128 across", "context 4 across (2 inside)": a scale-up domain.
std::string place(const char* name, int ranks, int stride, int domain) {
  const perf::GroupPlacement where = perf::place_group(ranks, stride, domain);
  if (where.across == 1) return fmt::format("{} {} inside", name, ranks);
  if (where.inside == 1) return fmt::format("{} {} across", name, ranks);
  return fmt::format("{} {} across ({} inside)", name, ranks, where.inside);
}

std::string places(const perf::ParallelLayout& layout, int domain) {
  struct Axis {
    const char* name;
    int ranks;
  };
  std::string text = fmt::format("domains of {} chips: ", domain);
  int stride = 1;
  for (const Axis& axis : std::array{Axis{"tensor", layout.tensor}, Axis{"context", layout.context},
                                     Axis{"data", layout.data}, Axis{"stages", layout.pipeline}}) {
    if (axis.ranks > 1) {
      text += (stride == 1 ? "" : ", ") + place(axis.name, axis.ranks, stride, domain);
    }
    stride *= axis.ranks;
  }
  return stride == 1 ? "one chip" : text;
}

std::string step_lines(const study::TrainAnswer& answer) {
  const auto& step = answer.step_time;
  const auto& rate = answer.tokens_per_chip;
  const perf::TrainingTime& time = answer.breakdown;
  return line("step",
              fmt::format("{:.4g} s  {:.4g}–{:.4g} (80% band); {:.0f} tok/s/chip  "
                          "{:.0f}–{:.0f}",
                          step.value.in(1.0_s), step.low.in(1.0_s), step.high.in(1.0_s),
                          rate.value.base_units(), rate.low.base_units(), rate.high.base_units())) +
         line("MFU", fmt::format("{:.1f}%  {:.1f}–{:.1f}; waits for communication {:.1f}% of the "
                                 "step, bubble {:.1f}%",
                                 percent(answer.mfu.value), percent(answer.mfu.low),
                                 percent(answer.mfu.high),
                                 percent(perf::exposed_communication(time) / time.total()),
                                 percent(time.bubble / time.total())));
}

/// The named parts of a whole, the largest first; those below a hundredth together.
std::string largest_parts(std::vector<std::pair<std::string, double>> parts, double whole,
                          const char* format, double unit) {
  std::ranges::stable_sort(parts, std::greater<>{}, &std::pair<std::string, double>::second);
  std::string text;
  double others = 0.0;
  for (const auto& [name, value] : parts) {
    if (value < 0.01 * whole) {
      others += value;
    } else {
      text +=
          (text.empty() ? "" : ", ") + name + " " + fmt::format(fmt::runtime(format), value / unit);
    }
  }
  if (others > 0.0) text += ", other " + fmt::format(fmt::runtime(format), others / unit);
  return text;
}

std::string memory_line(const study::TrainAnswer& answer, const hardware::System& system) {
  const perf::TrainingMemory& memory = answer.memory;
  std::vector<std::pair<std::string, double>> parts;
  for (const perf::TrainingMemoryPart& part : perf::training_memory_parts(memory)) {
    parts.emplace_back(part.name, part.bytes.base_units());
  }
  const Bytes room = system.memory_share.value * system.chip.hbm_capacity.value;
  return line(
      "memory",
      fmt::format("{:.1f} of {:.1f} GB a chip: {}", memory.total().in(1.0_GB), room.in(1.0_GB),
                  largest_parts(parts, memory.total().base_units(), "{:.1f}", 1e9)));
}

std::string goodput_lines(const study::TrainAnswer& answer) {
  const perf::Goodput& shares = answer.goodput.shares;
  const perf::Interruptions& job = answer.goodput.job;
  std::string text =
      line("goodput", fmt::format("{:.1f}% of the time trains; {}", percent(shares.training),
                                  largest_parts({{"restarts", shares.restart},
                                                 {"work done again", shares.lost_work},
                                                 {"checkpoints", shares.checkpoint},
                                                 {"evaluation", shares.evaluation},
                                                 {"maintenance", shares.maintenance}},
                                                0.0, "{:.2g}%", 0.01)));
  if (!answer.goodput.checkpoint_interval) return text + line("failures", "none");
  text += line("failures", fmt::format("one in {}, {} to train again; a checkpoint of {:.3g} TB "
                                       "every {}, written in {}",
                                       short_time(1.0 / job.failure_rate), short_time(job.restart),
                                       answer.conditions.state.in(1.0_TB),
                                       short_time(*answer.goodput.checkpoint_interval),
                                       short_time(job.checkpoint.write())));
  return text;
}

std::string run_lines(const TrainResults& results) {
  const study::TrainingRun& run = *results.answer.run;
  std::string text =
      line("run", fmt::format("{:.3g} tokens in {} days  {}–{}; {} of steps alone, {:.0f} failures",
                              run.tokens.base_units(), days(run.duration.value),
                              days(run.duration.low), days(run.duration.high),
                              days(run.duration_of_steps.value), run.failures_expected));
  std::string cost = fmt::format("{:.3g} GWh", run.energy.value.in(1.0_kWh) / 1e6);
  if (run.cost) {
    cost += fmt::format(";  ${:.3g}M  {:.3g}–{:.3g} at ${:.2f}/chip/h ({})",
                        run.cost->value.in(1.0_USD) / 1e6, run.cost->low.in(1.0_USD) / 1e6,
                        run.cost->high.in(1.0_USD) / 1e6, results.price.in(1.0_USD_per_chip_h),
                        results.price_source);
  }
  return text + line("energy", cost);
}

std::string assumption_table(const TrainResults& results) {
  constexpr std::size_t kShown = 4;
  const study::TrainAnswer& answer = results.answer;
  const auto& duration = answer.run->duration;
  const auto& steps = answer.run->duration_of_steps;
  std::vector<std::vector<std::string>> rows{
      {"step, s", fmt::format("{:.4g}", answer.step_time.value.in(1.0_s)),
       fmt::format("{:.4g} – {:.4g}", answer.step_time.low.in(1.0_s),
                   answer.step_time.high.in(1.0_s)),
       fmt::format("{}–{}", days(duration.value * (steps.low / steps.value)),
                   days(duration.value * (steps.high / steps.value))),
       results.system.training.step_error.dense.source}};
  for (const study::RunAssumption& one : study::run_assumptions(answer.conditions)) {
    if (rows.size() > kShown) break;
    const auto [least, most] = std::minmax(one.elapsed_low, one.elapsed_high);
    rows.push_back({one.name, one.value, one.low + " – " + one.high,
                    fmt::format("{}–{}", days(duration.value * least), days(duration.value * most)),
                    one.source});
  }
  return "\n" + text_table({{"what moves the run most"},
                            {"value", Align::kRight},
                            {"range", Align::kRight},
                            {"days", Align::kRight},
                            {"source"}},
                           rows, kWidth);
}

std::string breakdown_table(const perf::TrainingTime& time) {
  std::vector<std::vector<std::string>> rows;
  Seconds small;
  const auto add = [&](const std::string& name, Seconds part) {
    rows.push_back({name, fmt::format("{:.4g} s", part.in(1.0_s)),
                    fmt::format("{:.1f}%", percent(part / time.total()))});
  };
  for (const perf::TrainingTimePart& part : perf::training_time_parts(time)) {
    if (part.time < 0.005 * time.total()) {
      small += part.time;
    } else {
      add(std::string(part.name), part.time);
    }
  }
  if (small > Seconds{}) add("other", small);
  return "\n" +
         text_table({{"part of the step"}, {"time", Align::kRight}, {"share", Align::kRight}}, rows,
                    kWidth);
}

std::string next_best_table(const study::TrainAnswer& answer) {
  constexpr std::size_t kShown = 4;
  std::vector<std::vector<std::string>> rows;
  for (const perf::FoundLayout& found : study::without_twins(answer.best)) {
    if (rows.size() > kShown) break;
    rows.push_back({study::describe(found.layout),
                    fmt::format("{:.4g} s", found.step.time.total().in(1.0_s)),
                    fmt::format("{:.1f} GB", found.step.memory.total().in(1.0_GB))});
  }
  if (rows.size() < 2) return "";
  rows.erase(rows.begin());  // The answer itself.
  return fmt::format("\n{}", text_table({{fmt::format("next best of {} layouts tried, {} fit",
                                                      answer.evaluated, answer.fitting)},
                                         {"step", Align::kRight},
                                         {"memory", Align::kRight}},
                                        rows, kWidth));
}

void add_curve(std::vector<std::vector<std::string>>& rows, const char* name,
               const study::ScalingCurve& curve) {
  for (const auto& point : curve) {
    if (!point) {
      rows.push_back({name, fmt::format("{}", point.error().chips),
                      fmt::format("{}", point.error().global_batch), "–", "–", "–", "–", "–"});
      continue;
    }
    rows.push_back({name, fmt::format("{}", point->chips), fmt::format("{}", point->global_batch),
                    fmt::format("{:.3g}M", point->tokens.base_units() / 1e6),
                    fmt::format("{:.1f}%", percent(point->mfu)),
                    fmt::format("{:.1f}%", percent(point->efficiency)),
                    fmt::format("{:.1f}%", percent(point->goodput)),
                    fmt::format("{:.3g}M", point->tokens_of_run.base_units() / 1e6)});
  }
}

std::string scaling_table(const study::Scaling& scaling) {
  std::vector<std::vector<std::string>> rows;
  add_curve(rows, "strong", scaling.strong);
  add_curve(rows, "weak", scaling.weak);
  return "\n" + text_table({{"scaling"},
                            {"chips", Align::kRight},
                            {"sequences", Align::kRight},
                            {"tok/s", Align::kRight},
                            {"MFU", Align::kRight},
                            {"efficiency", Align::kRight},
                            {"goodput", Align::kRight},
                            {"tok/s of the run", Align::kRight}},
                           rows, kWidth);
}

}  // namespace

std::string train_text(const TrainResults& results) {
  const study::TrainAnswer& answer = results.answer;
  std::string text = results.heading + "\n";
  text += line("layout", study::describe(answer.layout));
  text += line("", places(answer.layout.parallel, results.system.scale_up.chips));
  text += step_lines(answer);
  text += memory_line(answer, results.system);
  if (answer.run) {
    text += goodput_lines(answer);
    text += run_lines(results);
    text += assumption_table(results);
  }
  text += breakdown_table(answer.breakdown);
  text += next_best_table(answer);
  if (results.scaling) text += scaling_table(*results.scaling);
  return text;
}

}  // namespace offtake::api
