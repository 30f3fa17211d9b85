#include "offtake/catalog/catalog.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>

#include "offtake/catalog/entry_name.hpp"
#include "offtake/model/parameter_count.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::catalog {
namespace {

using namespace offtake::literals;
namespace fs = std::filesystem;

constexpr Date kDay{Month(2025, 12), 17};

const Catalog& own() {
  static const Catalog catalog = load_catalog(OFFTAKE_SOURCE_DIR "/catalog");
  return catalog;
}

/// A folder that is gone when the test ends.
class ScratchFolder {
 public:
  ScratchFolder() : path_(fs::temp_directory_path() / "offtake-catalog-test") {
    fs::remove_all(path_);
    fs::create_directories(path_);
  }
  ~ScratchFolder() { fs::remove_all(path_); }

  void write(const std::string& name, const std::string& text) const {
    fs::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name) << text;
  }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

const std::string kSources = "s: {publisher: p, title: t, address: a, date: 2026-01-31}\n";

TEST_CASE("the project's own catalog has no problem") {
  CHECK_NOTHROW(load_catalog(OFFTAKE_SOURCE_DIR "/catalog"));
}

TEST_CASE("every figure of the catalog names a source and, in hardware, a status") {
  int figures = 0;
  for (const Entry& entry : own().entries()) {
    if (entry.kind == EntryKind::kSource) continue;
    for (const EntryLine& line : entry.lines) {
      const bool is_row = line.path.find_first_of("0123456789") != std::string::npos &&
                          (line.path.starts_with("/prices/") || line.path.starts_with("/legs/") ||
                           line.path.starts_with("/facts/"));
      if (line.status.empty() && !is_row) continue;
      ++figures;
      INFO(entry.id << line.path);
      CHECK(own().source(line.source).has_value());
    }
  }
  CHECK(figures > 1500);
}

TEST_CASE("the ids that users rely on are there") {
  for (const char* id : {"dgx-a100-80g",
                         "hgx-h100",
                         "hgx-h200",
                         "hgx-b200",
                         "hgx-b300",
                         "gb200-nvl72",
                         "gb300-nvl72",
                         "vr200-nvl72",
                         "helios-mi450",
                         "mi250x-8",
                         "mi300x-8",
                         "mi325x-8",
                         "mi355x-8",
                         "inf2-48xlarge",
                         "trn1-32xlarge",
                         "trn2-48xlarge",
                         "trn2-ultraserver",
                         "trn3-ultraserver-64",
                         "trn3-ultraserver-144",
                         "tpu-v4",
                         "tpu-v5e",
                         "tpu-v5p",
                         "tpu-v6e",
                         "tpu-v7x",
                         "gaudi2-8",
                         "gaudi3-8",
                         "calculon-a100-80g"}) {
    INFO(id);
    const auto system = own().system(id);
    REQUIRE(system.has_value());
    CHECK((*system)->id == id);
  }
  for (const char* id :
       {"llama-2-7b",    "llama-2-13b",    "llama-2-70b",     "llama-3.1-8b",     "llama-3.1-70b",
        "llama-3.3-70b", "llama-3.1-405b", "llama-4-scout",   "llama-4-maverick", "mixtral-8x7b",
        "mixtral-8x22b", "deepseek-v3",    "deepseek-r1",     "gpt-oss-20b",      "gpt-oss-120b",
        "qwen3-32b",     "qwen3-30b-a3b",  "qwen3-235b-a22b", "kimi-k2",          "glm-4.5",
        "glm-4.6",       "minimax-m2",     "gpt3-175b"}) {
    INFO(id);
    const auto model = own().model(id);
    REQUIRE(model.has_value());
    CHECK((*model)->id == id);
  }
}

TEST_CASE("machines of the clouds and chips lead to systems") {
  const std::vector<std::pair<std::string, std::string>> names{
      {"p5.48xlarge", "hgx-h100"},
      {"p5en.48xlarge", "hgx-h200"},
      {"p6-b200.48xlarge", "hgx-b200"},
      {"trn2.48xlarge", "trn2-48xlarge"},
      {"a3-highgpu", "hgx-h100"},
      {"a3-ultragpu-8g", "hgx-h200"},
      {"tpu-v6e-8", "tpu-v6e-8"},
      {"nd96isr-h100-v5", "hgx-h100"},
      {"bm.gpu.h100.8", "hgx-h100"},
      {"bm.gpu.mi300x.8", "mi300x-8"},
      {"bm.gpu.b200.8", "hgx-b200"},
      {"bm.gpu.h200.8", "hgx-h200"},
      {"nc40ads-h100-v5", "h100-nvl-1"},
      {"H100-NVL", "h100-nvl-8"},
      {"H200-NVL", "h200-nvl-8"},
      {"RTX-PRO-6000-BSE", "rtx-pro-6000-bse-8"},
      {"RTX-PRO-4500", "rtx-pro-4500-8"},
      {"RTX-4090", "rtx-4090-8"},
      {"Arc-Pro-B50", "arc-pro-b50-8"},
      {"Arc-Pro-B60", "arc-pro-b60-8"},
      {"Arc-Pro-B60-Dual", "arc-pro-b60-dual-4"},
      {"Arc-Pro-B70", "arc-pro-b70-8"},
      {"Tenstorrent-Wormhole", "wormhole-quietbox"},
      {"Tenstorrent-Blackhole", "blackhole-p150-4"},
      {"Jetson-AGX-Thor", "jetson-agx-thor-1"},
      {"Jetson-Orin", "jetson-orin-1"},
      {"H800", "hgx-h800"},
      {"MI308X", "mi308x-8"},
      {"Ascend 910C", "cloudmatrix-384"},
      {"trn3-ultraserver", "trn3-ultraserver-144"},
      {"H100-SXM", "hgx-h100"},
      {"MI355X", "mi355x-8"},
      {"TPU7x (Ironwood)", "tpu-v7x"},
      {"Trainium1", "trn1-32xlarge"},
      {"GB200 NVL72", "gb200-nvl72"},
      {"A100-80G", "dgx-a100-80g"},
      {"trn4-ultraserver", "trn4-ultraserver"}};
  for (const auto& [name, id] : names) {
    INFO(name);
    const auto system = own().system(name);
    REQUIRE(system.has_value());
    CHECK((*system)->id == id);
  }
}

TEST_CASE("what has no figures says why") {
  const auto system = own().system("cs-3");
  REQUIRE_FALSE(system.has_value());
  CHECK(describe(system.error()) ==
        "the system \"cs-3\" has no figures: the dense rate of WSE-3 is not published; 125 PFLOP/s "
        "is sparse");
  CHECK_FALSE(own().system("openai-titan").error().reason.empty());
  CHECK_FALSE(own().model("Nemotron_3_Ultra").error().reason.empty());
}

TEST_CASE("an unknown name is answered with the nearest one") {
  CHECK(describe(own().system("hgx-h10").error()) ==
        "no system is called \"hgx-h10\"; did you mean \"hgx-h100\"?");
  CHECK(expected_text(own().model("llama-3.1-9b").error()) ==
        "a model of the catalog (did you mean \"llama-3.1-8b\"?)");
  CHECK(describe(own().system("abacus").error()) == "no system is called \"abacus\"");
}

TEST_CASE("models are found with the maker's prefix and harmless endings") {
  CHECK((*own().model("meta-llama/Llama-3.1-8B-Instruct"))->id == "llama-3.1-8b");
  CHECK((*own().model("Qwen/Qwen3-235B-A22B-Instruct-2507-FP8"))->id == "qwen3-235b-a22b");
  CHECK((*own().model("LLAMA3.1_405B"))->id == "llama-3.1-405b");
  CHECK((*own().model("Llama 2 70B LoRA (MLPerf)"))->id == "llama-2-70b");
}

TEST_CASE("the weights that a shape counts are those that its maker publishes") {
  int compared = 0;
  for (const auto& model : own().models()) {
    if (!model.parameters_published) continue;
    ++compared;
    INFO(model.id);
    // Makers round, and count norms, predictors of further tokens or vision in or out.
    CHECK(model::parameter_count(model).total() ==
          doctest::Approx(*model.parameters_published).epsilon(0.03));
  }
  CHECK(compared >= 50);
}

TEST_CASE("the weights that a token passes are those that makers publish, by one of their counts") {
  int compared = 0;
  for (const auto& model : own().models()) {
    if (!model.active_parameters_published) continue;
    ++compared;
    INFO(model.id);
    // With the tables of embeddings (Mixtral), less the one of inputs (gpt-oss), less both (GLM).
    const model::ParameterCount count = model::parameter_count(model);
    const double nearest =
        std::min({std::abs(count.active() - *model.active_parameters_published),
                  std::abs(count.active() - count.embedding - *model.active_parameters_published),
                  std::abs(count.active() - count.embedding - count.logits -
                           *model.active_parameters_published)});
    CHECK(nearest / *model.active_parameters_published < 0.03);
  }
  CHECK(compared >= 20);
}

TEST_CASE("every chip says its design and when it was announced, and no two vendors share one") {
  std::map<std::string, std::string> vendor_of;
  for (const auto& chip : own().chips()) {
    INFO(chip.id);
    CHECK_FALSE(chip.architecture.empty());
    CHECK(chip.announced.has_value());
    const auto [at, is_new] = vendor_of.emplace(chip.architecture, chip.vendor);
    CHECK(at->second == chip.vendor);
  }
  CHECK((*own().chip("h200-sxm"))->architecture == (*own().chip("h100-sxm"))->architecture);
  CHECK((*own().chip("trainium1"))->architecture == (*own().chip("inferentia2"))->architecture);
  CHECK((*own().chip("h100-sxm"))->announced < (*own().chip("b200-sxm"))->announced);
}

TEST_CASE("no system sustains more than its peaks, and all fit their own nodes") {
  for (const auto& system : own().systems()) {
    INFO(system.id);
    for (const auto format : hardware::numeric_formats()) {
      const auto* peak = system.chip.compute_peak.find(format);
      const auto* serving = system.serving.sustained.gemm.find(format);
      CHECK((peak == nullptr) == (serving == nullptr));
      if (peak != nullptr) CHECK(serving->value <= 1.0);
    }
    CHECK(system.chips_per_system % system.chips_per_node == 0);
    // A pod is sold by the host, every other domain whole.
    CHECK((system.chips_per_system == system.chips_per_node ||
           system.chips_per_system == system.scale_up.chips));
    CHECK(system.power.chip_load.value <= system.chip.power_design->value);
  }
}

TEST_CASE("a question of a past day sees nothing of later days") {
  const auto prices = own().prices_known_on(kDay);
  const auto deals = own().deals_known_on(kDay);
  const auto facts = own().facts_known_on(kDay);
  CHECK_FALSE(prices.empty());
  CHECK(prices.size() < own().prices().size());
  for (const Price& price : prices) CHECK(price.date <= kDay);
  for (const DatedFact& fact : facts) CHECK(fact.known <= kDay);
  bool talks = false;
  for (const DealLeg& leg : deals) {
    CHECK(leg.date <= kDay);
    CHECK(leg.later.empty());
    if (leg.id == "oai-amzn-talks") talks = leg.firmness == Firmness::kTalks;
    CHECK(leg.id != "oai-aws-100");  // Of 2026-02-27.
  }
  CHECK(talks);
}

TEST_CASE("the commitments of OpenAI and Anthropic add up to what was reported") {
  // Compute contracts with a dollar amount. OpenAI: Oracle 300, Azure 250, AWS 38 and 100,
  // CoreWeave 22.4, Cerebras 20. Anthropic: Azure 30, AWS 100, Google 200, SpaceX 45.
  Dollars openai;
  Dollars anthropic;
  for (const DealLeg& leg : own().deals()) {
    if (leg.kind != DealKind::kCompute || !leg.amount) continue;
    if (leg.payer == "openai") openai += *leg.amount;
    if (leg.payer == "anthropic") anthropic += *leg.amount;
  }
  CHECK(openai.in(1.0_BUSD) == doctest::Approx(730.4));
  CHECK(anthropic.in(1.0_BUSD) == doctest::Approx(375.0));
}

TEST_CASE("MLPerf's names of its benchmarks lead to their lengths and limits") {
  // As its load generator is set: llama2-70b.Server.ttft_latency = 2000 and so on.
  struct Published {
    const char* name;
    const char* model;
    double output_tokens;
    Seconds ttft;
    Seconds tpot;
  };
  const Published published[] = {
      {"llama2-70b-99.9", "llama-2-70b", 294.45, 2000.0_ms, 200.0_ms},
      {"mixtral-8x7b", "mixtral-8x7b", 144.84, 2000.0_ms, 200.0_ms},
      {"llama3.1-405b", "llama-3.1-405b", 684.68, 6000.0_ms, 175.0_ms},
      {"llama3.1-8b", "llama-3.1-8b", 128, 2000.0_ms, 100.0_ms},
      {"deepseek-r1", "deepseek-r1", 3880, 2000.0_ms, 80.0_ms},
      {"gpt-oss-120b", "gpt-oss-120b", 1278.20, 3000.0_ms, 80.0_ms},
  };
  for (const Published& row : published) {
    INFO(row.name);
    const auto benchmark = own().benchmark(row.name);
    REQUIRE(benchmark.has_value());
    CHECK((*benchmark)->model == row.model);
    CHECK((*benchmark)->output_tokens.value == doctest::Approx(row.output_tokens));
    CHECK((*benchmark)->server->ttft->value == row.ttft);
    CHECK((*benchmark)->server->tpot->value == row.tpot);
  }
  CHECK((*own().benchmark("gptj-99"))->server->request->value == 20.0_s);
  CHECK(own().benchmark("resnet50").error().suggestion.empty());
}

TEST_CASE("an interactive scenario allows no more than a server's") {
  for (const Benchmark& benchmark : own().benchmarks()) {
    if (!benchmark.interactive) continue;
    INFO(benchmark.id);
    REQUIRE(benchmark.server.has_value());
    CHECK(benchmark.interactive->ttft.has_value() == benchmark.server->ttft.has_value());
    if (benchmark.interactive->ttft) {
      CHECK(benchmark.interactive->ttft->value < benchmark.server->ttft->value);
      CHECK(benchmark.interactive->tpot->value < benchmark.server->tpot->value);
    } else {
      CHECK(benchmark.interactive->request->value < benchmark.server->request->value);
    }
  }
}

TEST_CASE("a leg's id leads to its deal") {
  CHECK((*own().entry(EntryKind::kDeal, "OAI-AMD-CHIPS"))->id == "openai-amd-2025-10");
}

TEST_CASE("a machine's price is that of its chips") {
  int compared = 0;
  for (const Price& price : own().prices()) {
    if (!price.price || !price.instance_price || !price.chips) continue;
    ++compared;
    INFO(price.provider << " " << price.product);
    const MoneyRate chips = *price.chips * 1.0_chips * *price.price;
    CHECK(chips.base_units() == doctest::Approx(price.instance_price->base_units()).epsilon(0.01));
  }
  CHECK(compared >= 80);
}

TEST_CASE("all prices and measured efficiencies that were collected are kept") {
  CHECK(own().prices().size() == 142);
  CHECK(own().efficiencies().size() == 94);
}

TEST_CASE("the catalog loads within half a second of one processor") {
  const std::clock_t start = std::clock();
  load_catalog(OFFTAKE_SOURCE_DIR "/catalog");
  const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  MESSAGE("loaded in " << seconds << " s");
#ifdef NDEBUG
  CHECK(seconds < 0.5);
#endif
}

TEST_CASE("the hash is the same for the same files and another for other bytes or names") {
  const ScratchFolder folder;
  folder.write("sources/a.yaml", kSources);
  const std::string first = load_catalog(folder.path()).content_hash();
  CHECK(first.size() == 16);
  CHECK(load_catalog(folder.path()).content_hash() == first);
  folder.write("sources/a.yaml", kSources + "# changed\n");
  CHECK(load_catalog(folder.path()).content_hash() != first);
  fs::remove(folder.path() / "sources/a.yaml");
  folder.write("sources/b.yaml", kSources);
  CHECK(load_catalog(folder.path()).content_hash() != first);
}

TEST_CASE("problems of all files are told at once") {
  const ScratchFolder folder;
  folder.write("sources/a.yaml", kSources);
  folder.write("parties/x.yaml", "name: X\nkind: bank\n");
  folder.write("parties/y.yaml", "name: [\n");
  folder.write(
      "deals/z.yaml",
      "legs:\n  - {id: z, date: 2026-01-01, kind: debt, payer: x, payee: nobody, firmness: "
      "talks, source: missing}\n");
  try {
    load_catalog(folder.path());
    FAIL("the catalog is wrong");
  } catch (const InputError& error) {
    std::set<std::string> told;
    for (const Problem& problem : error.problems()) {
      told.insert(problem.place.file + problem.path);
    }
    CHECK(told == std::set<std::string>{"parties/x.yaml/kind", "parties/y.yaml",
                                        "deals/z.yaml/legs/0/payee", "deals/z.yaml/source"});
  }
}

TEST_CASE("one name cannot lead to two entries") {
  const ScratchFolder folder;
  folder.write("parties/x.yaml", "name: X\nkind: lab\naliases: [Z]\n");
  folder.write("parties/y.yaml", "name: Y\nkind: lab\naliases: [z]\n");
  CHECK_THROWS_AS(load_catalog(folder.path()), InputError);
}

TEST_CASE("a folder that is not there is an input error") {
  CHECK_THROWS_AS(load_catalog("no/such/folder"), InputError);
}

TEST_CASE("a user's own system may use the catalog's chip and stacks, without sources") {
  const ScratchFolder folder;
  folder.write("mine.yaml",
               "chip: h100-sxm\nchips_per_node: 4\nchips_per_system: 4\n"
               "scale_up: {topology: full_mesh, chips: 4, bandwidth: 300 GB/s, latency: 5 us, "
               "compute_share: 5%}\n"
               "power: {chip_idle: 90 W, chip_load: 700 W, host: 500 W, site_factor: 1.2}\n"
               "memory: {share: 90%, reserve: {value: 2 GB, assume: our own runs}}\n"
               "serving: {stack: vllm, sustained: {hbm_weights: 72%}}\n"
               "training: {stack: megatron}\n");
  const auto system = load_system(folder.path() / "mine.yaml", own());
  CHECK(system.id == "mine");
  CHECK(system.chip.name == "Nvidia H100 SXM 80 GB");
  CHECK(system.serving.sustained.hbm_weights.value == doctest::Approx(0.72));
  CHECK(system.memory_reserve.source == "our own runs");
  folder.write("bad.yaml", "chip: h100-smx\n");
  CHECK_THROWS_AS(load_system(folder.path() / "bad.yaml", own()), InputError);
}

/// The names in a column of a table of measurements, or nothing when the table is not there.
std::set<std::string> names_in(const fs::path& table, int column) {
  std::set<std::string> names;
  std::ifstream stream(table);
  std::string line;
  std::getline(stream, line);
  while (std::getline(stream, line)) {
    std::size_t begin = 0;
    for (int skipped = 0; skipped < column && begin != std::string::npos; ++skipped) {
      const bool quoted = line[begin] == '"';
      const std::size_t comma = quoted ? line.find("\",", begin + 1) : line.find(',', begin);
      begin = comma == std::string::npos ? comma : comma + (quoted ? 2 : 1);
    }
    if (begin == std::string::npos) continue;
    names.insert(line.substr(begin, line.find(',', begin) - begin));
  }
  return names;
}

TEST_CASE("chips of published measurements lead to systems") {
  const fs::path folder = fs::path(OFFTAKE_SOURCE_DIR) / "../shared/measurements";
  if (!fs::exists(folder)) {
    MESSAGE("skipped: no measurements beside the project");
    return;
  }
  for (const std::string& name : names_in(folder / "inference.csv", 5)) {
    INFO(name);
    CHECK(own().system(name).has_value());
  }
}

TEST_CASE("model names of published measurements are known") {
  const fs::path folder = fs::path(OFFTAKE_SOURCE_DIR) / "../shared/measurements";
  if (!fs::exists(folder)) {
    MESSAGE("skipped: no measurements beside the project");
    return;
  }
  for (const std::string& name : names_in(folder / "inference.csv", 4)) {
    INFO(name);
    CHECK(own().model(name).has_value());
  }
  for (const std::string& name : names_in(folder / "training.csv", 4)) {
    if (name.find("(JZ exp)") != std::string::npos) continue;  // Shapes were not published.
    INFO(name);
    const auto model = own().model(name);
    CHECK((model.has_value() || !model.error().reason.empty()));
  }
}

}  // namespace
}  // namespace offtake::catalog
