#include "offtake/api/calculon_layout.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <sstream>
#include <string_view>

namespace offtake::api {
namespace {

using calculon::Execution;
using calculon::Recompute;
using calculon::TensorExchange;
using calculon::TensorOverlap;

/// Of ranks, chunks or samples; the product of three is still a whole number.
constexpr int kCountMax = 1000000;

template <class E>
struct Named {
  std::string_view name;
  E value;
};

constexpr std::array kRecomputes{Named{"none", Recompute::kNone},
                                 Named{"selective", Recompute::kAttention},
                                 Named{"full", Recompute::kFull}};
constexpr std::array kExchanges{Named{"ar", TensorExchange::kAllReduce},
                                Named{"p2p_rs_ag", TensorExchange::kScatteredStages},
                                Named{"rs_ag", TensorExchange::kSequence}};
constexpr std::array kOverlaps{Named{"none", TensorOverlap::kNone},
                               Named{"ring", TensorOverlap::kRing},
                               Named{"pipe", TensorOverlap::kPipe}};
constexpr std::array kShardings{Named{"none", false}, Named{"zero1", true}};
constexpr std::array kAnswers{Named{"no", false}, Named{"yes", true}};

template <class E, std::size_t N>
std::string name_of(const std::array<Named<E>, N>& names, E value) {
  return std::string(std::ranges::find(names, value, &Named<E>::value)->name);
}

/// One "key=value" at a time, into an execution.
class LayoutReader {
 public:
  explicit LayoutReader(std::vector<Problem>& problems) : problems_(problems) {}

  void read(const std::string& key, const std::string& value) {
    Execution& to = layout_.execution;
    const std::map<std::string, int*, std::less<>> counts{{"tp", &to.block.tensor},
                                                          {"pp", &to.pipeline},
                                                          {"dp", &to.data},
                                                          {"vpp", &to.interleaving},
                                                          {"micro", &to.block.micro_batch}};
    if (const auto count = counts.find(key); count != counts.end()) {
      read_count(key, value, *count->second);
    } else if (key == "cp" || key == "ep") {
      if (value != "1") refuse(key, "1, as Calculon has no such ranks", value);
    } else if (key == "recompute") {
      choose(key, value, kRecomputes, to.block.recompute);
    } else if (key == "sharding") {
      choose(key, value, kShardings, to.sharded_optimizer);
    } else if (key == "comm") {
      choose(key, value, kExchanges, to.block.exchange);
    } else if (key == "redo") {
      choose(key, value, kAnswers, to.block.gather_again);
    } else if (key == "tp_overlap") {
      choose(key, value, kOverlaps, to.block.overlap);
    } else if (key == "dp_overlap") {
      choose(key, value, kAnswers, to.data_overlap);
    } else if (key == "fused") {
      choose(key, value, kAnswers, to.block.fused_activation);
    } else if (key == "nets") {
      read_networks(value);
    } else if (key == "offload") {
      read_offload(value);
    } else {
      refuse(key,
             "tp, pp, dp, vpp, micro, recompute, sharding, comm, redo, tp_overlap, dp_overlap, "
             "fused, nets or offload",
             key);
    }
  }

  CalculonLayout layout() const { return layout_; }

 private:
  void refuse(const std::string& key, const std::string& expected, const std::string& found) {
    problems_.push_back({{}, "--layout " + key, expected, "\"" + found + "\""});
  }

  void read_count(const std::string& key, const std::string& value, int& count) {
    const char* const end = value.data() + value.size();
    const auto [stop, error] = std::from_chars(value.data(), end, count);
    if (error != std::errc{} || stop != end || count < 1 || count > kCountMax) {
      refuse(key, fmt::format("a whole number from 1 to {}", kCountMax), value);
      count = 1;
    }
  }

  template <class E, std::size_t N>
  void choose(const std::string& key, const std::string& value,
              const std::array<Named<E>, N>& names, E& choice) {
    const auto* const known = std::ranges::find(names, std::string_view(value), &Named<E>::name);
    if (known != names.end()) {
      choice = known->value;
      return;
    }
    std::string expected;
    for (const Named<E>& each : names) {
      expected += (expected.empty() ? "" : " or ") + std::string(each.name);
    }
    refuse(key, expected, value);
  }

  void read_networks(const std::string& value) {
    if (value.size() != 3 || value.find_first_not_of("01") != std::string::npos) {
      refuse("nets", "a 0 or 1 each for the network of tp, pp and dp, such as 011", value);
      return;
    }
    layout_.networks_given = true;
    layout_.execution.block.tensor_network = value[0] - '0';
    layout_.execution.pipeline_network = value[1] - '0';
    layout_.execution.data_network = value[2] - '0';
  }

  void read_offload(const std::string& value) {
    calculon::Offload& offload = layout_.execution.offload;
    std::istringstream stream(value);
    for (std::string part; std::getline(stream, part, '+');) {
      if (part == "weights") {
        offload.weights = true;
      } else if (part == "activations") {
        offload.activations = true;
      } else if (part == "optimizer") {
        offload.optimizer = true;
      } else if (value != "none") {
        refuse("offload", "none, or weights, activations and optimizer joined by +", value);
        return;
      }
    }
  }

  std::vector<Problem>& problems_;
  CalculonLayout layout_;
};

std::string offload_text(const calculon::Offload& offload) {
  std::string text;
  const auto add = [&](bool is, std::string_view name) {
    if (is) text += (text.empty() ? "" : "+") + std::string(name);
  };
  add(offload.weights, "weights");
  add(offload.activations, "activations");
  add(offload.optimizer, "optimizer");
  return text.empty() ? "none" : text;
}

}  // namespace

CalculonLayout read_calculon_layout(const std::string& text, std::vector<Problem>& problems) {
  LayoutReader reader(problems);
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, ',');) {
    const std::size_t equals = part.find('=');
    reader.read(part.substr(0, equals), equals == std::string::npos ? "" : part.substr(equals + 1));
  }
  return reader.layout();
}

std::vector<std::pair<std::string, std::string>> layout_settings(const Execution& execution) {
  const calculon::BlockOptions& block = execution.block;
  return {{"tp", std::to_string(block.tensor)},
          {"pp", std::to_string(execution.pipeline)},
          {"dp", std::to_string(execution.data)},
          {"vpp", std::to_string(execution.interleaving)},
          {"micro", std::to_string(block.micro_batch)},
          {"recompute", name_of(kRecomputes, block.recompute)},
          {"sharding", name_of(kShardings, execution.sharded_optimizer)},
          {"comm", name_of(kExchanges, block.exchange)},
          {"redo", name_of(kAnswers, block.gather_again)},
          {"tp_overlap", name_of(kOverlaps, block.overlap)},
          {"dp_overlap", name_of(kAnswers, execution.data_overlap)},
          {"fused", name_of(kAnswers, block.fused_activation)},
          {"nets", fmt::format("{}{}{}", block.tensor_network, execution.pipeline_network,
                               execution.data_network)},
          {"offload", offload_text(execution.offload)}};
}

std::string layout_text(const Execution& execution) {
  std::string text;
  for (const auto& [key, value] : layout_settings(execution)) {
    text += fmt::format("{}{}={}", text.empty() ? "" : ",", key, value);
  }
  return text;
}

}  // namespace offtake::api
