#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "offtake/catalog/catalog.hpp"
#include "offtake/fidelity/run_notes.hpp"
#include "offtake/hardware/system.hpp"
#include "offtake/measurement/inference_row.hpp"
#include "offtake/model/model_architecture.hpp"
#include "offtake/perf/operation_table.hpp"
#include "offtake/perf/request_shape.hpp"
#include "offtake/perf/service_objective.hpp"
#include "offtake/perf/serving_layout.hpp"
#include "offtake/perf/speculation.hpp"

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
/// The most that any deployment of the system gives within an objective.
struct BestFound {
  perf::ServiceObjective objective;
};
using Load = std::variant<ClosedLoop, FixedRate, StaticBatch, Saturated, BestFound>;

/// Workers that prefill or decode.
struct RunPool {
  perf::ServingLayout layout;
  int workers = 1;

  int chips() const { return layout.chips() * workers; }
};
struct RunPools {
  RunPool prefill;
  RunPool decode;
};

/// Runs whose rows are scored by themselves. A fit uses plain ones, and pools.
enum class RunKind {
  kPlain,
  kSpeculative,
  kDisaggregated,
  kUnstatedLayout,  ///< Its layout is not known and is searched for.
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
  perf::ServingLayout layout;  ///< Of a replica; of a run without a stated one its formats.
  int replicas = 1;
  std::optional<RunPools> pools;  ///< Instead of replicas.
  perf::Speculation speculation;
  bool drafts_stated = true;  ///< Else as many drafts as serve best, as whoever ran it chose.
  /// Measured ones of its chip with its stack, which answer where they cover. None unless given.
  std::shared_ptr<const perf::OperationTable> operations;
  perf::RequestShape request;
  Load load;
  bool decode_only = false;  ///< No output is stated: rates are of decode at the input's context.
  RunKind kind = RunKind::kPlain;
  RunNotes notes;

  /// Of all replicas or of both pools.
  int chips() const {
    return pools ? pools->prefill.chips() + pools->decode.chips() : replicas * layout.chips();
  }
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
