#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <fstream>
#include <functional>
#include <iterator>
#include <optional>
#include <set>
#include <utility>

#include "offtake/base/expects.hpp"
#include "offtake/catalog/catalog.hpp"
#include "offtake/catalog/chip_file.hpp"
#include "offtake/catalog/entry_name.hpp"
#include "offtake/catalog/entry_notes.hpp"
#include "offtake/hardware/fitted_figure.hpp"

namespace offtake::catalog {
namespace {

constexpr auto kRequired = yaml::Evidence::kRequired;

/// FNV-1a of all that it is shown.
class Hash {
 public:
  void add(std::string_view bytes) {
    for (const char byte : bytes) {
      state_ = (state_ ^ static_cast<unsigned char>(byte)) * 0x100000001b3ULL;
    }
    state_ = (state_ ^ 0xffU) * 0x100000001b3ULL;  // No text holds this byte: it ends the part.
  }
  std::string text() const { return fmt::format("{:016x}", state_); }

 private:
  std::uint64_t state_ = 0xcbf29ce484222325ULL;
};

struct File {
  std::string id;
  std::string name;  ///< "chips/h100-sxm.yaml"
  yaml::Document document;
};

const yaml::Node* value_of(const yaml::Node& mapping, std::string_view key) {
  const auto at = std::ranges::find_if(
      mapping.entries, [key](const yaml::Entry& entry) { return entry.key.text == key; });
  return at == mapping.entries.end() ? nullptr : &at->value;
}

}  // namespace

class CatalogLoader {
 public:
  CatalogLoader(std::filesystem::path folder, std::optional<std::filesystem::path> fit)
      : folder_(std::move(folder)), fit_(std::move(fit)) {}

  Catalog load() {
    if (!std::filesystem::is_directory(folder_)) {
      throw InputError({{{folder_.string(), 0, 0}, "", "the catalog's folder", "none"}});
    }
    load_sources();
    load_chips();
    load_stacks();
    load_fits();
    load_systems();
    load_models();
    load_benchmarks();
    load_parties();
    load_prices();
    load_deals();
    load_facts(EntryKind::kDemand, catalog_.demand_);
    load_facts(EntryKind::kEfficiency, catalog_.efficiencies_);
    if (!problems_.empty()) throw InputError(std::move(problems_));
    std::ranges::stable_sort(catalog_.entries_, {},
                             [](const Entry& entry) { return std::pair(entry.kind, entry.id); });
    catalog_.content_hash_ = hash_.text();
    return std::move(catalog_);
  }

 private:
  void load_sources() {
    for (File& file : files(EntryKind::kSource)) {
      const yaml::ObjectReader reader(file.document);
      for (const yaml::KeyedValue& entry : reader.self().entries()) read_source(entry);
      collect(reader);
      for (const yaml::Entry& entry : file.document.root.entries) {
        add_entry(EntryKind::kSource, entry.key.text, entry.value, file.name, "title");
      }
    }
    std::ranges::sort(catalog_.sources_, {}, &Source::id);
  }

  void read_source(const yaml::KeyedValue& entry) {
    const yaml::ObjectReader fields = entry.value.object();
    catalog_.sources_.push_back({.id = entry.key.text(),
                                 .publisher = fields.text("/publisher"),
                                 .title = fields.text("/title"),
                                 .address = fields.text("/address"),
                                 .date = fields.date("/date"),
                                 .undated = fields.flag_or("/undated", false),
                                 .note = fields.text_or("/note", "")});
    source_ids_.insert(catalog_.sources_.back().id);
  }

  void load_chips() {
    for (File& file : files(EntryKind::kChip)) {
      const yaml::ObjectReader reader = begin(EntryKind::kChip, file);
      catalog_.chips_.push_back(read_chip(reader, file.id, kRequired));
      collect(reader);
    }
    std::ranges::sort(catalog_.chips_, {}, &hardware::Chip::id);
  }

