#include "offtake/api/replay_answer.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <expected>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "offtake/api/choices.hpp"
#include "offtake/api/replay_requests.hpp"
#include "offtake/api/replayed_fleet.hpp"
#include "offtake/fleet/fleet_reader.hpp"
#include "offtake/fleet/serving_names.hpp"
#include "offtake/measurement/step_row.hpp"
#include "offtake/study/layout_trial.hpp"
#include "offtake/study/rental_price.hpp"
#include "offtake/study/table_step_timer.hpp"

namespace offtake::api {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kReplicasMost = 4096;  ///< Of a pool, where the fewest are sought.

/// Loads of a curve, as multiples of what is asked.
const std::vector<double> kCurveLoads{0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0, 4.0};

/// A fleet of one system: one pool that does both, or a prefill and a decode pool.
fleet::FleetFile fleet_of_system(const ReplayRequest& request, const std::string& system) {
  fleet::FleetFile file{.name = system, .pools = {}};
  fleet::PoolTerms pool{.name = "replicas",
                        .system = system,
                        .replicas = request.replicas,
                        .chips = request.chips,
                        .layout = request.layout,
                        .batch = request.batch,
                        .price = request.price,
                        .scaling = {},
                        .outages = {}};
  if (!request.disaggregate) {
    file.pools = {pool};
    return file;
  }
  pool.chips.reset();
  fleet::PoolTerms decode = pool;
  pool.name = "prefill";
  pool.role = serve::Role::kPrefill;
  pool.replicas = request.disaggregate->first;
  decode.name = "decode";
  decode.role = serve::Role::kDecode;
  decode.replicas = request.disaggregate->second;
  file.pools = {pool, decode};
  return file;
}

/// A fleet's terms with the systems that they name.
struct NamedFleet {
  fleet::FleetFile terms;
  std::vector<study::PoolSystem> systems;
  std::optional<model::ModelArchitecture> model;
};

std::vector<NamedFleet> named_fleets(const ReplayRequest& request, const catalog::Catalog& catalog,
                                     std::vector<Problem>& problems) {
  std::vector<NamedFleet> fleets;
  const auto price_of = [&](const fleet::PoolTerms& pool, const hardware::System& system) {
    if (pool.price) return pool.price;
    const catalog::Price* listed = study::rental_price(catalog, system);
    return listed == nullptr ? std::optional<ChipPrice>{} : listed->price;
  };
  std::optional<model::ModelArchitecture> model;
  if (request.model) model = chosen_model(*request.model, catalog, problems);
  for (const SystemChoice& choice : request.systems) {
    const auto system = chosen_system(choice, catalog, problems);
    if (!system) continue;
    NamedFleet named{.terms = fleet_of_system(request, system->id), .systems = {}, .model = model};
    for (const fleet::PoolTerms& pool : named.terms.pools) {
      named.systems.push_back({.system = *system, .price = price_of(pool, *system)});
    }
    fleets.push_back(std::move(named));
  }
  for (const InputFile& file : request.fleets) {
    NamedFleet named{
        .terms = fleet::read_fleet(file.name, file.text), .systems = {}, .model = model};
    if (!request.model) {
      named.model = chosen_model({.id = named.terms.model, .config = {}}, catalog, problems);
    }
    for (const fleet::PoolTerms& pool : named.terms.pools) {
      if (const auto system = chosen_system({.id = pool.system, .file = {}}, catalog, problems)) {
        named.systems.push_back({.system = *system, .price = price_of(pool, *system)});
      }
    }
    fleets.push_back(std::move(named));
  }
  return fleets;
}

/// Limits of the command hold for every class that has none of its own.
void set_limits(const ReplayRequest& request, fleet::FleetFile& terms) {
  for (serve::ServiceClass& service : terms.classes) {
    if (request.ttft && !service.objective.ttft) service.objective.ttft = sim_time(*request.ttft);
    if (request.tpot && !service.objective.tpot) service.objective.tpot = sim_time(*request.tpot);
  }
}

perf::ServiceObjective search_objective(const fleet::FleetFile& terms) {
  const serve::ServiceObjective& first = terms.classes.front().objective;
  perf::ServiceObjective objective;
  if (first.ttft) objective.ttft_p99 = seconds(*first.ttft);
  if (first.tpot) objective.tpot_p99 = seconds(*first.tpot);
  return objective;
}

std::vector<std::string> class_names(const fleet::FleetFile& terms) {
  std::vector<std::string> names;
  for (const serve::ServiceClass& service : terms.classes) names.push_back(service.name);
  return names;
}

std::shared_ptr<const serve::StepTimer> measured_steps(const ReplayRequest& request) {
  if (!request.steps) return nullptr;
  const measurement::CsvTable table(request.steps->text, request.steps->name);
  std::vector<study::MeasuredStep> steps;
  for (const measurement::StepRow& row : measurement::read_step_rows(table)) {
    steps.push_back({.prompt_tokens = row.prompt_tokens,
                     .sequences = row.sequences,
                     .context_tokens = row.context_tokens,
                     .time = row.time});
  }
  return std::make_shared<study::TableStepTimer>(std::move(steps));
}

void check(const ReplayRequest& request, std::vector<Problem>& problems) {
  check_arrivals(request, problems);
  if (request.systems.empty() && request.fleets.empty()) {
    problems.push_back({{}, "--system", "a system, or a fleet with --fleet", "neither"});
  }
  if (!request.systems.empty() && !request.model) {
    problems.push_back({{}, "--model", "a model", "none"});
  }
  if (request.router && !fleet::parse_routing(*request.router)) {
    problems.push_back(
        {{}, "--router", fleet::names_of(fleet::kRoutings), "\"" + *request.router + "\""});
  }
  if (request.fleet_for && !(*request.fleet_for > 0.0)) {
    problems.push_back({{}, "--fleet-for", "a share such as \"99%\"", "none of the requests"});
  }
  if (request.fleet_for && !request.ttft && !request.tpot && request.fleets.empty()) {
    problems.push_back({{}, "--fleet-for", "limits: --ttft-p99, --tpot-p99 or both", "none"});
  }
  if (request.window && request.window->to < request.window->from) {
    problems.push_back({{}, "--window", "an end after its beginning", "one before"});
  }
}

std::string heading(const ReplayRequest& request, const TraceLook& look, const std::string& model) {
  const std::string rate =
      request.arrivals.process == "trace" && look.rate
          ? fmt::format(", {:.2f} requests/s", look.rate->base_units() * request.rate_scale)
          : "";
  return fmt::format("{} ({}), {} arrivals{}; {}: {:.0f} in / {:.0f} out in the mean",
                     std::filesystem::path(request.trace).filename().string(), look.format,
                     request.arrivals.process, rate, model, look.typical.input,
                     look.typical.output);
}

/// The fleet with its layouts; where one is left open, the start of the requests is tried on each.
std::expected<study::ServingFleet, study::FleetRefused> ready_fleet(
    const ReplayRequest& request, const NamedFleet& named, const TraceLook& look,
    const std::shared_ptr<const serve::StepTimer>& steps, Parallelism parallelism) {
  ReplayRequest start = request;
  start.requests = std::min(request.requests.value_or(look.requests), kTypicalRequests);
  const study::RequestsAtLoad requests = [&](double load) {
    return replay_source(start, class_names(named.terms), load).requests;
  };
  return study::tried_fleet({.terms = named.terms,
                             .model = *named.model,
                             .systems = named.systems,
                             .typical = look.typical,
                             .objective = search_objective(named.terms),
                             .prefix_block_tokens = look.prefix_block_tokens,
                             .timer = steps},
                            requests, {.seed = request.seed, .progress = {}}, parallelism);
}

ReplayedFleet replayed(const ReplayRequest& request, const NamedFleet& named,
                       study::ServingFleet ready, const Surroundings& around) {
  const std::vector<std::string> classes = class_names(named.terms);
  ReplayedFleet result{.ready = std::move(ready),
                       .error = named.systems.front().system.serving.error,
                       .outcome = {},
                       .read = {},
                       .curve = {},
                       .size = {},
                       .records = {}};
  if (request.window || request.per_request) {
    result.records = std::make_unique<ReplayRecords>(request.window, request.per_request);
  }
  const serve::RunSettings settings{.seed = request.seed,
                                    .warm_up = sim_time(request.warm_up),
                                    .recorder = result.records.get(),
                                    .requests_expected = request.requests.value_or(0),
                                    .progress = around.progress};
  ReplaySource source = replay_source(request, classes, 1.0);
  const auto begin = std::chrono::steady_clock::now();
  result.outcome = serve::simulate(result.ready.fleet, *source.requests, settings);
  result.elapsed_s =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  result.read = source.trace->counts();
  const study::RequestsAtLoad at_load = [&](double load) -> std::unique_ptr<demand::RequestSource> {
    return replay_source(request, classes, load).requests;
  };
  const serve::RunSettings plain{.seed = request.seed, .warm_up = settings.warm_up, .progress = {}};
  if (request.curve) {
    result.curve =
        study::load_curve(result.ready.fleet, at_load, kCurveLoads, plain, around.parallelism);
  }
  if (request.fleet_for) {
    result.size_asked = true;
    result.size = study::fewest_replicas(result.ready.fleet, at_load, *request.fleet_for,
                                         kReplicasMost, plain);
  }
  return result;
}

/// A page compares fleets class by class.
void check_same_classes(const std::vector<ReplayedFleet>& fleets) {
  for (const ReplayedFleet& fleet : fleets) {
    if (fleet.ready.fleet.classes != fleets.front().ready.fleet.classes) {
      throw InputError({{{},
                         "--report",
                         "fleets of the same classes",
                         fmt::format("others in {}", fleet.ready.name)}});
    }
  }
}

}  // namespace

