#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "offtake/base/parallel.hpp"
#include "offtake/fleet/fleet_file.hpp"
#include "offtake/units/month.hpp"
#include "offtake/units/quantity.hpp"

namespace offtake::api {

/// A file of the user's, already read; the name appears in messages.
struct InputFile {
  std::string name;
  std::string text;
};

/// A model by catalog id or alias, or the text of a Hugging Face config.json.
struct ModelChoice {
  std::string id;
  std::optional<InputFile> config;
};

/// A system by catalog id or alias, or the text of a system file in the catalog's format.
struct SystemChoice {
  std::string id;
  std::optional<InputFile> file;
};

/// A figure of a book moved by the user: "/offers/aws-trainium3/price" to "1.20 USD/chip/h", "low"
/// or "high".
struct Setting {
  std::string path;
  std::string value;
};

struct CatalogListRequest {
  std::string kind;
  std::optional<Date> known_on;  ///< Leaves out what was not known on that day.
};

struct CatalogShowRequest {
  std::string id;
};

struct SizeRequest {
  ModelChoice model;
  std::vector<SystemChoice> systems;  ///< None means every system of the catalog.
  Tokens isl;
  Tokens osl;
  double cached_input = 0.0;  ///< Share of the input whose keys and values are already held.
  std::optional<Seconds> ttft_p99;
  std::optional<Seconds> tpot_p99;
  std::optional<std::string> weights;  ///< A numeric format; none lets the search choose.
  std::optional<int> chips;
  std::optional<std::string> mode;      ///< "aggregated", which none means, "disaggregated", "any".
  std::optional<int> draft_tokens;      ///< Speculation by one layer of the model; none is none.
  std::optional<double> acceptance;     ///< Of a draft; none is that of multi-token prediction.
  std::optional<ChipPrice> price;       ///< Instead of the catalog's price of each system.
  std::optional<InputFile> operations;  ///< Measured ones, as tools/import_operations.py writes.
  bool verify = false;                  ///< Figures of a simulation in place of the closed form's.
};

/// How the requests of a replay come.
struct ArrivalChoice {
  std::string process = "trace";  ///< Or "poisson", "gamma", "closed" or "conversations".
  std::optional<InputFile> file;  ///< Of a process, instead of its name.
  std::optional<Hertz> rate;      ///< Of poisson, gamma and the first turns of conversations.
  std::optional<double> cv;       ///< Deviation of the gaps of gamma over their mean.
  std::optional<int> users;       ///< Of closed.
  std::optional<Seconds> think;   ///< Mean, of closed and conversations.
  std::optional<double> turns;    ///< Mean, of conversations.
};

/// From one simulated time to another.
struct TimeWindow {
  Seconds from;
  Seconds to;
};

/// A request trace served by fleets, one after another: each system as one pool, or fleet files.
struct ReplayRequest {
  std::string trace;  ///< Path; it is read as the simulation goes.
  ArrivalChoice arrivals;
  std::optional<std::int64_t> requests;    ///< Cut or repeat the trace to so many.
  double rate_scale = 1.0;                 ///< Of the trace's arrivals.
  bool spread_ticks = true;                ///< Requests of one time, up to the next.
  std::optional<std::int64_t> tokens_max;  ///< Prompt and output together; longer ones are cut.
  std::optional<ModelChoice> model;
  std::vector<SystemChoice> systems;
  std::vector<InputFile> fleets;
  fleet::LayoutTerms layout;                        ///< Of each system's replicas.
  fleet::BatchTerms batch;                          ///< The same.
  int replicas = 1;                                 ///< Of each system.
  std::optional<int> chips;                         ///< Of each system, instead of replicas.
  std::optional<std::pair<int, int>> disaggregate;  ///< Prefill and decode replicas instead.
  std::optional<std::string> router;
  std::optional<ChipPrice> price;
  std::optional<InputFile> steps;  ///< A table of measured steps instead of the model's.
  std::optional<Seconds> ttft;     ///< Limit of each request, where classes do not say.
  std::optional<Seconds> tpot;
  Seconds warm_up;
  std::uint64_t seed = 1;
  bool curve = false;                ///< Goodput at other loads too.
  std::optional<double> fleet_for;   ///< Find the fewest replicas that keep the limits for so many.
  std::optional<TimeWindow> window;  ///< Of a timeline in Chrome's trace format.
  bool per_request = false;          ///< Write a line for each request.
  std::optional<std::string> report;  ///< Path of the page to write.
  std::string command;                ///< That asks this, for the page.
};

/// How far the model of single operations is from measured ones.
struct OperationsRequest {
  InputFile file;  ///< As tools/import_operations.py writes them.
};

/// From so many chips, doubled while at most so many.
struct ChipRange {
  int from = 1;
  int to = 1;
};

struct TrainRequest {
  ModelChoice model;
  SystemChoice system;
  int chips = 0;
  Tokens sequence;
  int global_batch = 0;                  ///< Sequences in one optimizer step.
  std::optional<std::string> layout;     ///< "tp=8,pp=4,..."; none searches all layouts.
  std::optional<std::string> format;     ///< Numeric format of the matrix products.
  std::optional<std::string> optimizer;  ///< "adam-fp32", "adam-bf16" or "adam-8bit".
  std::optional<int> adapter_rank;       ///< Of adapters that alone train; none trains all weights.
  std::optional<int> prediction_modules;  ///< Trained beside the model.
  std::optional<double> expert_load;      ///< Of the busiest rank of experts over the mean.
  std::optional<std::string> profile;     ///< "calculon": predict as that program does.
  std::optional<std::string> space;       ///< Of a profile's search: "reduced" or "whole".
  std::optional<Tokens> tokens;
  std::optional<Flops> flops;
  std::optional<ChipPrice> price;
  std::optional<ChipRate> failure_rate;        ///< Instead of the system's.
  std::optional<Seconds> checkpoint_interval;  ///< None is the best one.
  std::optional<Seconds> restart_time;         ///< Instead of the system's, before loading.
  std::optional<ChipRange> scaling;            ///< Counts of chips to compare.
  std::optional<ChipRange> pareto;             ///< Of the front of time, memory and chips.
  std::optional<std::string> report;           ///< Path of the page to write.
};

struct PlanRequest {
  InputFile book;
  std::vector<Setting> settings;
  std::optional<int> scenarios;
  std::optional<int> fresh;  ///< Worlds to live through with the plan; none is 1000.
  std::optional<std::uint64_t> seed;
  std::optional<int> paths;  ///< Of the stress test that follows the plan.
};

struct StressRequest {
  InputFile book;
  std::vector<Setting> settings;
  std::optional<InputFile> plan;  ///< A plan's answer; none stresses what is signed today.
  std::optional<std::uint64_t> seed;
  std::optional<int> paths;
};

/// How far predictions are from published measurements.
struct ValidateRequest {
  std::vector<InputFile> measurements;  ///< CSV files; none means the catalog's own tables.
  std::optional<std::string> report;    ///< Path of the page to write.
  bool simulate = false;  ///< Runs in closed loop are simulated too, and both ways compared.
};

/// Figures fitted anew to the user's measurements.
struct CalibrateRequest {
  std::vector<InputFile> measurements;  ///< CSV files of inference or collectives; at least one.
  std::string fit;                      ///< Path of the file to write.
  std::string source = "own measurements";  ///< That the file gives for its figures.
};

/// A two-stage stochastic program in SMPS.
struct SolveRequest {
  InputFile core;
  InputFile time;
  InputFile stochastics;
  std::optional<std::string> method;  ///< "ef", "lshaped" or "auto", which none means.
  std::optional<double> gap;          ///< Relative; none is 1e-6, or 1e-4 with whole recourse.
  std::optional<Seconds> time_limit;
  std::optional<int> samples;  ///< Scenarios of a replication; none counts all futures.
  int replications = 10;       ///< Of a sample.
  std::optional<int> fresh;    ///< Scenarios to measure on; none is ten times the samples, or 1000.
  std::uint64_t seed = 1;
  bool information = false;  ///< Also the values of foresight and of planning for uncertainty.
};

using Request = std::variant<CatalogListRequest, CatalogShowRequest, SizeRequest, TrainRequest,
                             PlanRequest, StressRequest, OperationsRequest, ValidateRequest,
                             CalibrateRequest, ReplayRequest, SolveRequest>;

}  // namespace offtake::api
