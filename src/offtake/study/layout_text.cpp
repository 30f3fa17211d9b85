#include "offtake/study/layout_text.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <optional>
#include <span>
#include <sstream>

namespace offtake::study {

namespace {

template <class Choice>
using Named = std::pair<std::string_view, Choice>;

constexpr std::array kRecomputes{Named<perf::Recompute>{"none", perf::Recompute::kNone},
                                 Named<perf::Recompute>{"selective", perf::Recompute::kSelective},
                                 Named<perf::Recompute>{"full", perf::Recompute::kFull}};
constexpr std::string_view kBlock = "block:";

constexpr std::array kShardings{Named<perf::Sharding>{"none", perf::Sharding::kNone},
                                Named<perf::Sharding>{"zero1", perf::Sharding::kZero1},
                                Named<perf::Sharding>{"zero2", perf::Sharding::kZero2},
                                Named<perf::Sharding>{"zero3", perf::Sharding::kZero3},
                                Named<perf::Sharding>{"fsdp", perf::Sharding::kZero3},
                                Named<perf::Sharding>{"hsdp", perf::Sharding::kZero3}};

constexpr std::array kSchedules{Named<perf::Schedule>{"1f1b", perf::Schedule::k1F1B},
                                Named<perf::Schedule>{"zero-bubble", perf::Schedule::kZeroBubble},
                                Named<perf::Schedule>{"dualpipe", perf::Schedule::kDualPipe}};

constexpr std::array kContexts{Named<perf::ContextKind>{"ring", perf::ContextKind::kRing},
                               Named<perf::ContextKind>{"ulysses", perf::ContextKind::kUlysses}};

constexpr std::array kSplits{Named<bool>{"0", false}, Named<bool>{"1", true}};

template <class Choice>
std::string name_of(Choice choice, std::span<const Named<Choice>> names) {
  for (const auto& [name, value] : names) {
    if (value == choice) return std::string(name);
  }
  return {};
}

std::string name_of_recompute(const perf::TrainingLayout& layout) {
  if (layout.recompute != perf::Recompute::kBlock) {
    return name_of<perf::Recompute>(layout.recompute, kRecomputes);
  }
  return fmt::format("{}{}", kBlock, layout.recompute_layers);
}

/// A whole number of at least `least`.
std::optional<int> whole_number(std::string_view text, int least) {
  int number = 0;
  const char* const end = text.data() + text.size();
  const auto [last, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || last != end || number < least) return std::nullopt;
  return number;
}

/// Reads the parts one by one.
class LayoutReader {
 public:
  LayoutReader(const std::string& option, std::vector<Problem>& problems)
      : option_(option), problems_(problems) {}

  void read(const std::string& key, const std::string& value) {
    perf::ParallelLayout& parallel = layout_.parallel;
    const std::array<Named<int*>, 7> counts{{{"tp", &parallel.tensor},
                                             {"pp", &parallel.pipeline},
                                             {"dp", &parallel.data},
                                             {"cp", &parallel.context},
                                             {"ep", &parallel.expert},
                                             {"vpp", &layout_.virtual_stages},
                                             {"micro", &layout_.micro_batch}}};
    for (const auto& [name, count] : counts) {
      if (key == name) return read_count(key, value, 1, *count);
    }
    if (key == "shard") return read_count(key, value, 0, layout_.shard_ranks);
    if (key == "recompute") return read_recompute(value);
    if (key == "sharding") {
      hybrid_ = value == "hsdp";
      return choose<perf::Sharding>(key, value, kShardings, layout_.sharding);
    }
    if (key == "sp") return choose<bool>(key, value, kSplits, layout_.sequence_parallel);
    if (key == "schedule") return choose<perf::Schedule>(key, value, kSchedules, layout_.schedule);
    if (key == "context") {
      return choose<perf::ContextKind>(key, value, kContexts, layout_.context_kind);
    }
    refuse(key,
           "tp, pp, dp, cp, ep, vpp, micro, recompute, sharding, sp, schedule, context or shard",
           key);
  }

  perf::TrainingLayout take() {
    if (hybrid_ && layout_.shard_ranks == 0) {
      refuse("shard", "with sharding=hsdp, the data ranks that shard", "");
    }
    return layout_;
  }

 private:
  void refuse(const std::string& key, const std::string& expected, const std::string& found) {
    problems_.push_back({{}, option_ + " " + key, expected, "\"" + found + "\""});
  }

  void read_count(const std::string& key, const std::string& value, int least, int& count) {
    if (const auto number = whole_number(value, least)) {
      count = *number;
    } else {
      refuse(key, fmt::format("a whole number of at least {}", least), value);
    }
  }

  template <class Choice>
  void choose(const std::string& key, const std::string& value,
              std::span<const Named<Choice>> names, Choice& choice) {
    std::string known;
    for (const auto& [name, named] : names) {
      if (value == name) {
        choice = named;
        return;
      }
      known += (known.empty() ? "" : ", ") + std::string(name);
    }
    refuse(key, "one of " + known, value);
  }

  void read_recompute(const std::string& value) {
    for (const auto& [name, recompute] : kRecomputes) {
      if (value == name) {
        layout_.recompute = recompute;
        return;
      }
    }
    const auto layers =
        value.starts_with(kBlock) ? whole_number(value.substr(kBlock.size()), 1) : std::nullopt;
    if (!layers) {
      refuse("recompute", "none, selective, full, or block:4 for four layers of each stage", value);
      return;
    }
    layout_.recompute = perf::Recompute::kBlock;
    layout_.recompute_layers = *layers;
  }

  std::string option_;
  std::vector<Problem>& problems_;
  perf::TrainingLayout layout_;
  bool hybrid_ = false;
};

}  // namespace

std::vector<LayoutField> layout_fields(const perf::TrainingLayout& layout) {
  const perf::ParallelLayout& parallel = layout.parallel;
  return {{"tp", parallel.tensor},
          {"pp", parallel.pipeline},
          {"dp", parallel.data},
          {"cp", parallel.context},
          {"ep", parallel.expert},
          {"vpp", layout.virtual_stages},
          {"micro", layout.micro_batch},
          {"recompute", name_of_recompute(layout)},
          {"sharding", name_of<perf::Sharding>(layout.sharding, kShardings)},
          {"sp", layout.sequence_parallel ? 1 : 0},
          {"schedule", name_of<perf::Schedule>(layout.schedule, kSchedules)},
          {"context", name_of<perf::ContextKind>(layout.context_kind, kContexts)},
          {"shard", layout.shard_ranks}};
}

std::string describe(const perf::TrainingLayout& layout) {
  constexpr std::size_t kAlwaysTold = 9;
  const std::vector<LayoutField> fields = layout_fields(layout);
  const std::vector<LayoutField> usual = layout_fields({});
  std::string text;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (i >= kAlwaysTold && fields[i] == usual[i]) continue;
    const std::string value =
        std::visit([](const auto& each) { return fmt::format("{}", each); }, fields[i].second);
    text += fmt::format("{}{}={}", text.empty() ? "" : ",", fields[i].first, value);
  }
  return text;
}

perf::TrainingLayout parse_layout(const std::string& text, const std::string& option,
                                  std::vector<Problem>& problems) {
  LayoutReader reader(option, problems);
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, ',');) {
    const std::size_t equals = part.find('=');
    reader.read(part.substr(0, equals), equals == std::string::npos ? "" : part.substr(equals + 1));
  }
  return reader.take();
}

}  // namespace offtake::study
