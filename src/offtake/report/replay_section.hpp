#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "offtake/report/figure_text.hpp"

namespace offtake::report {

/// A fleet: a column of the table and a line of every picture. Fleets of one family share its
/// colour and differ by the dashes of their line.
struct ReplayFleet {
  std::string name;
  std::string family;  ///< Of its chips: "Nvidia", "Trainium"; unknown ones are grey.
};

/// Quantiles in seconds; the last with its 95% interval.
struct LatencyQuantiles {
  double p50 = 0;
  double p90 = 0;
  Estimate p99{0};
};

/// What one fleet did. A rate is over the whole replay after its warm-up.
struct FleetFigures {
  std::string words;      ///< What the fleet is.
  double chips_mean = 0;  ///< Rented.
  int chips_most = 0;
  std::int64_t arrived = 0;
  std::int64_t refused = 0;
  std::int64_t too_long = 0;
  std::int64_t restarts = 0;
  double requests_per_s = 0;
  double output_tokens_per_s_chip = 0;
  std::optional<LatencyQuantiles> ttft;  ///< Absent where no request completed.
  std::optional<LatencyQuantiles> tpot;
  std::optional<LatencyQuantiles> e2e;
  std::optional<double> goodput;  ///< Requests within their objective, a second, if there is one.
  std::optional<double> attainment;   ///< Share of the requests, under the same condition.
  std::optional<double> utilization;  ///< Share of the time of replicas in service.
  std::optional<double> cache_used;   ///< Mean share, of the fullest pool.
  std::int64_t preemptions = 0;
  std::optional<double> kwh_per_mtok;  ///< For a million output tokens.
  std::optional<double> usd_per_mtok;  ///< The same.
  std::optional<double> usd_per_chip_h;
};

struct FleetTable {
  FigureText text;
  std::vector<FleetFigures> fleets;
};

struct ObjectiveRule {
  std::string label;  ///< "objective 2 s"; with the class where not all have one.
  double at_s = 0;
};

/// Of all requests, or of one class.
struct LatencyView {
  std::string name;
  std::vector<ObjectiveRule> objectives;
  std::vector<std::vector<double>> at_s;  ///< By fleet and level; empty where none completed.
};

/// The distribution of a latency: its value at each level, for each fleet.
struct LatencyPicture {
  std::string key;   ///< "ttft", "tpot".
  std::string name;  ///< "TTFT".
  FigureText text;
  std::vector<double> levels;  ///< Shares of requests, ascending.
  std::vector<LatencyView> views;
};

/// A replay at another load.
struct LoadPoint {
  double rate = 0;        ///< Requests offered a second.
  double goodput = 0;     ///< Requests within their objective, a second.
  double attainment = 0;  ///< Share of the requests.
};

struct LoadPicture {
  FigureText text;
  std::vector<std::vector<LoadPoint>> curves;  ///< By fleet, by rate.
};

/// A fleet's state in each period; nothing where it was not looked at.
struct OccupancyLines {
  std::vector<std::optional<double>> waiting;   ///< Requests.
  std::vector<std::optional<double>> decoding;  ///< Sequences.
  std::vector<std::optional<double>> replicas;  ///< In service.
  std::vector<std::optional<double>> cache;     ///< Share used, of the fullest pool.
};

struct OccupancyPicture {
  FigureText text;
  double period_s = 0;
  double warm_up_s = 0;
  std::vector<OccupancyLines> fleets;
};

/// Kept promises and load over time, by arrival.
struct AttainmentPicture {
  FigureText text;
  double period_s = 0;
  std::vector<std::vector<std::optional<double>>> attainment;  ///< By fleet and period.
  /// By fleet and period; once where they are the same for all. Nothing where none are counted.
  std::vector<std::vector<std::optional<double>>> arrivals_per_s;
};

/// A class of requests on one fleet.
struct ClassFigures {
  std::string service_class;
  std::string fleet;
  std::string objective;
  std::int64_t arrived = 0;
  std::optional<double> goodput;
  std::optional<double> attainment;
  std::optional<double> ttft_p99_s;
  std::optional<double> tpot_p99_s;
};

struct ClassTable {
  FigureText text;
  std::vector<ClassFigures> rows;
};

/// The same requests served by one or several fleets.
struct ReplaySection {
  std::vector<ReplayFleet> fleets;
  FleetTable table;
  LatencyPicture ttft;
  LatencyPicture tpot;
  std::optional<LoadPicture> load;
  std::optional<OccupancyPicture> occupancy;
  std::optional<AttainmentPicture> attainment;
  std::optional<ClassTable> classes;
};

}  // namespace offtake::report
