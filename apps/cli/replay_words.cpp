#include "replay_words.hpp"

#include <utility>

namespace offtake::cli {
namespace {

std::optional<int> count(WordReader& read, const char* option, const std::string& text) {
  return read.whole<int>(option, text, 1);
}

/// "2:6".
std::optional<std::pair<int, int>> pair_of_counts(WordReader& read, const std::string& text) {
  if (text.empty()) return std::nullopt;
  const std::size_t colon = text.find(':');
  if (colon == std::string::npos) {
    read.refuse("--disaggregate", "prefill and decode replicas, such as 2:6", text);
    return std::nullopt;
  }
  const auto prefill = count(read, "--disaggregate", text.substr(0, colon));
  const auto decode = count(read, "--disaggregate", text.substr(colon + 1));
  if (!prefill || !decode) {
    if (colon == 0 || colon + 1 == text.size()) {
      read.refuse("--disaggregate", "prefill and decode replicas, such as 2:6", text);
    }
    return std::nullopt;
  }
  return std::pair(*prefill, *decode);
}

/// "10s..20s".
std::optional<api::TimeWindow> window(WordReader& read, const std::string& text) {
  if (text.empty()) return std::nullopt;
  const std::size_t dots = text.find("..");
  if (dots == std::string::npos) {
    read.refuse("--window", "from one time to another, such as 10s..20s", text);
    return std::nullopt;
  }
  return api::TimeWindow{
      .from = read.quantity<Seconds>("--window", text.substr(0, dots), "s", "10 s"),
      .to = read.quantity<Seconds>("--window", text.substr(dots + 2), "s", "20 s")};
}

fleet::BatchTerms batch_terms(const ReplayWords& words, WordReader& read) {
  fleet::BatchTerms batch;
  if (const auto batching = read.choice("--batching", words.batching, fleet::kBatchings)) {
    batch.batching = *batching;
  }
  if (const auto rule = read.choice("--preemption", words.preemption, fleet::kPreemptions)) {
    batch.preemption = *rule;
  }
  batch.sequences_max = count(read, "--batch-max", words.batch_max);
  batch.chunk = read.whole<std::int64_t>("--chunk", words.chunk, 1);
  if (!words.output_reserved.empty()) {
    batch.output_reserved = read.share("--output-reserved", words.output_reserved);
  }
  if (!words.watermark.empty()) batch.watermark = read.share("--watermark", words.watermark);
  batch.kv_blocks = read.whole<std::int64_t>("--kv-blocks", words.kv_blocks, 1);
  batch.block_tokens = count(read, "--block-tokens", words.block_tokens);
  batch.prefix_cache = !words.no_prefix_cache;
  batch.draft_tokens = count(read, "--draft-tokens", words.draft_tokens);
  if (!words.acceptance.empty()) batch.acceptance = read.share("--acceptance", words.acceptance);
  if (batch.acceptance && !batch.draft_tokens) {
    read.refuse("--acceptance", "--draft-tokens beside it", words.acceptance);
  }
  return batch;
}

/// "6/s", or "6".
std::optional<Hertz> rate(WordReader& read, const std::string& text) {
  const std::string per_second = text.ends_with("/s") ? text.substr(0, text.size() - 2) : text;
  const auto number = read.number("--rate", per_second);
  return number ? std::optional(Hertz::in_base_units(*number)) : std::nullopt;
}

api::ArrivalChoice arrival_choice(const ReplayWords& words, WordReader& read) {
  const bool is_file = words.arrivals.ends_with(".yaml");
  return {.process = is_file ? "file" : words.arrivals,
          .file = is_file ? std::optional(read.file("--arrivals", words.arrivals)) : std::nullopt,
          .rate = rate(read, words.rate),
          .cv = read.number("--cv", words.cv),
          .users = count(read, "--concurrency", words.concurrency),
          .think = read.optional_quantity<Seconds>("--think-time", words.think, "s", "10 s"),
          .turns = read.multiple("--turns", words.turns)};
}

}  // namespace

void add_replay_options(CLI::App& replay, ReplayWords& words) {
  const auto option = [&](const char* name, auto& word, const char* help) {
    return replay.add_option(name, word, help);
  };
  option("--trace", words.trace,
         "requests: Azure, Mooncake, BurstGPT, Bailian or offtake's own columns, plain or gzip")
      ->required();
  option("--model", words.model, "catalog id or a config.json");
  option("--system", words.system, "ids or files, joined by commas: a fleet of each");
  option("--fleet", words.fleets, "fleet files: pools, routing, failures, classes");

  option("--requests", words.requests, "repeat or cut the trace to so many");
  option("--rate-scale", words.rate_scale, "faster by this factor");
  option("--tokens-max", words.tokens_max, "cut prompts, then outputs, above so many together");
  replay.add_flag("--keep-ticks", words.keep_ticks,
                  "requests of one time come at once, not spread up to the next time");
  option(
      "--arrivals", words.arrivals,
      "trace, poisson, gamma, closed, conversations, or a file of a process; the trace gives the "
      "lengths");
  option("--rate", words.rate, "of poisson, gamma and conversations, such as 6/s");
  option("--cv", words.cv, "of gamma: deviation of the gaps over their mean");
  option("--concurrency", words.concurrency, "users of a closed loop");
  option("--think-time", words.think, "mean, of a closed loop and of conversations, such as 10s");
  option("--turns", words.turns, "of a conversation in the mean");

  option("--tp", words.tp, "tensor ranks; without degrees the layout is searched");
  option("--pp", words.pp, "pipeline stages");
  option("--ep", words.ep, "expert ranks");
  option("--attention-dp", words.attention_dp, "attention ranks, each with its own sequences");
  option("--weights", words.weights, "numeric format, such as fp8");
  option("--kv-cache", words.kv_cache, "numeric format of the cache");
  option("--replicas", words.replicas, "of each system; 1 unless given");
  option("--chips", words.chips, "of each system: as many replicas as they hold");
  option("--disaggregate", words.disaggregate, "prefill and decode replicas instead, such as 2:6");
  option("--batch-max", words.batch_max, "most requests in work at a time on a replica");
  option("--chunk", words.chunk, "tokens of a step on a rank, decodes counted");
  option("--batching", words.batching, "chunked (unless given), prompts-first or static");
  option("--output-reserved", words.output_reserved,
         "share of the output for which cache must be free at entry");
  option("--watermark", words.watermark, "share of the cache that stays free at entry");
  option("--kv-blocks", words.kv_blocks, "blocks of a replica's cache, instead of what fits");
  option("--block-tokens", words.block_tokens, "tokens of a block of the cache; 16 unless given");
  replay.add_flag("--no-prefix-cache", words.no_prefix_cache, "compute every prompt in full");
  option("--preemption", words.preemption, "recompute (unless given) or swap");
  option("--draft-tokens", words.draft_tokens, "speculation: tokens drafted for each step");
  option("--acceptance", words.acceptance, "share of drafted tokens that are accepted");
  option("--router", words.router,
         "round-robin, least-loaded, power-of-two, prefix-aware, slo-aware or cost-aware");
  option("--price", words.price, "instead of the catalog's, such as '2.10 USD/chip/h'");
  option("--steps", words.steps, "a table of measured steps, instead of the model");

  option("--ttft-p99", words.ttft, "limit of the time to first token, such as 2s");
  option("--tpot-p99", words.tpot, "limit of the time per output token, such as 50ms");
  option("--warm-up", words.warm_up, "requests before it are served, not counted");
  option("--seed", words.seed, "of arrivals, routing, drafts and failures");
  replay.add_flag("--curve", words.curve, "goodput at a quarter to four times the load, too");
  option("--fleet-for", words.fleet_for,
         "fewest replicas that keep the limits for a share of the requests, such as 99%");
  option("--window", words.window, "write a timeline for Perfetto, such as 10s..20s");
  replay.add_flag("--per-request", words.per_request, "write a table with a line for each request");
  option("--report", words.report, "write the answer as one HTML page to this file");
}

api::ReplayRequest replay_request(const ReplayWords& words, WordReader& read) {
  api::ReplayRequest request{
      .trace = words.trace,
      .arrivals = arrival_choice(words, read),
      .requests = read.whole<std::int64_t>("--requests", words.requests, 1),
      .rate_scale = read.number("--rate-scale", words.rate_scale).value_or(1.0),
      .spread_ticks = !words.keep_ticks,
      .tokens_max = read.whole<std::int64_t>("--tokens-max", words.tokens_max, 2),
      .model = {},
      .systems = {},
      .fleets = {},
      .layout = {.tensor = count(read, "--tp", words.tp),
                 .pipeline = count(read, "--pp", words.pp),
                 .expert = count(read, "--ep", words.ep),
                 .attention_data = count(read, "--attention-dp", words.attention_dp),
                 .weights = unless_empty(words.weights),
                 .kv_cache = unless_empty(words.kv_cache)},
      .batch = batch_terms(words, read),
      .replicas = count(read, "--replicas", words.replicas).value_or(1),
      .chips = count(read, "--chips", words.chips),
      .disaggregate = pair_of_counts(read, words.disaggregate),
      .router = unless_empty(words.router),
      .price = read.optional_quantity<ChipPrice>("--price", words.price, "", "2.10 USD/chip/h"),
      .steps = {},
      .ttft = read.optional_quantity<Seconds>("--ttft-p99", words.ttft, "s", "2 s"),
      .tpot = read.optional_quantity<Seconds>("--tpot-p99", words.tpot, "s", "50 ms"),
      .warm_up = read.optional_quantity<Seconds>("--warm-up", words.warm_up, "s", "5 min")
                     .value_or(Seconds{}),
      .seed = read.whole("--seed", words.seed, std::uint64_t{0}).value_or(1),
      .curve = words.curve,
      .fleet_for = {},
      .window = window(read, words.window),
      .per_request = words.per_request,
      .report = read.report(words.report, "replay.html")};
  if (!words.model.empty()) request.model = read.model(words.model);
  for (const std::string& system : split_list(words.system)) {
    request.systems.push_back(read.system(system));
  }
  for (const std::string& name : words.fleets) {
    request.fleets.push_back(read.file("--fleet", name));
  }
  if (!words.steps.empty()) request.steps = read.file("--steps", words.steps);
  if (!words.fleet_for.empty()) request.fleet_for = read.share("--fleet-for", words.fleet_for);
  const int counts = (words.replicas.empty() ? 0 : 1) + (words.chips.empty() ? 0 : 1) +
                     (words.disaggregate.empty() ? 0 : 1);
  if (counts > 1) {
    read.refuse("--replicas", "one of it, --chips and --disaggregate", words.replicas);
  }
  return request;
}

}  // namespace offtake::cli
