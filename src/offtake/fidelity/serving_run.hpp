#pragma once

#include <expected>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "offtake/catalog/catalog.hpp"
#include "offtake/fidelity/run_notes.hpp"
#include "offtake/hardware/system.hpp"
#include "offtake/measurement/inference_row.hpp"
#include "offtake/model/model_architecture.hpp"
#include "offtake/perf/request_shape.hpp"
#include "offtake/perf/serving_layout.hpp"

namespace offtake::fidelity {

/// So many requests always in the deployment.
struct ClosedLoop {
  double concurrency = 1;
};
/// Requests arrive at random.
struct FixedRate {
  double requests = 1;  ///< A second, to all replicas.
};
/// Batches that start together and end together.
struct StaticBatch {
  double batch = 1;
};
/// All requests at once; as many run as the cache or the stack's limit holds.
struct Saturated {
  std::optional<double> sequences_max;  ///< Of one replica.
};
using Load = std::variant<ClosedLoop, FixedRate, StaticBatch, Saturated>;

/// What sets a run apart from those that a fit may use; its rows are scored by themselves.
enum class RunKind {
  kPlain,
  kSpeculative,
  kDisaggregated,
  kUnstatedLayout,  ///< Its layout is not known and is searched for.
  kSuspect,         ///< Its source contradicts itself or is known to err here.
};

std::string_view name(RunKind kind);  ///< "plain", "speculative" and so on.

/// A measured configuration in the model's terms.
struct ServingRun {
  const model::ModelArchitecture* model = nullptr;
  std::string system;  ///< Of the catalog.
  std::string chip;    ///< The same.
  std::string vendor;
  std::string stack;
  std::optional<Date> date;
  perf::ServingLayout layout;
  int replicas = 1;
  perf::RequestShape request;
  Load load;
  bool decode_only = false;  ///< No output is stated: rates are of decode at the input's context.
  RunKind kind = RunKind::kPlain;
  std::string suspicion;  ///< Why the run is suspect.
  RunNotes notes;

  int chips() const { return replicas * layout.chips(); }
};

/// Why no prediction can be made.
struct Unsupported {
  std::string reason;
};

/// Reads a run's conditions. What the source leaves out is filled in as its software does by
/// default: weights as the model is published, the cache as the stack keeps it.
std::expected<ServingRun, Unsupported> read_run(const measurement::InferenceConditions& conditions,
                                                const catalog::Catalog& catalog);

/// Rows of the same conditions, which one evaluation predicts.
struct MeasuredRun {
  measurement::InferenceConditions conditions;
  std::vector<std::size_t> rows;  ///< Their places in the list of rows.
};

/// In the order in which each first stands.
std::vector<MeasuredRun> group_runs(const std::vector<measurement::InferenceRow>& rows);

}  // namespace offtake::fidelity
