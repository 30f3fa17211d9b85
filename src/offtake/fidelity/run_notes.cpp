#include "offtake/fidelity/run_notes.hpp"

#include <charconv>
#include <cstddef>
#include <regex>
#include <string>
#include <vector>

namespace offtake::fidelity {
namespace {

bool says(const std::string& notes, const char* text) {
  return notes.find(text) != std::string::npos;
}

/// The word after `text`; empty when it is not there.
std::string text_after(const std::string& notes, const std::string& text) {
  const std::size_t at = notes.find(text);
  if (at == std::string::npos) return {};
  const std::size_t begin = at + text.size();
  return notes.substr(begin, notes.find_first_of(" ;,", begin) - begin);
}

/// The numbers that `pattern` captures, an absent or empty group as nothing.
std::optional<std::vector<std::optional<double>>> numbers(const std::string& notes,
                                                          const std::regex& pattern) {
  std::smatch found;
  if (!std::regex_search(notes, found, pattern)) return std::nullopt;
  std::vector<std::optional<double>> captured;
  for (std::size_t i = 1; i < found.size(); ++i) {
    const std::string text = found[i].str();
    double value = 0.0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    captured.push_back(error == std::errc{} ? std::optional(value) : std::nullopt);
  }
  return captured;
}

std::optional<double> number(const std::string& notes, const std::regex& pattern) {
  const auto captured = numbers(notes, pattern);
  return captured ? captured->front() : std::nullopt;
}

std::optional<int> whole(std::optional<double> value) {
  return value ? std::optional(static_cast<int>(*value)) : std::nullopt;
}

/// "disagg prefill 4x(tp4 pp1 dp1 moe_tp1 ep4) decode 1x(tp8 ...)". Without the numbers of workers,
/// which some such notes leave out, the load of each is not known.
std::optional<PoolsNotes> pools_by_layout(const std::string& notes) {
  static const std::regex kPools(R"(prefill (\d+)x\(tp(\d+) pp(\d+) dp(\d+) moe_tp\d+ ep(\d+)\) )"
                                 R"(decode (\d+)x\(tp(\d+) pp(\d+) dp(\d+) moe_tp\d+ ep(\d+)\))");
  const auto n = numbers(notes, kPools);
  if (!n) return std::nullopt;
  const auto pool = [&](std::size_t at) {
    const auto figure = [&](std::size_t i) { return static_cast<int>((*n)[at + i].value_or(1.0)); };
    return PoolNotes{.workers = figure(0),
                     .tensor = figure(1),
                     .pipeline = figure(2),
                     .data = figure(3),
                     .expert = figure(4)};
  };
  return PoolsNotes{.prefill = pool(0), .decode = pool(5)};
}

/// "prefill gpus=8 workers=1 tp8 ep1 dpattn=False; decode gpus=..."
std::optional<PoolsNotes> pools_by_chips(const std::string& notes) {
  static const std::regex kPool(R"((prefill|decode) gpus=(\d+) workers=(\d+) tp(\d+) ep(\d+) )"
                                R"(dpattn=(True|False))");
  PoolsNotes pools;
  int found = 0;
  for (std::sregex_iterator at(notes.begin(), notes.end(), kPool), end; at != end; ++at) {
    const std::smatch& pool = *at;
    const int tensor = std::stoi(pool[4]);
    const bool data = pool[6] == "True";
    PoolNotes& into = pool[1] == "prefill" ? pools.prefill : pools.decode;
    into = {.workers = std::stoi(pool[3]),
            .chips = std::stoi(pool[2]),
            .tensor = data ? 1 : tensor,
            .data = data ? tensor : 1,
            .attention_data = data,
            .expert = std::stoi(pool[5])};
    ++found;
  }
  return found == 2 ? std::optional(pools) : std::nullopt;
}

/// "1 prefill + 3 decode workers of TP2"
std::optional<PoolsNotes> pools_by_workers(const std::string& notes) {
  static const std::regex kPools(R"((\d+) prefill \+ (\d+) decode workers of TP(\d+))");
  const auto n = numbers(notes, kPools);
  if (!n) return std::nullopt;
  const auto figure = [&](std::size_t i) { return static_cast<int>((*n)[i].value_or(1.0)); };
  return PoolsNotes{.prefill = {.workers = figure(0), .tensor = figure(2)},
                    .decode = {.workers = figure(1), .tensor = figure(2)}};
}

/// "prefill 8 GPU TP=4; decode 16 GPU EP=16"
std::optional<PoolsNotes> pools_by_degree(const std::string& notes) {
  static const std::regex kPools(R"(prefill (\d+) GPU TP=(\d+); decode (\d+) GPU EP=(\d+))");
  const auto n = numbers(notes, kPools);
  if (!n) return std::nullopt;
  const auto figure = [&](std::size_t i) { return static_cast<int>((*n)[i].value_or(1.0)); };
  return PoolsNotes{
      .prefill = {.workers = figure(0) / figure(1), .chips = figure(0), .tensor = figure(1)},
      .decode = {.workers = figure(2) / figure(3),
                 .chips = figure(2),
                 .data = figure(3),
                 .expert = figure(3)}};
}

std::optional<PoolsNotes> read_pools(const std::string& notes) {
  if (says(notes, "gpu split not recorded")) return std::nullopt;
  for (const auto& read : {pools_by_layout, pools_by_chips, pools_by_workers, pools_by_degree}) {
    if (auto pools = read(notes)) return pools;
  }
  return std::nullopt;
}

/// Nvidia's runs for the analysis of gaps let a step take its prompt and so many tokens, beside the
/// decodes. Source: aiconfigurator, `generator/rule_plugin/benchmark`, 2026: agg max_num_tokens =
/// max_batch_size + isl + 1500; of SGLang max_prefill_tokens = isl + 1500.
constexpr double kBeyondPromptOfGapAnalysis = 1500.0;

}  // namespace

RunNotes read_notes(std::string_view text) {
  static const std::regex kAccepted(R"(acceptance length ([\d.]+))");
  static const std::regex kDrafted(R"(EAGLE\d*,? (\d+) token)");
  static const std::regex kExpertTensor(R"(moe_tp=(\d+))");
  static const std::regex kAsynchronous(R"(asynchronous@([\d.]+) req/sec)");
  static const std::regex kSequences(R"(max-num-seqs (\d+))");
  static const std::regex kStepTokens(R"(max-num-batched-tokens (\d+))");
  static const std::regex kRequests(R"(, (\d+) prompts,)");
  static const std::regex kCores(R"(TP(\d+) logical cores)");
  static const std::regex kRequestRate(R"(request rate ([\d.]+)/s)");
  static const std::regex kCompiledBatch(R"(compiled (?:max )?batch (\d+) per replica)");
  static const std::regex kCompiledPrompt(R"(compiled .*max seq (\d+))");
  const std::string notes(text);
  RunNotes read{.lengths_vary = says(notes, "0.8-1.0 of nominal"),
                .attention_data = says(notes, "attention DP on"),
                .speculative = says(notes, "spec_decode=mtp") || says(notes, "EAGLE") ||
                               (says(notes, "speculative decoding") &&
                                !says(notes, "no speculative decoding")),
                .draft_model = says(notes, "draft"),
                .benchmark = text_after(notes, "benchmark "),
                .interactive = says(notes, "Interactive submitter"),
                .accepted = number(notes, kAccepted),
                .drafted = whole(number(notes, kDrafted)),
                .expert_tensor = whole(number(notes, kExpertTensor)),
                .requests_rate = number(notes, kAsynchronous),
                .sequences_max = number(notes, kSequences),
                .batch_compiled = number(notes, kCompiledBatch),
                .prompt_compiled = number(notes, kCompiledPrompt),
                .step_tokens = number(notes, kStepTokens),
                .requests = number(notes, kRequests),
                .cores_per_replica = whole(number(notes, kCores)),
                .pools = read_pools(notes)};
  if (says(notes, "gap-analysis")) read.step_beyond_prompt = kBeyondPromptOfGapAnalysis;
  if (!read.requests_rate) read.requests_rate = number(notes, kRequestRate);
  if (!read.sequences_max) read.sequences_max = read.batch_compiled;
  return read;
}

}  // namespace offtake::fidelity