  void load_stacks() {
    for (File& file : files(EntryKind::kStack)) {
      const yaml::ObjectReader reader = begin(EntryKind::kStack, file);
      stacks_.push_back(read_stack(reader, file.id, kRequired));
      if (stacks_.back().purpose == Purpose::kServing) {
        catalog_.serving_stacks_.push_back(read_serving_stack(stacks_.back()));
      } else {
        catalog_.training_stacks_.push_back(read_training_stack(stacks_.back()));
      }
      collect(reader);
      catalog_.stacks_.push_back({file.id, std::move(file.document)});
    }
  }

  /// The catalog's fits, and what the user's says instead.
  void load_fits() {
    for (File& file : files(EntryKind::kFit)) {
      const yaml::ObjectReader reader = begin(EntryKind::kFit, file);
      read_fit(reader, kRequired, "the only fit of the catalog that has it");
      collect(reader);
    }
    if (!fit_) return;
    std::vector<File> own;
    read_file(*fit_, fit_->string(), own);
    for (File& file : own) {
      const yaml::ObjectReader reader(file.document);
      if (!is_training_only(reader)) catalog_.fits_.reset();
      if (reader.find("/training")) catalog_.training_fits_.reset();
      read_fit(reader, yaml::Evidence::kOptional, "the only fit");
      collect(reader);
    }
  }

  static bool is_training_only(const yaml::ObjectReader& file) {
    return file.find("/training") && !file.find("/stacks") && !file.find("/libraries");
  }

  /// A second file of a kind would leave open which holds.
  void read_fit(const yaml::ObjectReader& reader, yaml::Evidence evidence,
                std::string_view expected) {
    if (is_training_only(reader)) {
      read_notes(reader);
      reader.text("/name");
      reader.text("/measurements");
    } else {
      if (catalog_.fits_) reader.self().reject(std::string(expected));
      catalog_.fits_ = read_serving_fits(reader, evidence);
      for (const auto& [stack, fit] : catalog_.fits_->stacks) check_fit(reader, stack, fit);
    }
    if (const auto training = reader.find("/training")) {
      if (catalog_.training_fits_) training->reject(std::string(expected));
      catalog_.training_fits_ = read_training_fits(training->object(), evidence);
    }
  }

  void check_fit(const yaml::ObjectReader& reader, const std::string& stack, const StackFit& fit) {
    if (std::ranges::find(catalog_.serving_stacks_, stack, &ServingStack::id) ==
        catalog_.serving_stacks_.end()) {
      reader.at("/stacks").reject("ids of serving stacks", fmt::format("\"{}\"", stack));
    }
    for (const auto& [chip, layer] : fit.chips) {
      if (catalog_.chip(chip)) continue;
      reader.at("/stacks").reject("ids of chips", fmt::format("\"{}\"", chip));
    }
  }

  void load_systems() {
    const SystemParts parts = parts_of(catalog_, stacks_);
    for (File& file : files(EntryKind::kSystem)) {
      const yaml::ObjectReader reader = begin(EntryKind::kSystem, file);
      if (auto unmodelled = read_unmodelled_system(reader, file.id)) {
        catalog_.unmodelled_systems_.push_back(*std::move(unmodelled));
      } else {
        catalog_.systems_.push_back(
            catalog_.fitted(reader, read_system(reader, file.id, parts, kRequired)));
        catalog_.system_documents_.push_back({file.id, file.document});
      }
      collect(reader);
    }
    std::ranges::sort(catalog_.systems_, {}, &hardware::System::id);
    std::ranges::sort(catalog_.unmodelled_systems_, {}, &UnmodelledSystem::id);
  }

  void load_models() {
    for (File& file : files(EntryKind::kModel)) {
      const yaml::ObjectReader reader = begin(EntryKind::kModel, file);
      if (auto unmodelled = read_unmodelled_model(reader, file.id)) {
        catalog_.unmodelled_models_.push_back(*std::move(unmodelled));
      } else {
        catalog_.models_.push_back(read_model(reader, file.id, kRequired));
      }
      collect(reader);
    }
    std::ranges::sort(catalog_.models_, {}, &model::ModelArchitecture::id);
    std::ranges::sort(catalog_.unmodelled_models_, {}, &UnmodelledModel::id);
  }

