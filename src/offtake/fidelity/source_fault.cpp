#include "offtake/fidelity/source_fault.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

namespace offtake::fidelity {
namespace {

using measurement::InferenceConditions;
using measurement::Scenario;

struct Fault {
  bool (*holds)(const InferenceConditions&);
  std::string_view text;
};

bool is_silicon_sample(const InferenceConditions& c) {
  return c.source.starts_with("aiconfigurator");
}

bool is_deepseek(const InferenceConditions& c) { return c.model.starts_with("DeepSeek"); }

constexpr std::array kFaults{
    Fault{[](const InferenceConditions& c) {
            constexpr std::array<std::string_view, 4> kDays{"2026-01-14", "2026-01-28",
                                                            "2026-02-05", "2026-02-06"};
            return is_silicon_sample(c) && c.framework == "trtllm" && is_deepseek(c) &&
                   c.scenario == Scenario::kServer &&
                   std::ranges::find(kDays, c.date) != kDays.end();
          },
          "times agree with speculative runs of the same day, which the source does not say"},
    Fault{[](const InferenceConditions& c) {
            return is_silicon_sample(c) && c.chip == "GB200" && c.scenario == Scenario::kServer &&
                   c.tensor.value_or(0) >= 12 && c.expert.value_or(1) == 1;
          },
          "a degree that no aggregated deployment has: pools added up"},
    Fault{[](const InferenceConditions& c) {
            return c.source == "aiconfigurator-silicon-sample-gap" && c.framework == "trtllm" &&
                   (c.chip == "B200-SXM" || c.chip == "GB200");
          },
          "a time that does not change with the load: concurrency or lengths are not as given"},
    Fault{[](const InferenceConditions& c) {
            return c.source == "aiconfigurator-silicon-sample-gap" && c.framework == "vllm" &&
                   c.model == "Llama-3.1-8B" && c.chip == "H200-SXM";
          },
          "prompts of this sweep are computed at up to the chip's peak rate: a prefix cache"},
    Fault{[](const InferenceConditions& c) {
            return c.source.starts_with("Vultr") && c.concurrency.value_or(0.0) > 400.0;
          },
          "400 prompts in all, so fewer run at a time than stated"},
};

}  // namespace

std::string known_fault(const InferenceConditions& conditions) {
  for (const Fault& fault : kFaults) {
    if (fault.holds(conditions)) return std::string(fault.text);
  }
  return {};
}

std::string contradiction(const InferenceConditions& conditions,
                          const std::vector<measurement::InferenceRow>& rows) {
  using measurement::Metric;
  constexpr double kMilliseconds = 1e-3;
  constexpr double kTolerance = 0.25;
  if (!conditions.concurrency || !conditions.output) return {};
  std::optional<double> ttft;
  std::optional<double> tpot;
  std::optional<double> rate;
  for (const measurement::InferenceRow& row : rows) {
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

}  // namespace offtake::fidelity
