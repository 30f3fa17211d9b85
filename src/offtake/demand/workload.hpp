#pragma once

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "offtake/units/quantity.hpp"

namespace offtake::demand {

/// What the user of a service may wait, in 99 of 100 requests. Absent: no such promise.
struct ServiceObjective {
  std::optional<Seconds> ttft_p99;  ///< Time to first token.
  std::optional<Seconds> tpot_p99;  ///< Time per output token after the first.
};

/// How much more compute a token takes in the real service than in the stand-in `model`, at the
/// start and as a factor a year. The gains of new chips are counted with the chips, not here.
struct WorkPerToken {
  double multiplier = 1.0;
  double per_year = 1.0;
};

/// Growth of the volume. `per_year[0]` is the factor from the book's start to one year later; the
/// growth inside a year is geometric, and after the last entry that entry goes on.
struct Growth {
  std::vector<double> per_year;
  double log_scale = 1.0;   ///< Factor on the log of every entry, to move growth by one figure.
  double volatility = 0.0;  ///< Of the log volume, a square-root year.
};

/// How the mean of a day's volume spreads over its hours.
struct DailyShape {
  std::vector<double> profile;  ///< 24 factors of mean one; empty when the day is flat.
  double weekend_factor = 1.0;  ///< Volume of a weekend day over that of a working day.
  double peak_to_mean = 1.0;    ///< Busiest hour over the mean hour; a given profile replaces it.
  double burst_p99_over_hourly = 1.0;  ///< Minutes inside the busiest hour over that hour.
};

/// Hours of the day in which deferrable work may run.
struct DailyWindow {
  int start_hour = 0;
  int hours = 24;
};

/// Tokens served to users.
struct Serving {
  std::string model;          ///< A catalogue id: the stand-in whose cost on a chip `perf` knows.
  std::string weights;        ///< Number format such as "fp8"; empty for the system's best.
  Tokens isl;                 ///< Mean input length of a request.
  Tokens osl;                 ///< Mean output length; zero for embedding work.
  double cached_input = 0.0;  ///< Share of the input that the prefix cache holds.
  ServiceObjective slo;
  /// "aggregated": prefill and decode share chips; "disaggregated": each has a pool of its own;
  /// "any": whichever yields more.
  std::string mode = "aggregated";
  TokenRate tokens;  ///< Input and output together, mean over a week at the book's start.
  WorkPerToken work;
  DailyShape shape;
  std::optional<DailyWindow> window;
};

/// Work counted in floating-point operations: research, reinforcement learning, video.
struct ComputeWork {
  ComputeRate flops;    ///< Mean at the book's start, useful operations.
  double mfu = 0.35;    ///< Useful operations over the peak of `format`, while a chip is in use.
  double in_use = 1.0;  ///< Share of the time for which the chips held for this work are used.
  std::string format;   ///< Number format of the peak, such as "bf16".
};

/// Training runs of one size; `Growth` scales the operations (or tokens) of a year, not the number
/// of runs.
struct TrainingRuns {
  std::string model;
  std::optional<Flops> flops_each;  ///< Exactly one of the two is given.
  std::optional<Tokens> tokens_each;
  double per_year = 1.0;
  double mfu = 0.35;
  double in_use = 1.0;
  Seconds deadline;  ///< From the start of a run to its end.
};

/// Revenue by the token: a start price and its factor each year (geometric inside a year).
struct TokenRevenue {
  TokenPrice start;
  std::vector<double> per_year;
};

/// Revenue by the token, given at the book's start and at each anniversary; linear between.
struct TokenRevenuePath {
  std::vector<TokenPrice> anniversaries;
};

/// Revenue that does not follow the volume: a sum a year and its factor each year.
struct FlatRevenue {
  MoneyRate start;
  std::vector<double> per_year;  ///< Empty: it stays.
};

using Revenue = std::variant<TokenRevenue, TokenRevenuePath, FlatRevenue>;

/// What a shortfall costs the buyer. Each way already contains the lost revenue.
struct UnmetTokens {
  TokenPrice price;  ///< For each token not served, at the book's start.
};
struct UnmetShare {
  MoneyRate whole;  ///< A year in which nothing of this work was done; in proportion below.
};
struct UnmetSpend {
  double
      ratio;  ///< Dollars lost for each dollar of compute not bought, at that year's market price.
};
struct UnmetDelay {
  MoneyRate rate;  ///< For each month by which the runs, all together, are late.
};
struct UnmetRun {
  Dollars each;  ///< For each run not done.
};
using UnmetCost = std::variant<UnmetTokens, UnmetShare, UnmetSpend, UnmetDelay, UnmetRun>;

/// One kind of work the buyer wants done.
struct Workload {
  std::string name;
  std::variant<Serving, ComputeWork, TrainingRuns> work;
  Growth growth;
  std::optional<Revenue> revenue;
  Seconds receipts_lag;  ///< From earning the revenue to having the cash.
  UnmetCost unmet;
  std::optional<Seconds> deferrable;             ///< It may wait that long.
  bool preemptible = false;                      ///< It may run on capacity that is taken away.
  std::map<std::string, double> regions;         ///< Shares of the volume; empty: anywhere.
  std::map<std::string, std::string> residency;  ///< Region of the user -> region that must serve.
  std::map<int, Dollars> spend_check;            ///< Calendar year -> what the need should come to.
};

}  // namespace offtake::demand