  void load_benchmarks() {
    for (File& file : files(EntryKind::kBenchmark)) {
      const yaml::ObjectReader reader = begin(EntryKind::kBenchmark, file);
      catalog_.benchmarks_.push_back(read_benchmark(reader, file.id, kRequired));
      check_id(reader, "/model", EntryKind::kModel);
      collect(reader);
    }
    std::ranges::sort(catalog_.benchmarks_, {}, &Benchmark::id);
  }

  void load_parties() {
    for (File& file : files(EntryKind::kParty)) {
      const yaml::ObjectReader reader = begin(EntryKind::kParty, file);
      catalog_.parties_.push_back(read_party(reader, file.id));
      collect(reader);
    }
    std::ranges::sort(catalog_.parties_, {}, &Party::id);
  }

  void load_prices() {
    for (File& file : files(EntryKind::kPrice)) {
      const yaml::ObjectReader reader = begin(EntryKind::kPrice, file);
      std::vector<Price> prices = read_prices(reader);
      for (const yaml::Value& row : reader.list("/prices")) {
        check_id(row.object(), "/system", EntryKind::kSystem);
        check_id(row.object(), "/chip", EntryKind::kChip);
      }
      collect(reader);
      std::ranges::move(prices, std::back_inserter(catalog_.prices_));
    }
  }

  void load_deals() {
    for (File& file : files(EntryKind::kDeal)) {
      const yaml::ObjectReader reader = begin(EntryKind::kDeal, file);
      std::vector<DealLeg> legs = read_deal(reader, file.id);
      for (const yaml::Value& row : reader.list("/legs")) {
        check_id(row.object(), "/payer", EntryKind::kParty);
        check_id(row.object(), "/payee", EntryKind::kParty);
      }
      for (const DealLeg& leg : legs) {  // A leg's id leads to its deal.
        if (!leg.id.empty()) add_name(EntryKind::kDeal, leg.id, file.id, {file.name, 0, 0});
      }
      collect(reader);
      std::ranges::move(legs, std::back_inserter(catalog_.deals_));
    }
  }

  void load_facts(EntryKind kind, std::vector<DatedFact>& facts) {
    for (File& file : files(kind)) {
      const yaml::ObjectReader reader = begin(kind, file);
      read_notes(reader);
      std::ranges::move(read_facts(reader, file.id), std::back_inserter(facts));
      collect(reader);
    }
  }

  /// The files of a kind's folder in the order of their names, added to the hash.
  std::vector<File> files(EntryKind kind) {
    std::vector<std::filesystem::path> paths;
    const std::filesystem::path folder = folder_ / plural(kind);
    if (!std::filesystem::is_directory(folder)) return {};
    for (const auto& item : std::filesystem::directory_iterator(folder)) {
      if (item.path().extension() == ".yaml") paths.push_back(item.path());
    }
    std::ranges::sort(paths);
    std::vector<File> files;
    for (const std::filesystem::path& path : paths) {
      const std::string file = fmt::format("{}/{}", plural(kind), path.filename().string());
      read_file(path, file, files);
    }
    return files;
  }

  void read_file(const std::filesystem::path& path, const std::string& name,
                 std::vector<File>& files) {
    std::ifstream stream(path, std::ios::binary);
    if (!stream) {
      problems_.push_back({{name, 0, 0}, "", "a file that can be read", "none"});
      return;
    }
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    hash_.add(name);
    hash_.add(text);
    try {
      files.push_back({path.stem().string(), name, yaml::parse_document(text, name)});
    } catch (const InputError& error) {  // Told together with those of the other files.
      std::ranges::copy(error.problems(), std::back_inserter(problems_));
    }
  }

  /// Lists the file's entry, checks its sources, and begins to read it.
  yaml::ObjectReader begin(EntryKind kind, const File& file) {
    add_entry(kind, file.id, file.document.root, file.name, "name");
    check_sources(file.document.root, file.name);
    return yaml::ObjectReader(file.document);
  }

  void collect(const yaml::ObjectReader& reader) {
    std::ranges::copy(reader.problems(), std::back_inserter(problems_));
  }

