#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "offtake/base/parallel.hpp"
#include "offtake/demand/request_source.hpp"
#include "offtake/serve/run_outcome.hpp"
#include "offtake/serve/simulate.hpp"
#include "offtake/study/serving_fleet.hpp"

namespace offtake::study {

/// The same requests at `load` times their rate.
using RequestsAtLoad = std::function<std::unique_ptr<demand::RequestSource>(double load)>;

/// What a fleet does at one load.
struct LoadPoint {
  double load = 1.0;
  double offered = 0;     ///< Requests a second that arrived.
  double goodput = 0;     ///< Of them, within their objective.
  double attainment = 0;  ///< The share of these.
  Seconds ttft_p99;
  Seconds tpot_p99;
};

LoadPoint load_point(double load, const serve::RunOutcome& outcome);

/// One run for each of `loads`.
std::vector<LoadPoint> load_curve(const serve::Fleet& fleet, const RequestsAtLoad& requests,
                                  const std::vector<double>& loads,
                                  const serve::RunSettings& settings, Parallelism parallelism);

/// How far a load is sought: relative, between one that keeps the objective and one that does not.
inline constexpr double kKneeWidth = 0.01;

/// The greatest load at which `attainment` of all requests keep their objective.
struct Knee {
  LoadPoint kept;  ///< There; a load of zero when none was found.
  int runs = 0;
};

/// By bisection from `first`, doubled or halved until it brackets the knee. More load is taken to
/// keep fewer; where a run of finite length says otherwise, a knee is one of several.
Knee load_knee(const serve::Fleet& fleet, const RequestsAtLoad& requests, double first,
               double attainment, const serve::RunSettings& settings);

/// Replicas that a pool needs.
struct PoolSize {
  std::string name;
  int replicas = 0;  ///< Fewest, all in service.
  int spares = 0;    ///< More, so that failures leave as many for all but a share of the time.
};

struct FleetSize {
  std::vector<PoolSize> pools;
  double attainment = 0;  ///< Of the replicas without spares.
  int runs = 0;
};

/// Share of the time in which more replicas of a pool are out than it has spares. An estimate of
/// what an operator bears.
inline constexpr double kShortOfReplicas = 0.001;

/// The fewest replicas by pool with which `attainment` of the requests keep their objective: all
/// pools are grown together until they do, then each is cut, in order, as far as they still do.
/// Failures and scaling of the fleet are left out of these runs; spares come from the pool's
/// failures, each replica out for repair / (mean time between + repair) of the time by itself.
/// Nothing when `replicas_most` of each pool are not enough.
std::optional<FleetSize> fewest_replicas(const serve::Fleet& fleet, const RequestsAtLoad& requests,
                                         double attainment, int replicas_most,
                                         const serve::RunSettings& settings);

/// The fewest spares with which `needed` are in service but for kShortOfReplicas of the time, when
/// each is out for a share `out` of it, independently.
int spares_for(int needed, double out);

}  // namespace offtake::study
