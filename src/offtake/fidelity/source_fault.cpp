#include "offtake/fidelity/source_fault.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

namespace offtake::fidelity {
namespace {

using measurement::InferenceConditions;
using measurement::InferenceRow;
using measurement::Metric;
using measurement::Scenario;

struct Fault {
  bool (*holds)(const InferenceConditions&, Metric);
  std::string_view text;
};

bool is_silicon_sample(const InferenceConditions& c) {
  return c.source.starts_with("aiconfigurator");
}

bool is_deepseek(const InferenceConditions& c) { return c.model.starts_with("DeepSeek"); }

constexpr std::array kFaults{
    Fault{[](const InferenceConditions& c, Metric) {
            constexpr std::array<std::string_view, 4> kDays{"2026-01-14", "2026-01-28",
                                                            "2026-02-05", "2026-02-06"};
            return is_silicon_sample(c) && c.framework == "trtllm" && is_deepseek(c) &&
                   c.scenario == Scenario::kServer &&
                   std::ranges::find(kDays, c.date) != kDays.end();
          },
          "times agree with speculative runs of the same day, which the source does not say"},
    Fault{[](const InferenceConditions& c, Metric) {
            return is_silicon_sample(c) && c.chip == "GB200" && c.scenario == Scenario::kServer &&
                   c.tensor.value_or(0) >= 12 && c.expert.value_or(1) == 1;
          },
          "a degree that no aggregated deployment has: pools added up"},
    Fault{[](const InferenceConditions& c, Metric) {
            return c.source == "aiconfigurator-silicon-sample-gap" && c.framework == "trtllm" &&
                   (c.chip == "B200-SXM" || c.chip == "GB200");
          },
          "a time that does not change with the load: concurrency or lengths are not as given"},
    Fault{[](const InferenceConditions& c, Metric) {
            return c.source == "aiconfigurator-silicon-sample-gap" && c.framework == "vllm" &&
                   c.model == "Llama-3.1-8B" && c.chip == "H200-SXM";
          },
          "prompts of this sweep are computed at up to the chip's peak rate: a prefix cache"},
    Fault{[](const InferenceConditions& c, Metric) {
            return c.source.starts_with("Vultr") && c.concurrency.value_or(0.0) > 400.0;
          },
          "400 prompts in all, so fewer run at a time than stated"},
    Fault{[](const InferenceConditions& c, Metric metric) {
            return c.source.starts_with("optimum-neuron") &&
                   c.scenario == Scenario::kMaxThroughput &&
                   (metric == Metric::kTtft || metric == Metric::kEndToEnd);
          },
          "all requests are sent at once: a wait in a queue of unknown length"},
    Fault{[](const InferenceConditions& c, Metric metric) {
            return c.source == "MLPerf-Inference-v5.1" && c.model == "Llama-3.1-8B" &&
                   metric == Metric::kRequestRate;
          },
          "a rate of tokens, not of requests"},
};

/// A rate of output more than a quarter under what its requests at their times would make.
std::string contradiction(const std::vector<InferenceRow>& run) {
  constexpr double kMilliseconds = 1e-3;
  constexpr double kTolerance = 0.25;
  const InferenceConditions& conditions = run.front().conditions;
  if (!conditions.concurrency || !conditions.output) return {};
  std::optional<double> ttft;
  std::optional<double> tpot;
  std::optional<double> rate;
  for (const InferenceRow& row : run) {
    if (row.statistic == measurement::Statistic::kP99) continue;
    if (row.metric == Metric::kTtft) ttft = row.value * kMilliseconds;
    if (row.metric == Metric::kTpot) tpot = row.value * kMilliseconds;
    if (row.metric != Metric::kOutputRate || row.scope != measurement::Scope::kSystem) continue;
    rate = row.value;
  }
  if (!ttft || !tpot || !rate) return {};
  const double residence = *ttft + (*conditions.output - 1.0) * *tpot;
  const double expected = *conditions.concurrency * *conditions.output / residence;
  if (*rate > (1.0 - kTolerance) * expected) return {};
  return fmt::format("its times make {:.3g} tokens a second, and it states {:.3g}", expected,
                     *rate);
}

}  // namespace

std::vector<std::string> source_faults(const std::vector<InferenceRow>& run) {
  std::vector<std::string> faults;
  const std::string of_run = run.empty() ? std::string() : contradiction(run);
  for (const InferenceRow& row : run) {
    const auto known = std::ranges::find_if(
        kFaults, [&](const Fault& fault) { return fault.holds(row.conditions, row.metric); });
    faults.emplace_back(known != kFaults.end() ? std::string(known->text) : of_run);
  }
  return faults;
}

std::vector<InferenceRow> sound_rows(const std::vector<InferenceRow>& run) {
  const std::vector<std::string> faults = source_faults(run);
  std::vector<InferenceRow> sound;
  for (std::size_t i = 0; i < run.size(); ++i) {
    if (faults[i].empty()) sound.push_back(run[i]);
  }
  return sound;
}

}  // namespace offtake::fidelity