  void add_entry(EntryKind kind, const std::string& id, const yaml::Node& root,
                 const std::string& file, std::string_view name_key) {
    Entry entry{.kind = kind, .id = id, .name = id, .aliases = {}, .lines = {}};
    if (const yaml::Node* name = value_of(root, name_key)) entry.name = name->text;
    if (const yaml::Node* aliases = value_of(root, "aliases")) {
      for (const yaml::Node& alias : aliases->items) entry.aliases.push_back(alias.text);
    }
    entry.lines = entry_lines(root, file);
    add_name(kind, id, id, {file, root.line, root.column});
    for (const std::string& alias : entry.aliases) {
      add_name(kind, alias, id, {file, root.line, root.column});
    }
    catalog_.entries_.push_back(std::move(entry));
  }

  void add_name(EntryKind kind, const std::string& name, const std::string& id, Place place) {
    const auto [at, is_new] = catalog_.names_[kind].emplace(normal_name(name), id);
    if (is_new || at->second == id) return;
    problems_.push_back({std::move(place), "/aliases",
                         fmt::format("a name that no other {} has", catalog::name(kind)),
                         fmt::format("\"{}\", which is also \"{}\"", name, at->second)});
  }

  void check_id(const yaml::ObjectReader& row, std::string_view path, EntryKind kind) {
    const auto value = row.find(path);
    if (!value) return;
    const auto& names = catalog_.names_[kind];
    const auto at = names.find(normal_name(value->text()));
    if (at == names.end() || at->second != value->text()) {
      value->reject(fmt::format("the id of a {}", name(kind)));
    }
  }

  void check_sources(const yaml::Node& node, const std::string& file) {
    for (const yaml::Node& item : node.items) check_sources(item, file);
    for (const yaml::Entry& entry : node.entries) {
      if (entry.key.text == "source") check_source(entry.value, file);
      if (entry.key.text == "sources_further") {
        for (const yaml::Node& item : entry.value.items) check_source(item, file);
      }
      check_sources(entry.value, file);
    }
  }

  void check_source(const yaml::Node& node, const std::string& file) {
    if (node.kind != yaml::Node::Kind::kScalar || source_ids_.contains(node.text)) return;
    problems_.push_back({{file, node.line, node.column},
                         "/source",
                         "the id of a source",
                         fmt::format("\"{}\"", node.text)});
  }

 public:
  static SystemParts parts_of(const Catalog& catalog, const std::vector<StackFile>& stacks) {
    return {.chip = [&catalog](std::string_view name) -> const hardware::Chip* {
              const auto chip = catalog.chip(name);
              return chip ? *chip : nullptr;
            },
            .stack = [&stacks](std::string_view name) -> const StackFile* {
              const auto at = std::ranges::find(stacks, name, &StackFile::id);
              return at == stacks.end() ? nullptr : &*at;
            },
            .chips_known =
                [&catalog](std::string_view name) {
                  return expected_text(catalog.id_of(EntryKind::kChip, name).error());
                },
            .stacks_known =
                [&catalog](std::string_view name) {
                  const auto id = catalog.id_of(EntryKind::kStack, name);
                  return id ? fmt::format("a stack by its id, \"{}\"", *id)
                            : expected_text(id.error());
                }};
  }

