#include "command_line.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "offtake/base/input_error.hpp"
#include "replay_words.hpp"
#include "solve_words.hpp"
#include "word_reader.hpp"

namespace offtake::cli {
namespace {

/// The values as the user wrote them, before units are read.
struct Words {
  std::string kind, id, operations, model, system, isl, osl, cached, ttft, tpot, weights, mode,
      draft_tokens, acceptance, price, failure_rate, checkpoint_interval, restart_time, scaling,
      pareto, sequence, layout, format, optimizer, adapter_rank, prediction_modules, expert_load,
      profile, space, tokens, flops, book, plan, known_on, scenarios, fresh, paths, seed, report;
  std::vector<std::string> settings, measurements;
  std::string fit, fitted, source;
  int chips = 0, global_batch = 0;
  bool verify = false, simulate = false;
};

template <class T>
std::optional<T> given(const CLI::App* command, const char* option, T value) {
  return command->count(option) > 0 ? std::optional<T>(value) : std::nullopt;
}

api::SizeRequest size_request(const CLI::App* command, const Words& words, WordReader& read) {
  api::SizeRequest request{.model = read.model(words.model),
                           .systems = {},
                           .isl = read.quantity<Tokens>("--isl", words.isl, "tok", "1024"),
                           .osl = read.quantity<Tokens>("--osl", words.osl, "tok", "256")};
  if (!words.system.empty() && split_list(words.system).empty()) {
    read.refuse("--system", "ids or files, joined by commas", words.system);
  }
  for (const std::string& system : split_list(words.system)) {
    request.systems.push_back(read.system(system));
  }
  request.cached_input = read.share("--cached-input", words.cached);
  request.ttft_p99 = read.optional_quantity<Seconds>("--ttft-p99", words.ttft, "s", "2 s");
  request.tpot_p99 = read.optional_quantity<Seconds>("--tpot-p99", words.tpot, "s", "50 ms");
  request.weights = unless_empty(words.weights);
  request.chips = given(command, "--chips", words.chips);
  request.mode = unless_empty(words.mode);
  request.draft_tokens = read.whole<int>("--draft-tokens", words.draft_tokens, 1);
  if (!words.acceptance.empty()) request.acceptance = read.share("--acceptance", words.acceptance);
  request.price = read.optional_quantity<ChipPrice>("--price", words.price, "", "2.10 USD/chip/h");
  if (!words.operations.empty()) request.operations = read.file("--operations", words.operations);
  request.verify = words.verify;
  return request;
}

api::TrainRequest train_request(const Words& words, WordReader& read) {
  return {.model = read.model(words.model),
          .system = read.system(words.system),
          .chips = words.chips,
          .sequence = read.quantity<Tokens>("--seq", words.sequence, "tok", "8192"),
          .global_batch = words.global_batch,
          .layout = unless_empty(words.layout),
          .format = unless_empty(words.format),
          .optimizer = unless_empty(words.optimizer),
          .adapter_rank = read.whole<int>("--lora", words.adapter_rank, 1),
          .prediction_modules = read.whole<int>("--mtp", words.prediction_modules, 1),
          .expert_load = read.multiple("--expert-load", words.expert_load),
          .profile = unless_empty(words.profile),
          .space = unless_empty(words.space),
          .tokens = read.optional_quantity<Tokens>("--tokens", words.tokens, "tok", "15e12"),
          .flops = read.optional_quantity<Flops>("--flops", words.flops, "FLOP", "5e26"),
          .price = read.optional_quantity<ChipPrice>("--price", words.price, "", "2.10 USD/chip/h"),
          .failure_rate = read.optional_quantity<ChipRate>("--failure-rate", words.failure_rate, "",
                                                           "0.17 failures/chip/year"),
          .checkpoint_interval = read.optional_quantity<Seconds>(
              "--checkpoint-interval", words.checkpoint_interval, "s", "30 min"),
          .restart_time =
              read.optional_quantity<Seconds>("--restart-time", words.restart_time, "s", "10 min"),
          .scaling = read.chip_range("--scaling", words.scaling),
          .pareto = read.chip_range("--pareto", words.pareto),
          .report = read.report(words.report, "run.html")};
}

api::ValidateRequest validate_request(const Words& words, WordReader& read) {
  api::ValidateRequest request;
  for (const std::string& name : words.measurements) {
    request.measurements.push_back(read.file("--measurements", name));
  }
  request.report = read.report(words.report, "validation.html");
  request.simulate = words.simulate;
  return request;
}

api::CalibrateRequest calibrate_request(const Words& words, WordReader& read) {
  api::CalibrateRequest request{.fit = words.fitted};
  for (const std::string& name : words.measurements) {
    request.measurements.push_back(read.file("--measurements", name));
  }
  if (std::filesystem::is_directory(request.fit)) {
    read.refuse("--out", "a file to write, such as fit.yaml", request.fit);
  }
  if (!words.source.empty()) request.source = words.source;
  return request;
}

/// The command as it can be given to a shell again, but for what does not move the answer.
std::string command_text(int argc, const char* const* argv) {
  std::string text = "offtake";
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--json") continue;
    if (word == "--threads") {
      ++i;
      continue;
    }
    const bool plain = word.find_first_of(" '\"$*?;&|<>()#") == std::string_view::npos;
    text += plain ? fmt::format(" {}", word) : fmt::format(" '{}'", word);
  }
  return text;
}

}  // namespace

