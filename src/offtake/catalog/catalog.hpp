#pragma once

#include <expected>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "offtake/catalog/benchmark_file.hpp"
#include "offtake/catalog/deal_file.hpp"
#include "offtake/catalog/entry.hpp"
#include "offtake/catalog/fact_file.hpp"
#include "offtake/catalog/fit_file.hpp"
#include "offtake/catalog/model_file.hpp"
#include "offtake/catalog/price_file.hpp"
#include "offtake/catalog/source.hpp"
#include "offtake/catalog/system_file.hpp"
#include "offtake/catalog/training_fit_file.hpp"
#include "offtake/hardware/chip.hpp"
#include "offtake/hardware/system.hpp"
#include "offtake/model/model_architecture.hpp"

namespace offtake::catalog {

/// A name that leads nowhere, or to something without figures.
struct UnknownName {
  EntryKind kind = EntryKind::kSystem;
  std::string name;
  std::string suggestion;  ///< The nearest known name; empty when none is near.
  std::string reason;      ///< Why what the name means has no figures; empty when it is not known.
};

/// "a system of the catalog (did you mean "hgx-h100"?)", for the expected part of a problem.
std::string expected_text(const UnknownName& unknown);
/// "no system is called "hgx-h10"; did you mean "hgx-h100"?", or why it has no figures.
std::string describe(const UnknownName& unknown);

template <class T>
using Found = std::expected<const T*, UnknownName>;

/// All that the catalog's files say. Lists are in the order of their ids; pointers hold as long as
/// the catalog does.
class Catalog {
 public:
  std::span<const hardware::Chip> chips() const { return chips_; }
  std::span<const hardware::System> systems() const { return systems_; }
  std::span<const UnmodelledSystem> systems_without_figures() const { return unmodelled_systems_; }
  std::span<const ServingStack> serving_stacks() const { return serving_stacks_; }
  std::span<const TrainingStack> training_stacks() const { return training_stacks_; }
  std::span<const model::ModelArchitecture> models() const { return models_; }
  std::span<const UnmodelledModel> models_without_figures() const { return unmodelled_models_; }
  std::span<const Price> prices() const { return prices_; }
  std::span<const DealLeg> deals() const { return deals_; }
  std::span<const Party> parties() const { return parties_; }
  std::span<const DatedFact> demand() const { return demand_; }
  /// What chips and systems were measured to sustain, behind the figures of stacks and systems.
  std::span<const DatedFact> efficiencies() const { return efficiencies_; }
  /// Published serving benchmarks, with their datasets' lengths and latency limits.
  std::span<const Benchmark> benchmarks() const { return benchmarks_; }
  std::span<const Source> sources() const { return sources_; }
  /// Everything, as the files write it, by kind and then id.
  std::span<const Entry> entries() const { return entries_; }

  // By id or another name, however it is written ("H100-SXM", "p5.48xlarge"); of models also with
  // the maker's prefix and endings such as "-instruct".
  Found<hardware::Chip> chip(std::string_view name) const;
  Found<hardware::System> system(std::string_view name) const;
  Found<model::ModelArchitecture> model(std::string_view name) const;
  Found<Party> party(std::string_view name) const;
  Found<Benchmark> benchmark(std::string_view name) const;
  Found<Source> source(std::string_view id) const;
  /// The first entry of any kind that has the name, in the order of EntryKind.
  Found<Entry> entry(std::string_view name) const;
  Found<Entry> entry(EntryKind kind, std::string_view name) const;

  /// The system served by another stack than the one its file names, with what the fits say of it.
  /// `system` is of this catalog and `stack` the id of a serving stack.
  hardware::System on_stack(const hardware::System& system, std::string_view stack) const;
  /// The same as the files of the system and the stack say, before any fit.
  hardware::System unfitted(const hardware::System& system, std::string_view stack) const;
  /// The system training with a version of a stack, with what the fit says of it; an empty version
  /// is the latest that the fit has.
  hardware::System trained_by(const hardware::System& system, std::string_view stack,
                              std::string_view version) const;
  /// The system training with another stack than the one its file names, before any fit of
  /// training. `stack` is the id of a training stack.
  hardware::System training_unfitted(const hardware::System& system, std::string_view stack) const;

  // What could be known on a day.
  std::vector<Price> prices_known_on(Date day) const;
  std::vector<DealLeg> deals_known_on(Date day) const;
  std::vector<DatedFact> facts_known_on(Date day) const;  ///< Of parties and of demand.

  /// Sixteen hexadecimal digits that change with any byte or name of the files.
  /// Source of the function: Fowler, Noll, Vo, FNV-1a with 64 bits, 1991.
  const std::string& content_hash() const { return content_hash_; }

 private:
  friend class CatalogLoader;

  friend hardware::System load_system(const std::filesystem::path& file, const Catalog& catalog);

  struct NamedDocument {
    std::string id;
    yaml::Document document;
  };
  using IdByName = std::map<std::string, std::string, std::less<>>;  ///< The names are normal ones.

  std::vector<StackFile> stack_files() const;
  /// With what the fits say of it. Where they have no rows of its chip, what its file says of a
  /// figure stands, but for shares of the product rate, which are of a chip's design.
  hardware::System fitted(const yaml::ObjectReader& file, const hardware::System& system) const;
  std::expected<std::string, UnknownName> id_of(EntryKind kind, std::string_view name) const;

  std::vector<hardware::Chip> chips_;
  std::vector<hardware::System> systems_;
  std::vector<UnmodelledSystem> unmodelled_systems_;
  std::vector<model::ModelArchitecture> models_;
  std::vector<UnmodelledModel> unmodelled_models_;
  std::vector<Price> prices_;
  std::vector<DealLeg> deals_;
  std::vector<Party> parties_;
  std::vector<DatedFact> demand_;
  std::vector<DatedFact> efficiencies_;
  std::vector<Benchmark> benchmarks_;
  std::vector<Source> sources_;
  std::vector<Entry> entries_;
  std::vector<NamedDocument> stacks_;
  std::vector<NamedDocument> system_documents_;
  std::vector<ServingStack> serving_stacks_;
  std::vector<TrainingStack> training_stacks_;
  std::optional<ServingFits> fits_;
  std::optional<TrainingFits> training_fits_;
  std::map<EntryKind, IdByName> names_;
  std::string content_hash_;
};

/// Reads all files under `folder`: chips/ systems/ stacks/ fits/ efficiencies/ models/ prices/
/// deals/ parties/ demand/ benchmarks/ sources/. Throws one InputError with the problems of all
/// files.
Catalog load_catalog(const std::filesystem::path& folder);
/// The same with the fit of a file of the user's instead of the catalog's: of serving, of training,
/// or both, as it has.
Catalog load_catalog(const std::filesystem::path& folder, const std::filesystem::path& fit);

/// Reads a user's own system, whose chip and stacks may be the catalog's. Figures need no source.
/// Training figures of its own stand as they are; without any, the fit moves its stack's.
hardware::System load_system(const std::filesystem::path& file, const Catalog& catalog);

}  // namespace offtake::catalog