Response answer_replay(const ReplayRequest& request, const catalog::Catalog& catalog,
                       const Surroundings& around) {
  std::vector<Problem> problems;
  check(request, problems);
  std::vector<NamedFleet> named = named_fleets(request, catalog, problems);
  if (!problems.empty()) throw InputError(std::move(problems));
  const std::shared_ptr<const serve::StepTimer> steps = measured_steps(request);

  std::vector<ReplayedFleet> fleets;
  std::string refusals;
  std::string title;
  Json refused = Json::array();
  for (NamedFleet& one : named) {
    set_limits(request, one.terms);
    if (request.router) one.terms.routing = *fleet::parse_routing(*request.router);
    const TraceLook look = look_at_trace(request, class_names(one.terms));
    if (title.empty()) title = heading(request, look, one.model->name);
    auto ready = ready_fleet(request, one, look, steps, around.parallelism);
    if (!ready) {
      refusals += fmt::format("{}: no. {}\n", one.terms.name, ready.error().reason);
      refused.push_back(
          {{"fleet", one.terms.name}, {"feasible", false}, {"reason", ready.error().reason}});
      continue;
    }
    fleets.push_back(replayed(request, one, std::move(*ready), around));
  }

  Json answers = refused;
  for (const ReplayedFleet& fleet : fleets) {
    Json json = Json::parse(replay_json(fleet));
    json["model"] = named.front().model->id;
    answers.push_back(std::move(json));
  }
  if (request.report) check_same_classes(fleets);
  Response response{
      .outcome = fleets.empty() ? Outcome::kTrueNo : Outcome::kAnswered,
      .text = fleets.empty() ? title + "\n" + refusals
                             : replay_text(title, fleets, around.width) + refusals,
      .json = (answers.size() == 1 ? answers.front() : Json{{"fleets", answers}}).dump(2),
      .folder = "out/replay"};
  if (request.report && !fleets.empty()) {
    const std::filesystem::path page(*request.report);
    const ReplayedTrace trace{.heading = title,
                              .model = named.front().model->name,
                              .request = request,
                              .catalog = catalog};
    response.files.push_back({page.filename().string(), replay_page(trace, fleets)});
    response.folder = page.has_parent_path() ? page.parent_path().string() : ".";
  }
  for (const ReplayedFleet& fleet : fleets) {
    if (!fleet.records) continue;
    if (request.window) {
      response.files.push_back({fleet.ready.name + ".timeline.json", fleet.records->timeline()});
    }
    if (request.per_request) {
      response.files.push_back({fleet.ready.name + ".requests.csv", fleet.records->requests()});
    }
  }
  return response;
}

}  // namespace offtake::api
