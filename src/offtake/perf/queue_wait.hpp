#pragma once

#include "offtake/units/quantity.hpp"

namespace offtake::perf {

/// Mean wait for one server of fixed service time, arrivals at random: load service / (2 (1 -
/// load)). Endless at a load of one. Source: Pollaczek-Khinchine; Kleinrock, "Queueing systems",
/// vol. 1, 1975.
Seconds queue_wait_mean(Seconds service, double load);

/// The `level` quantile of that wait: P(wait > t) = load exp(-2 (1 - load) t / service).
/// Source: Kingman, "The single server queue in heavy traffic", Mathematical Proceedings of the
/// Cambridge Philosophical Society 57(4), 1961, for Poisson arrivals; it errs high at low load.
Seconds queue_wait_quantile(Seconds service, double load, double level);

/// Mean wait for one of `servers` (slots of a cache) of nearly fixed service time:
/// load^(sqrt(2 (servers + 1)) - 1) service / (2 servers (1 - load)).
/// Source: Sakasegawa, "An approximation formula L_q = alpha rho^beta / (1 - rho)", Annals of the
/// Institute of Statistical Mathematics 29, 1977, halved for service without variance (Allen and
/// Cunneen). One server gives the exact mean.
Seconds queue_wait_mean(Seconds service, double load, double servers);

}  // namespace offtake::perf