std::variant<Command, Stop> read_command_line(int argc, const char* const* argv) {
  CLI::App app{
      "offtake: how much AI compute to buy, on which chips, from whom, on what terms, to serve "
      "which demand, and whether everyone can pay for it"};
  app.set_version_flag("--version", "offtake " OFFTAKE_VERSION);
  app.require_subcommand(1);
  app.fallthrough();
  Command command;
  Words words;
  std::string out;
  app.add_flag("--json", command.json, "print one JSON document in SI units");
  app.add_option("--threads", command.threads, "threads; the answer does not depend on it")
      ->check(CLI::Range(1, 4096));
  app.add_option("--catalog", command.catalog, "folder of the catalog");
  app.add_option("--fit", words.fit, "file that calibrate wrote, instead of the catalog's fit");

  CLI::App* catalog = app.add_subcommand("catalog", "every figure with its source and status");
  catalog->require_subcommand(1);
  CLI::App* list =
      catalog->add_subcommand("list", "chips, systems, models, prices, deals, parties or sources");
  list->add_option("KIND", words.kind, "what to list")->required();
  list->add_option("--known-on", words.known_on, "only what was known on that day");
  CLI::App* show = catalog->add_subcommand("show", "one entry, every figure with its source");
  show->add_option("ID", words.id, "an id or another name of it")->required();

  CLI::App* size = app.add_subcommand("size", "best deployment of a model on each system");
  size->add_option("--model", words.model, "catalog id or a config.json")->required();
  size->add_option("--system", words.system, "ids or files, joined by commas; else all systems");
  size->add_option("--isl", words.isl, "input tokens of a request")->required();
  size->add_option("--osl", words.osl, "output tokens of a request")->required();
  size->add_option("--cached-input", words.cached, "share of the input found in the prefix cache");
  size->add_option("--ttft-p99", words.ttft, "longest time to first token, such as 2s");
  size->add_option("--tpot-p99", words.tpot, "longest time per output token, such as 50ms");
  size->add_option("--weights", words.weights, "numeric format, such as fp8");
  size->add_option("--chips", words.chips, "chips of one replica")->check(CLI::PositiveNumber);
  size->add_option("--mode", words.mode,
                   "aggregated (prefill and decode share chips), disaggregated (a pool each) or "
                   "any; aggregated unless given");
  size->add_option("--draft-tokens", words.draft_tokens,
                   "tokens drafted for each step by one layer, as multi-token prediction does");
  size->add_option("--acceptance", words.acceptance, "share of drafted tokens that are accepted");
  size->add_option("--price", words.price, "instead of the catalog's, such as '2.10 USD/chip/h'");

  size->add_option("--operations", words.operations,
                   "measured operations, from tools/import_operations.py; they answer where they "
                   "cover, else the model");

  size->add_flag("--verify", words.verify,
                 "simulate the deployment, and give its figures at the greatest rate that keeps "
                 "the limits");

  CLI::App* operations =
      app.add_subcommand("operations", "errors of single operations against measured ones");
  operations
      ->add_option("FILE", words.operations, "measured operations, from tools/import_operations.py")
      ->required();

  CLI::App* replay = app.add_subcommand("replay", "a request trace served, step by step");
  ReplayWords replay_words;
  add_replay_options(*replay, replay_words);
  replay->add_option("-o,--out", out, "folder for the files of the answer");

  CLI::App* train = app.add_subcommand("train", "time, memory and cost of a training step");
  train->add_option("--model", words.model, "catalog id or a config.json")->required();
  train->add_option("--system", words.system, "catalog id or file")->required();
  train->add_option("--chips", words.chips, "chips")->required()->check(CLI::PositiveNumber);
  train->add_option("--seq", words.sequence, "tokens of one sequence")->required();
  train->add_option("--global-batch", words.global_batch, "sequences of one optimizer step")
      ->required()
      ->check(CLI::PositiveNumber);
  train->add_option("--layout", words.layout, "such as tp=8,pp=4,dp=16; else all are searched");
  train->add_option("--format", words.format, "of the matrix products: bf16 or fp8");
  train->add_option("--optimizer", words.optimizer,
                    "formats of Adam's states: adam-fp32, adam-bf16 or adam-8bit");
  train->add_option("--lora", words.adapter_rank, "rank of adapters that alone train");
  train->add_option("--mtp", words.prediction_modules, "modules of multi-token prediction");
  train->add_option("--expert-load", words.expert_load,
                    "tokens of the busiest rank of experts over the mean; 1 when not given");
  train->add_option("--profile", words.profile,
                    "calculon: predict as that program does (system calculon-a100-80g)");
  train->add_option("--space", words.space,
                    "whole: also search zero-bubble, DualPipe, Ulysses, hybrid sharding, blocks "
                    "of recompute; of a profile: reduced (no overlap, no offload; unless given) or "
                    "whole");
  train->add_option("--tokens", words.tokens, "of the whole run");
  train->add_option("--flops", words.flops, "of the whole run");
  train->add_option("--price", words.price, "instead of the catalog's, such as '2.10 USD/chip/h'");

  train->add_option("--failure-rate", words.failure_rate,
                    "of a chip, instead of the system's, such as '0.17 failures/chip/year'");
  train->add_option("--checkpoint-interval", words.checkpoint_interval,
                    "training between two checkpoints, such as 30min; else the best one");
  train->add_option("--restart-time", words.restart_time,
                    "from a failure to loading the checkpoint, such as 10min");
  train->add_option("--pareto", words.pareto,
                    "counts of chips, such as 64..1024, whose layouts no other one beats in time, "
                    "memory and chips");
  train->add_option("--scaling", words.scaling,
                    "also the best layouts on counts of chips doubled from one to the other, such "
                    "as 512..16384");
  train->add_option("--report", words.report, "write the answer as one HTML page to this file");

  const auto add_book = [&](CLI::App* of) {
    of->add_option("BOOK", words.book, "the user's scenario file")->required();
    of->add_option("-o,--out", out, "folder for the files of the answer");
    of->add_option("--seed", words.seed, "instead of the book's");
    of->add_option("--paths", words.paths, "paths of the stress test");
    of->add_option("--set", words.settings,
                   "move a figure of the book: PATH=low, PATH=high or PATH=VALUE");
  };
  CLI::App* plan = app.add_subcommand("plan", "which contracts to sign, when and how much");
  add_book(plan);
  plan->add_option("--scenarios", words.scenarios, "instead of the book's");
  plan->add_option("--fresh", words.fresh,
                   "worlds that the plan was not made for, to live through with it; else 1000");
  CLI::App* stress = app.add_subcommand("stress", "can everyone pay");
  add_book(stress);
  stress->add_option("--plan", words.plan, "plan.json of a plan, to stress what it signs too");

  CLI::App* solve = app.add_subcommand("solve", "a two-stage stochastic program in SMPS files");
  SolveWords solve_words;
  add_solve_options(*solve, solve_words);

  CLI::App* validate =
      app.add_subcommand("validate", "predictions beside published measurements, error by segment");
  validate->add_option("--measurements", words.measurements,
                       "CSV files of inference or collectives; else the catalog's own tables");
  validate->add_option("--report", words.report, "write the answer as one HTML page to this file");
  validate->add_flag("--simulate", words.simulate, "simulate runs in closed loop and compare");

  CLI::App* calibrate =
      app.add_subcommand("calibrate", "fit the figures of stacks and libraries to measurements");
  calibrate
      ->add_option("--measurements", words.measurements,
                   "CSV files of inference or collectives, with the columns of validate's")
      ->required();
  calibrate->add_option("-o,--out", words.fitted, "file to write")->required();
  calibrate->add_option("--source", words.source, "what its figures name as their source");

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& stop) {
    std::ostringstream text;
    std::ostringstream wrong;
    const bool asked = app.exit(stop, text, wrong) == 0;
    return Stop{asked ? 0 : 2, asked ? text.str() : wrong.str()};
  }

  WordReader read;
  if (*list) {
    command.request = api::CatalogListRequest{words.kind, read.date("--known-on", words.known_on)};
  } else if (*show) {
    command.request = api::CatalogShowRequest{words.id};
  } else if (*size) {
    command.request = size_request(size, words, read);
  } else if (*operations) {
    command.request = api::OperationsRequest{read.file("FILE", words.operations)};
  } else if (*replay) {
    api::ReplayRequest request = replay_request(replay_words, read);
    request.command = command_text(argc, argv);
    command.request = std::move(request);
  } else if (*train) {
    command.request = train_request(words, read);
  } else if (*plan) {
    command.request = api::PlanRequest{.book = read.file("BOOK", words.book),
                                       .settings = read.settings(words.settings),
                                       .scenarios = read.whole("--scenarios", words.scenarios, 1),
                                       .fresh = read.whole("--fresh", words.fresh, 2),
                                       .seed = read.whole("--seed", words.seed, std::uint64_t{0}),
                                       .paths = read.whole("--paths", words.paths, 1)};
  } else if (*solve) {
    command.request = solve_request(solve_words, read);
  } else if (*validate) {
    command.request = validate_request(words, read);
  } else if (*calibrate) {
    command.request = calibrate_request(words, read);
  } else {
    api::StressRequest request{.book = read.file("BOOK", words.book),
                               .settings = read.settings(words.settings),
                               .plan = {},
                               .seed = read.whole("--seed", words.seed, std::uint64_t{0}),
                               .paths = read.whole("--paths", words.paths, 1)};
    if (!words.plan.empty()) request.plan = read.file("--plan", words.plan);
    command.request = std::move(request);
  }
  read.finish();
  command.out = unless_empty(out);
  command.fit = unless_empty(words.fit);
  return command;
}

}  // namespace offtake::cli
