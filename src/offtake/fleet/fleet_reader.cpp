#include "offtake/fleet/fleet_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <set>
#include <utility>

#include "offtake/fleet/serving_names.hpp"
#include "offtake/units/literals.hpp"
#include "offtake/yaml/document.hpp"
#include "offtake/yaml/object_reader.hpp"

namespace offtake::fleet {
namespace {

using namespace offtake::literals;
using yaml::ObjectReader;
using yaml::Value;

constexpr int kReplicasMost = 100'000;  ///< Of a pool; the simulation keeps each of them.
constexpr int kDraftsMost = 100;
constexpr Seconds kTimeMost = 50.0_years;  ///< Simulated times reach 146 years, the sum of two too.
/// What recurs sooner would keep a simulation from its end.
constexpr Seconds kScalingLeast = 100.0_ms;
constexpr Seconds kFailuresLeast = 60.0_s;

/// The figure at `value`, which is to be from `least` to `most`; otherwise `expected` is told, and
/// `least` given. A figure that cannot be read is told as such, not as one out of bounds.
template <class Q>
Q figure_within(const Value& value, std::string_view example, Q least, Q most,
                std::string_view expected) {
  const Q figure = value.template quantity<Q>(example);
  const bool within = least <= figure && figure <= most;
  if (!within && value.any_quantity(example).dimension == Q::kDimension) {
    value.reject(std::string(expected));
  }
  return within ? figure : least;
}

SimTime time_at(const Value& value, std::string_view example) {
  return sim_time(
      figure_within(value, example, Seconds{}, kTimeMost, "a time from 0 s to 50 years"));
}

SimTime time_or(const ObjectReader& fields, std::string_view path, std::string_view example,
                SimTime fallback) {
  const auto value = fields.find(path);
  return value ? time_at(*value, example) : fallback;
}

/// A time that is not nothing once it is in whole nanoseconds.
SimTime span_at(const Value& value, std::string_view example) {
  return sim_time(
      figure_within(value, example, 1.0_ns, kTimeMost, "a time above 0 s, of at most 50 years"));
}

std::optional<SimTime> span_if_given(const ObjectReader& fields, std::string_view path,
                                     std::string_view example) {
  const auto value = fields.find(path);
  if (!value) return std::nullopt;
  return span_at(*value, example);
}

std::optional<Bandwidth> bandwidth_if_given(const ObjectReader& fields, std::string_view path,
                                            std::string_view example) {
  const auto value = fields.find(path);
  if (!value) return std::nullopt;
  return figure_within(*value, example, 1.0_MB / 1.0_s, 1e6 * 1.0_TB_per_s,
                       "a bandwidth from 1 MB/s to 1e6 TB/s");
}

std::optional<ChipPrice> price_if_given(const ObjectReader& fields, std::string_view path) {
  const auto value = fields.find(path);
  if (!value) return std::nullopt;
  return figure_within(*value, "2.10 USD/chip/h", ChipPrice{}, 1e6 * 1.0_USD_per_chip_h,
                       "a price from 0 to 1e6 USD/chip/h");
}

template <class Int>
std::optional<Int> count_if_given(const ObjectReader& fields, std::string_view path,
                                  int least = 1) {
  const auto value = fields.find(path);
  if (!value) return std::nullopt;
  return Int{value->count(least)};
}

/// From 0 to 1; `whole` says whether 1 itself is one.
std::optional<double> share_if_given(const ObjectReader& fields, std::string_view path,
                                     bool whole = true) {
  const auto value = fields.find(path);
  if (!value) return std::nullopt;
  const double share = value->number("35%");
  if (!(share >= 0.0 && (share < 1.0 || (whole && share == 1.0)))) {
    value->reject(whole ? "a share from 0% to 100%" : "a share from 0% to below 100%");
  }
  return share;
}

template <class E, std::size_t N>
E choice_or(const ObjectReader& fields, std::string_view path,
            const std::array<yaml::Choice<E>, N>& choices, E fallback) {
  const auto value = fields.find(path);
  return value ? value->choice(choices) : fallback;
}

int replicas_at(const Value& value) {
  const int replicas = value.count(1);
  if (replicas > kReplicasMost) {
    value.reject(fmt::format("a whole number from 1 to {}", kReplicasMost));
  }
  return replicas;
}

int replicas_or(const ObjectReader& fields, std::string_view path, int fallback) {
  const auto value = fields.find(path);
  return value ? replicas_at(*value) : fallback;
}

/// A name that no other of its list has.
std::string unique_name(const ObjectReader& fields, std::string_view of_what,
                        std::set<std::string>& taken) {
  std::string name = fields.text("/name");
  if (!name.empty() && !taken.insert(name).second) {
    fields.at("/name").reject(fmt::format("a name that no other {} has", of_what));
  }
  return name;
}

/// The items at `path`, of which there is to be at least one.
std::vector<Value> items(const Value& list, std::string_view expected) {
  std::vector<Value> values = list.list();
  if (values.empty() && list.kind() == Value::Kind::kList) {
    list.reject(std::string(expected), "an empty list");
  }
  return values;
}

// --- A pool -------------------------------------------------------------------------------------

LayoutTerms read_layout(const ObjectReader& fields) {
  return {.tensor = count_if_given<int>(fields, "/tensor"),
          .pipeline = count_if_given<int>(fields, "/pipeline"),
          .expert = count_if_given<int>(fields, "/expert"),
          .attention_data = count_if_given<int>(fields, "/attention_data"),
          .weights = fields.optional<std::string>("/weights"),
          .kv_cache = fields.optional<std::string>("/kv_cache")};
}

void check_batch(const ObjectReader& fields, const BatchTerms& batch, serve::Role role) {
  if (batch.draft_tokens.value_or(0) > 0 && !batch.acceptance) {
    fields.at("/acceptance").reject("a share such as \"70%\", as tokens are drafted");
  }
  if (batch.acceptance && !batch.draft_tokens) {
    fields.at("/draft_tokens").reject("a whole number, as there is an acceptance of drafts");
  }
  if (batch.preemption == serve::Preemption::kSwap && !batch.host_bandwidth) {
    fields.at("/host_bandwidth").reject("a bandwidth such as \"50 GB/s\", to swap over");
  }
  if (batch.batching == serve::Batching::kStatic && role != serve::Role::kBoth) {
    fields.at("/batching").reject("another batching: static batches decode what they prefill");
  }
}

BatchTerms read_batch(const ObjectReader& fields, serve::Role role) {
  BatchTerms batch;
  batch.batching = choice_or(fields, "/batching", kBatchings, batch.batching);
  batch.sequences_max = count_if_given<int>(fields, "/sequences_max");
  batch.chunk = count_if_given<std::int64_t>(fields, "/chunk");
  batch.output_reserved = share_if_given(fields, "/output_reserved");
  batch.watermark = share_if_given(fields, "/watermark", false);
  batch.kv_blocks = count_if_given<std::int64_t>(fields, "/kv_blocks");
  batch.block_tokens = count_if_given<int>(fields, "/block_tokens");
  batch.prefix_cache = fields.flag_or("/prefix_cache", batch.prefix_cache);
  batch.preemption = choice_or(fields, "/preemption", kPreemptions, batch.preemption);
  batch.host_bandwidth = bandwidth_if_given(fields, "/host_bandwidth", "50 GB/s");
  batch.draft_tokens = count_if_given<int>(fields, "/draft_tokens", 0);
  if (batch.draft_tokens.value_or(0) > kDraftsMost) {
    fields.at("/draft_tokens").reject(fmt::format("a whole number from 0 to {}", kDraftsMost));
  }
  batch.acceptance = share_if_given(fields, "/acceptance");
  check_batch(fields, batch, role);
  return batch;
}

serve::Autoscaling read_scaling(const ObjectReader& fields, int replicas) {
  serve::Autoscaling scaling;
  scaling.replicas_min = replicas_or(fields, "/replicas_min", scaling.replicas_min);
  scaling.replicas_max = replicas_at(fields.at("/replicas_max"));
  scaling.outstanding_target =
      fields.count_or("/outstanding_target", static_cast<int>(scaling.outstanding_target), 1);
  if (const auto interval = fields.find("/interval")) {
    scaling.interval = sim_time(figure_within(*interval, "30 s", kScalingLeast, kTimeMost,
                                              "a time from 100 ms to 50 years"));
  }
  scaling.start_up = time_or(fields, "/start_up", "5 min", scaling.start_up);
  scaling.hold = time_or(fields, "/hold", "5 min", scaling.hold);
  if (replicas > 0 && scaling.replicas_min > replicas) {
    fields.at("/replicas_min")
        .reject(fmt::format("at most the {} replicas of the start", replicas));
  }
  if (scaling.replicas_max > 0 && scaling.replicas_max < replicas) {
    fields.at("/replicas_max")
        .reject(fmt::format("at least the {} replicas of the start", replicas));
  }
  return scaling;
}

serve::Maintenance read_maintenance(const ObjectReader& fields, int replicas_most) {
  const serve::Maintenance work{.start = time_at(fields.at("/start"), "2 h"),
                                .duration = span_at(fields.at("/duration"), "30 min"),
                                .replicas = replicas_or(fields, "/replicas", 1)};
  if (replicas_most > 0 && work.replicas > replicas_most) {
    fields.at("/replicas").reject(fmt::format("at most the {} that the pool has", replicas_most));
  }
  return work;
}

serve::Outages read_outages(const ObjectReader& fields, int replicas_most) {
  serve::Outages outages;
  if (const auto mean = fields.find("/mean_time_between_failures")) {
    outages.mean_time_between_failures = sim_time(figure_within(
        *mean, "250 days", kFailuresLeast, kTimeMost, "a time from 1 min to 50 years"));
  }
  outages.repair = time_or(fields, "/repair", "10 min", outages.repair);
  for (const Value& item : fields.list("/maintenance")) {
    outages.maintenance.push_back(read_maintenance(item.object(), replicas_most));
  }
  return outages;
}

PoolTerms read_pool(const ObjectReader& fields, std::set<std::string>& names) {
  PoolTerms pool;
  pool.name = unique_name(fields, "pool", names);
  pool.system = fields.text("/system");
  pool.role = choice_or(fields, "/role", kRoles, pool.role);
  pool.replicas = replicas_or(fields, "/replicas", pool.replicas);
  pool.chips = count_if_given<int>(fields, "/chips");
  if (pool.chips && fields.find("/replicas")) {
    fields.at("/chips").reject("either chips or replicas");
  }
  if (pool.chips && fields.find("/scaling")) {
    fields.at("/chips").reject("replicas, where their number changes with the load");
  }
  if (const auto layout = fields.find("/layout")) pool.layout = read_layout(layout->object());
  if (const auto batch = fields.find("/batch")) pool.batch = read_batch(batch->object(), pool.role);
  pool.price = price_if_given(fields, "/price");
  if (const auto scaling = fields.find("/scaling")) {
    pool.scaling = read_scaling(scaling->object(), pool.replicas);
  }
  if (const auto outages = fields.find("/outages")) {
    const int most = pool.chips     ? *pool.chips
                     : pool.scaling ? pool.scaling->replicas_max
                                    : pool.replicas;
    pool.outages = read_outages(outages->object(), most);
  }
  return pool;
}

// --- The fleet ----------------------------------------------------------------------------------

bool has_role(const std::vector<PoolTerms>& pools, serve::Role role) {
  return std::ranges::find(pools, role, &PoolTerms::role) != pools.end();
}

void check_roles(const std::vector<PoolTerms>& pools, const ObjectReader& root) {
  const bool prefill = has_role(pools, serve::Role::kPrefill);
  const bool decode = has_role(pools, serve::Role::kDecode);
  const Value list = root.at("/pools");
  if (prefill && !decode) {
    list.reject("a pool with role: decode beside those with role: prefill", "none");
  }
  if (decode && !prefill) {
    list.reject("a pool with role: prefill beside those with role: decode", "none");
  }
  if (const auto link = root.find("/link"); link && !prefill && !decode) {
    link->reject("no link, as no pool has role: prefill or decode");
  }
}

std::vector<PoolTerms> read_pools(const ObjectReader& root) {
  const Value list = root.at("/pools");
  std::vector<PoolTerms> pools;
  std::set<std::string> names;
  for (const Value& item : items(list, "at least one pool")) {
    pools.push_back(read_pool(item.object(), names));
  }
  check_roles(pools, root);
  return pools;
}

serve::Admission read_admission(const ObjectReader& fields) {
  return {.waiting_max = count_if_given<std::int64_t>(fields, "/waiting_max", 0),
          .refuse_late = fields.flag_or("/refuse_late", false)};
}

serve::ServiceObjective read_objective(const ObjectReader& fields) {
  return {.ttft = span_if_given(fields, "/ttft", "2 s"),
          .tpot = span_if_given(fields, "/tpot", "50 ms"),
          .e2e = span_if_given(fields, "/e2e", "30 s")};
}

std::vector<serve::ServiceClass> read_classes(const Value& list) {
  std::vector<serve::ServiceClass> classes;
  std::set<std::string> names;
  for (const Value& item : items(list, "at least one class")) {
    const ObjectReader fields = item.object();
    serve::ServiceClass service{.name = unique_name(fields, "class", names), .objective = {}};
    service.priority = fields.count_or("/priority", service.priority);
    if (const auto objective = fields.find("/objective")) {
      service.objective = read_objective(objective->object());
    }
    classes.push_back(std::move(service));
  }
  return classes;
}

}  // namespace

FleetFile read_fleet(std::string name, std::string_view text) {
  const ObjectReader root(yaml::parse_document(text, std::move(name)));
  FleetFile fleet;
  fleet.name = root.text("/fleet");
  fleet.model = root.text_or("/model", "");
  fleet.routing = choice_or(root, "/routing", kRoutings, fleet.routing);
  if (const auto admission = root.find("/admission")) {
    fleet.admission = read_admission(admission->object());
  }
  fleet.link = bandwidth_if_given(root, "/link", "25 GB/s");
  if (const auto classes = root.find("/classes")) fleet.classes = read_classes(*classes);
  fleet.pools = read_pools(root);
  root.finish();
  return fleet;
}

}  // namespace offtake::fleet
