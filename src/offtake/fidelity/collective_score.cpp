#include "offtake/fidelity/collective_score.hpp"

#include <fmt/format.h>

#include <cmath>
#include <map>

#include "offtake/base/quantile.hpp"
#include "offtake/fidelity/collective_fit.hpp"
#include "offtake/perf/library_collective.hpp"

namespace offtake::fidelity {
namespace {

using hardware::CollectiveLibrary;
using measurement::CollectiveRow;

ScoredCollective scored(const CollectiveRow& row, const CollectiveLibrary* library) {
  ScoredCollective result{.row = row};
  if (library == nullptr) {
    result.unsupported = fmt::format("no library was measured on a system of {}", row.chip);
  } else if (row.nodes > 1) {
    result.unsupported = fmt::format("over {} nodes; the curve is of one", row.nodes);
  } else if (const auto time = perf::library_collective_time(kind_of(row.collective), row.message,
                                                             row.ranks, *library)) {
    const double factor = 1.0 + library->error.value;
    result.prediction = {.time = *time, .low = *time / factor, .high = *time * factor};
  } else {
    result.unsupported =
        fmt::format("{} ranks; the curve is of at most {}", row.ranks, library->ranks_max);
  }
  return result;
}

CollectiveErrors errors_of(const std::string& group,
                           std::span<const ScoredCollective* const> members) {
  CollectiveErrors errors{.group = group};
  std::vector<double> sizes;
  std::vector<double> signs;
  int covered = 0;
  for (const ScoredCollective* member : members) {
    const auto& prediction = member->prediction;
    if (!prediction) {
      ++errors.unsupported;
      continue;
    }
    signs.push_back(prediction->time / member->row.time - 1.0);
    sizes.push_back(std::abs(signs.back()));
    if (prediction->low <= member->row.time && member->row.time <= prediction->high) ++covered;
  }
  errors.rows = static_cast<int>(sizes.size());
  if (sizes.empty()) return errors;
  errors.median = quantile(sizes, 0.5);
  errors.p90 = quantile(sizes, 0.9);
  errors.bias = quantile(signs, 0.5);
  errors.covered = static_cast<double>(covered) / errors.rows;
  return errors;
}

}  // namespace

std::optional<double> ScoredCollective::error() const {
  if (!prediction) return std::nullopt;
  return prediction->time / row.time - 1.0;
}

LibraryOfChip libraries_of(const catalog::Catalog& catalog) {
  return [&catalog](std::string_view chip) -> const CollectiveLibrary* {
    const auto system = catalog.system(chip);
    if (!system || !(*system)->scale_up.library) return nullptr;
    return &*(*system)->scale_up.library;
  };
}

std::vector<ScoredCollective> score_collectives(std::span<const CollectiveRow> rows,
                                                const LibraryOfChip& library_of_chip) {
  std::vector<ScoredCollective> result;
  for (const CollectiveRow& row : rows) result.push_back(scored(row, library_of_chip(row.chip)));
  return result;
}

std::vector<CollectiveErrors> errors_by(
    std::span<const ScoredCollective> scored,
    const std::function<std::string(const CollectiveRow&)>& group) {
  std::map<std::string, std::vector<const ScoredCollective*>> members;
  for (const ScoredCollective& row : scored) members[group(row.row)].push_back(&row);
  std::vector<CollectiveErrors> errors;
  for (const auto& [name, rows] : members) errors.push_back(errors_of(name, rows));
  return errors;
}

}  // namespace offtake::fidelity