 private:
  std::filesystem::path folder_;
  std::optional<std::filesystem::path> fit_;
  Catalog catalog_;
  std::vector<StackFile> stacks_;
  std::set<std::string, std::less<>> source_ids_;
  std::vector<Problem> problems_;
  Hash hash_;
};

Catalog load_catalog(const std::filesystem::path& folder) {
  return CatalogLoader(folder, std::nullopt).load();
}

Catalog load_catalog(const std::filesystem::path& folder, const std::filesystem::path& fit) {
  return CatalogLoader(folder, fit).load();
}

std::vector<StackFile> Catalog::stack_files() const {
  std::vector<StackFile> files;
  for (const NamedDocument& stack : stacks_) {
    files.push_back(read_stack(yaml::ObjectReader(stack.document), stack.id, kRequired));
  }
  return files;
}

hardware::System Catalog::on_stack(const hardware::System& system, std::string_view stack) const {
  const auto file = std::ranges::find(system_documents_, system.id, &NamedDocument::id);
  expects(file != system_documents_.end(), "the system is of this catalog");
  return fitted(yaml::ObjectReader(file->document), unfitted(system, stack));
}

hardware::System Catalog::unfitted(const hardware::System& system, std::string_view stack) const {
  const auto file = std::ranges::find(system_documents_, system.id, &NamedDocument::id);
  expects(file != system_documents_.end(), "the system is of this catalog");
  const std::vector<StackFile> stacks = stack_files();
  const yaml::ObjectReader reader(file->document);
  hardware::System other = read_system(reader, system.id, CatalogLoader::parts_of(*this, stacks),
                                       kRequired, {.serving = stack, .training = {}});
  expects(reader.problems().empty(), "the stack serves");
  return other;
}

hardware::System Catalog::trained_by(const hardware::System& system, std::string_view stack,
                                     std::string_view version) const {
  hardware::System other = system;
  other.training = training_unfitted(system, stack).training;
  if (training_fits_) apply_fit(*training_fits_, version, other);
  return other;
}

hardware::System Catalog::training_unfitted(const hardware::System& system,
                                            std::string_view stack) const {
  const auto file = std::ranges::find(system_documents_, system.id, &NamedDocument::id);
  expects(file != system_documents_.end(), "the system is of this catalog");
  const std::vector<StackFile> stacks = stack_files();
  const yaml::ObjectReader reader(file->document);
  hardware::System other = read_system(reader, system.id, CatalogLoader::parts_of(*this, stacks),
                                       kRequired, {.serving = {}, .training = stack});
  expects(reader.problems().empty(), "the stack trains");
  return other;
}

namespace {

bool is_product_rate(const hardware::FittedFigure& figure) {
  return figure.path.starts_with("/sustained/gemm/");
}

/// Gives a fitted system back the figures that its own file states.
void keep_own_figures(const yaml::ObjectReader& file, const hardware::System& own,
                      const std::function<bool(const hardware::FittedFigure&)>& is_kept,
                      hardware::System& fitted) {
  for (const hardware::FittedFigure& figure : hardware::serving_figures()) {
    const bool of_memory = figure.path.starts_with("/memory/");
    const std::string_view table = is_product_rate(figure) ? "/sustained/gemm" : figure.path;
    const std::string path = (of_memory ? "" : "/serving") + std::string(table);
    if (is_kept(figure) && file.find(path)) figure.set(fitted, figure.get(own));
  }
}

}  // namespace

hardware::System Catalog::fitted(const yaml::ObjectReader& file,
                                 const hardware::System& system) const {
  hardware::System fitted = system;
  if (training_fits_) apply_fit(*training_fits_, {}, fitted);
  if (!fits_) return fitted;
  apply_fit(*fits_, chips_, fitted);
  if (fitted.serving.calibration.grade != hardware::FitGrade::kOwn) {
    keep_own_figures(file, system, std::not_fn(is_product_rate), fitted);
  }
  return fitted;
}

hardware::System load_system(const std::filesystem::path& file, const Catalog& catalog) {
  const std::vector<StackFile> stacks = catalog.stack_files();
  const yaml::ObjectReader reader(yaml::read_document(file));
  hardware::System system =
      read_system(reader, file.stem().string(), CatalogLoader::parts_of(catalog, stacks),
                  yaml::Evidence::kOptional);
  reader.finish();
  hardware::System fitted = system;
  const bool states_training = reader.find("/training/sustained") ||
                               reader.find("/training/fixed") || reader.find("/training/exposed");
  if (catalog.training_fits_ && !states_training) apply_fit(*catalog.training_fits_, {}, fitted);
  if (!catalog.fits_) return fitted;
  apply_fit(*catalog.fits_, catalog.chips_, fitted);
  keep_own_figures(reader, system, [](const auto&) { return true; }, fitted);
  return fitted;
}

}  // namespace offtake::catalog
