#include "offtake/fleet/fleet_reader.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "offtake/base/input_error.hpp"
#include "offtake/fleet/whole_fleet.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::fleet {
namespace {

using namespace offtake::literals;

constexpr std::int64_t kSecond = 1'000'000'000;

/// What the reader says of `text`, a line a problem; empty when it is taken.
std::string complaints(std::string_view text) {
  try {
    read_fleet("my.yaml", text);
    return "";
  } catch (const InputError& error) {
    return std::string(error.what()) + "\n";
  }
}

/// Of a fleet with one pool, which `pool` adds to.
std::string complaints_of_pool(std::string_view pool) {
  return complaints(fmt::format("fleet: a\npools:\n- name: p\n  system: s\n{}", pool));
}

std::string example(std::string_view name) {
  std::ifstream file(fmt::format("{}/examples/fleets/{}.yaml", OFFTAKE_SOURCE_DIR, name));
  REQUIRE(file);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("every key is read with its unit") {
  const FleetFile fleet = read_fleet("whole.yaml", kWholeFleet);
  CHECK(fleet.name == "whole");
  CHECK(fleet.model == "llama-3.3-70b");
  CHECK(fleet.routing == serve::Routing::kSloAware);
  CHECK(fleet.admission.waiting_max == 0);
  CHECK(fleet.admission.refuse_late);
  CHECK(fleet.link == 25.0_GB_per_s);
  CHECK(fleet.classes ==
        std::vector<serve::ServiceClass>{{.name = "chat",
                                          .priority = 2,
                                          .objective = {.ttft = SimTime{2 * kSecond},
                                                        .tpot = SimTime{kSecond / 20},
                                                        .e2e = SimTime{90 * kSecond}}},
                                         {.name = "batch", .objective = {}}});
  REQUIRE(fleet.pools.size() == 2);
  const PoolTerms& pool = fleet.pools[0];
  CHECK(pool.name == "prefill");
  CHECK(pool.system == "hgx-h100");
  CHECK(pool.role == serve::Role::kPrefill);
  CHECK(pool.replicas == 3);
  CHECK(pool.price->in(1.0_USD_per_chip_h) == doctest::Approx(2.10));
  CHECK(fleet.pools[1].system == "trn2-48xlarge");
  CHECK(fleet.pools[1].role == serve::Role::kDecode);
}

TEST_CASE("every key of a layout and of batching is read") {
  const PoolTerms pool = read_fleet("whole.yaml", kWholeFleet).pools.at(0);
  CHECK(pool.layout.tensor == 4);
  CHECK(pool.layout.pipeline == 2);
  CHECK(pool.layout.expert == 1);
  CHECK(pool.layout.attention_data == 1);
  CHECK(pool.layout.weights == "fp8");
  CHECK(pool.layout.kv_cache == "bf16");
  CHECK(pool.batch.batching == serve::Batching::kPromptsFirst);
  CHECK(pool.batch.sequences_max == 256);
  CHECK(pool.batch.chunk == 8192);
  CHECK(pool.batch.output_reserved == doctest::Approx(0.35));
  CHECK(pool.batch.watermark == doctest::Approx(0.02));
  CHECK(pool.batch.kv_blocks == 5000);
  CHECK(pool.batch.block_tokens == 32);
  CHECK_FALSE(pool.batch.prefix_cache);
  CHECK(pool.batch.preemption == serve::Preemption::kSwap);
  CHECK(pool.batch.host_bandwidth == 50.0_GB_per_s);
  CHECK(pool.batch.draft_tokens == 3);
  CHECK(pool.batch.acceptance == doctest::Approx(0.7));
}

TEST_CASE("every key of scaling and of outages is read") {
  const PoolTerms pool = read_fleet("whole.yaml", kWholeFleet).pools.at(0);
  REQUIRE(pool.scaling);
  CHECK(pool.scaling->replicas_min == 2);
  CHECK(pool.scaling->replicas_max == 5);
  CHECK(pool.scaling->outstanding_target == 40);
  CHECK(pool.scaling->interval == SimTime{10 * kSecond});
  CHECK(pool.scaling->start_up == SimTime{240 * kSecond});
  CHECK(pool.scaling->hold == SimTime{360 * kSecond});
  CHECK(pool.outages.mean_time_between_failures == SimTime{250 * 86'400 * kSecond});
  CHECK(pool.outages.repair == SimTime{660 * kSecond});
  REQUIRE(pool.outages.maintenance.size() == 2);
  CHECK(pool.outages.maintenance[0].start == SimTime{7'200 * kSecond});
  CHECK(pool.outages.maintenance[0].duration == SimTime{1'800 * kSecond});
  CHECK(pool.outages.maintenance[0].replicas == 5);
  CHECK(pool.outages.maintenance[1].start == SimTime{});
  CHECK(pool.outages.maintenance[1].duration == SimTime{kSecond / 2});
  CHECK(pool.outages.maintenance[1].replicas == 1);
}

TEST_CASE("what is left out has the default that the documentation gives") {
  const FleetFile fleet = read_fleet(
      "short.yaml",
      "fleet: short\npools: [{name: a, system: b, scaling: {replicas_max: 2}, outages: {}}]\n");
  CHECK(fleet.model.empty());
  CHECK(fleet.routing == serve::Routing::kLeastLoaded);
  CHECK_FALSE(fleet.admission.waiting_max);
  CHECK_FALSE(fleet.admission.refuse_late);
  CHECK_FALSE(fleet.link);
  CHECK(fleet.classes == std::vector{serve::ServiceClass{.name = "all", .objective = {}}});
  const PoolTerms& pool = fleet.pools.at(0);
  CHECK(pool.role == serve::Role::kBoth);
  CHECK(pool.replicas == 1);
  CHECK_FALSE(pool.layout.tensor);
  CHECK_FALSE(pool.layout.weights);
  CHECK(pool.batch.batching == serve::Batching::kChunked);
  CHECK(pool.batch.preemption == serve::Preemption::kRecompute);
  CHECK(pool.batch.prefix_cache);
  CHECK_FALSE(pool.batch.sequences_max);
  CHECK_FALSE(pool.batch.draft_tokens);
  CHECK_FALSE(pool.price);
  CHECK(pool.scaling->replicas_min == 1);
  CHECK(pool.scaling->outstanding_target == 64);
  CHECK(pool.scaling->interval == SimTime{30 * kSecond});
  CHECK(pool.scaling->start_up == SimTime{300 * kSecond});
  CHECK(pool.scaling->hold == SimTime{300 * kSecond});
  CHECK_FALSE(pool.outages.mean_time_between_failures);
  CHECK(pool.outages.repair == SimTime{600 * kSecond});
  CHECK(pool.outages.maintenance.empty());
}

TEST_CASE("the examples are read") {
  const FleetFile mixed = read_fleet("chat-two-pools.yaml", example("chat-two-pools"));
  CHECK(mixed.routing == serve::Routing::kCostAware);
  REQUIRE(mixed.pools.size() == 2);
  CHECK(mixed.pools[0].system == "hgx-h100");
  CHECK(mixed.pools[1].system == "trn2-48xlarge");
  for (const PoolTerms& pool : mixed.pools) {
    CHECK(pool.scaling);
    // 365 days / (0.17 failures of a chip and year x chips), to the day.
    const double days = 365.0 / (0.17 * *pool.layout.tensor);
    CHECK(seconds(*pool.outages.mean_time_between_failures).in(1.0_days) ==
          doctest::Approx(days).epsilon(0.005));
  }
  const FleetFile split = read_fleet("chat-prefill-decode.yaml", example("chat-prefill-decode"));
  REQUIRE(split.pools.size() == 2);
  CHECK(split.pools[0].role == serve::Role::kPrefill);
  CHECK(split.pools[1].role == serve::Role::kDecode);
  CHECK(split.link == 400.0_GB_per_s);
}

TEST_CASE("all problems are told at once, each with its place") {
  CHECK(complaints("fleet: a\n"
                   "routing: least_loaded\n"
                   "link: 25 GB\n"
                   "classes:\n"
                   "  - {name: chat, objective: {ttft: 2, tpot: -5 ms}}\n"
                   "  - {name: chat, priority: high}\n"
                   "pools:\n"
                   "  - {name: p, system: s, replicas: 0, role: decode, nodes: 8}\n"
                   "  - {name: p, layout: {tensor: 1.5}, price: 2 USD/h}\n") ==
        "my.yaml:2:10: /routing: expected \"round-robin\", \"least-loaded\", \"power-of-two\", "
        "\"prefix-aware\", \"slo-aware\" or \"cost-aware\" (did you mean \"least-loaded\"?), found "
        "\"least_loaded\"\n"
        "my.yaml:3:7: /link: expected a quantity such as \"25 GB/s\", found \"25 GB\"\n"
        "my.yaml:5:36: /classes/0/objective/ttft: expected a quantity such as \"2 s\", found "
        "\"2\"\n"
        "my.yaml:5:45: /classes/0/objective/tpot: expected a time above 0 s, of at most 50 years, "
        "found \"-5 ms\"\n"
        "my.yaml:6:12: /classes/1/name: expected a name that no other class has, found \"chat\"\n"
        "my.yaml:6:28: /classes/1/priority: expected a whole number of at least 0, found "
        "\"high\"\n"
        "my.yaml:8:3: /pools: expected a pool with role: prefill beside those with role: decode, "
        "found none\n"
        "my.yaml:8:36: /pools/0/replicas: expected a whole number of at least 1, found \"0\"\n"
        "my.yaml:8:53: /pools/0/nodes: expected a known key: \"name\", \"system\", \"role\", "
        "\"replicas\", \"chips\", \"layout\", \"batch\", \"price\", \"scaling\" or \"outages\", "
        "found \"nodes\"\n"
        "my.yaml:9:5: /pools/1/system: expected text, found nothing\n"
        "my.yaml:9:12: /pools/1/name: expected a name that no other pool has, found \"p\"\n"
        "my.yaml:9:32: /pools/1/layout/tensor: expected a whole number of at least 1, found "
        "\"1.5\"\n"
        "my.yaml:9:45: /pools/1/price: expected a quantity such as \"2.10 USD/chip/h\", found "
        "\"2 USD/h\"\n");
}

TEST_CASE("a fleet has a name, at least one pool and at least one class") {
  CHECK(complaints("model: m\n") ==
        "my.yaml:1:1: /fleet: expected text, found nothing\n"
        "my.yaml:1:1: /pools: expected a list, found nothing\n");
  CHECK(complaints("fleet: a\nclasses: []\npools: []\n") ==
        "my.yaml:2:10: /classes: expected at least one class, found an empty list\n"
        "my.yaml:3:8: /pools: expected at least one pool, found an empty list\n");
}

TEST_CASE("pools that prefill and pools that decode come together, and only they have a link") {
  CHECK(complaints_of_pool("  role: prefill\n") ==
        "my.yaml:3:1: /pools: expected a pool with role: decode beside those with role: prefill, "
        "found none\n");
  CHECK(complaints("fleet: a\nlink: 25 GB/s\npools: [{name: p, system: s}]\n") ==
        "my.yaml:2:7: /link: expected no link, as no pool has role: prefill or decode, found "
        "\"25 GB/s\"\n");
  // A pool that does both may stand beside them.
  CHECK(complaints("fleet: a\npools:\n- {name: p, system: s, role: prefill}\n"
                   "- {name: d, system: s, role: decode}\n- {name: b, system: s}\n") == "");
}

TEST_CASE("replicas begin between the least and the most that scaling allows") {
  CHECK(complaints_of_pool("  replicas: 3\n  scaling: {replicas_min: 4, replicas_max: 2}\n") ==
        "my.yaml:6:27: /pools/0/scaling/replicas_min: expected at most the 3 replicas of the "
        "start, found \"4\"\n"
        "my.yaml:6:44: /pools/0/scaling/replicas_max: expected at least the 3 replicas of the "
        "start, found \"2\"\n");
  CHECK(complaints_of_pool("  scaling: {replicas_min: 1}\n") ==
        "my.yaml:5:12: /pools/0/scaling/replicas_max: expected a whole number of at least 1, found "
        "nothing\n");
  CHECK(complaints_of_pool("  replicas: 3\n  scaling: {replicas_min: 3, replicas_max: 3}\n") == "");
  CHECK(complaints_of_pool("  replicas: 100001\n") ==
        "my.yaml:5:13: /pools/0/replicas: expected a whole number from 1 to 100000, found "
        "\"100001\"\n");
}

TEST_CASE("a pool is counted in chips or in replicas") {
  CHECK(complaints_of_pool("  chips: 64\n") == "");
  CHECK(complaints_of_pool("  chips: 64\n  replicas: 3\n") ==
        "my.yaml:5:10: /pools/0/chips: expected either chips or replicas, found \"64\"\n");
  CHECK(complaints_of_pool("  chips: 64\n  scaling: {replicas_max: 9}\n") ==
        "my.yaml:5:10: /pools/0/chips: expected replicas, where their number changes with the "
        "load, found \"64\"\n");
}

TEST_CASE("maintenance takes time, and no more replicas than there are") {
  CHECK(complaints_of_pool("  outages: {maintenance: [{start: -1 s, duration: 0 s, replicas: 2}, "
                           "{}]}\n") ==
        "my.yaml:5:35: /pools/0/outages/maintenance/0/start: expected a time from 0 s to 50 years, "
        "found \"-1 s\"\n"
        "my.yaml:5:51: /pools/0/outages/maintenance/0/duration: expected a time above 0 s, of at "
        "most 50 years, found \"0 s\"\n"
        "my.yaml:5:66: /pools/0/outages/maintenance/0/replicas: expected at most the 1 that the "
        "pool has, found \"2\"\n"
        "my.yaml:5:70: /pools/0/outages/maintenance/1/start: expected a quantity such as \"2 h\", "
        "found nothing\n"
        "my.yaml:5:70: /pools/0/outages/maintenance/1/duration: expected a quantity such as \"30 "
        "min\", found nothing\n");
}

TEST_CASE("shares are from nothing to all") {
  CHECK(complaints_of_pool("  batch: {output_reserved: 101%, watermark: 1, draft_tokens: 2, "
                           "acceptance: -0.1}\n") ==
        "my.yaml:5:28: /pools/0/batch/output_reserved: expected a share from 0% to 100%, found "
        "\"101%\"\n"
        "my.yaml:5:45: /pools/0/batch/watermark: expected a share from 0% to below 100%, found "
        "\"1\"\n"
        "my.yaml:5:77: /pools/0/batch/acceptance: expected a share from 0% to 100%, found "
        "\"-0.1\"\n");
  CHECK(complaints_of_pool("  batch: {output_reserved: 1, watermark: 0%}\n") == "");
}

TEST_CASE("figures that need one another come together") {
  CHECK(complaints_of_pool("  batch: {draft_tokens: 2}\n") ==
        "my.yaml:5:10: /pools/0/batch/acceptance: expected a share such as \"70%\", as tokens are "
        "drafted, found nothing\n");
  CHECK(complaints_of_pool("  batch: {acceptance: 70%}\n") ==
        "my.yaml:5:10: /pools/0/batch/draft_tokens: expected a whole number, as there is an "
        "acceptance of drafts, found nothing\n");
  CHECK(complaints_of_pool("  batch: {preemption: swap}\n") ==
        "my.yaml:5:10: /pools/0/batch/host_bandwidth: expected a bandwidth such as \"50 GB/s\", to "
        "swap over, found nothing\n");
  CHECK(complaints_of_pool("  batch: {draft_tokens: 0}\n") == "");
  CHECK(complaints_of_pool("  batch: {draft_tokens: 101, acceptance: 1}\n") ==
        "my.yaml:5:25: /pools/0/batch/draft_tokens: expected a whole number from 0 to 100, found "
        "\"101\"\n");
}

TEST_CASE("a pool of one role has no static batches") {
  CHECK(complaints("fleet: a\npools:\n- {name: p, system: s, role: prefill}\n"
                   "- {name: d, system: s, role: decode, batch: {batching: static}}\n") ==
        "my.yaml:4:56: /pools/1/batch/batching: expected another batching: static batches decode "
        "what they prefill, found \"static\"\n");
  CHECK(complaints_of_pool("  batch: {batching: static}\n") == "");
}

TEST_CASE("what recurs leaves time between, and no time is beyond those simulated") {
  CHECK(complaints_of_pool("  scaling: {replicas_max: 1, interval: 99 ms, start_up: 51 years}\n"
                           "  outages: {mean_time_between_failures: 59 s, repair: 1e30 s}\n") ==
        "my.yaml:5:40: /pools/0/scaling/interval: expected a time from 100 ms to 50 years, found "
        "\"99 ms\"\n"
        "my.yaml:5:57: /pools/0/scaling/start_up: expected a time from 0 s to 50 years, found \"51 "
        "years\"\n"
        "my.yaml:6:41: /pools/0/outages/mean_time_between_failures: expected a time from 1 min to "
        "50 years, found \"59 s\"\n"
        "my.yaml:6:55: /pools/0/outages/repair: expected a time from 0 s to 50 years, found "
        "\"1e30 s\"\n");
}

TEST_CASE("bandwidths and prices are of the size of such") {
  CHECK(complaints_of_pool("  price: -1 USD/chip/h\n  batch: {host_bandwidth: 0 GB/s}\n") ==
        "my.yaml:5:10: /pools/0/price: expected a price from 0 to 1e6 USD/chip/h, found \"-1 "
        "USD/chip/h\"\n"
        "my.yaml:6:27: /pools/0/batch/host_bandwidth: expected a bandwidth from 1 MB/s to 1e6 "
        "TB/s, found \"0 GB/s\"\n");
  CHECK(complaints_of_pool("  price: 0 USD/chip/h\n") == "");
}

TEST_CASE("a list where a mapping should be, and the other way round, is told") {
  CHECK(complaints("fleet: a\nadmission: []\nclasses: {}\npools: [3, {name: p, system: s, batch: "
                   "fast}]\n") ==
        "my.yaml:2:12: /admission: expected a mapping, found a list\n"
        "my.yaml:3:10: /classes: expected a list, found a mapping\n"
        "my.yaml:4:9: /pools/0: expected a mapping, found \"3\"\n"
        "my.yaml:4:40: /pools/1/batch: expected a mapping, found \"fast\"\n");
}

// --- Laws ---------------------------------------------------------------------------------------

namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::size_t start = 0;
  while (start < text.size()) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    lines.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  return lines;
}

/// A letter changed, a line lost, doubled or swapped with another, a value replaced, a cut.
std::string mutated(const std::string& text) {
  static const std::vector<std::string> kValues = {
      "0",    "-1",   "1e400", "nan s", "inf GB/s", "99999999999999999999",
      "[]",   "{}",   "\"\"",  "~",     "5 min",    "10 %",
      "true", "swap", "&a",    "*a",    "- -",      "'",
      "\t",   ": :"};
  std::string result = text;
  const auto place = *rc::gen::inRange<std::size_t>(0, result.size());
  switch (*rc::gen::inRange(0, 5)) {
    case 0:
      result[place] = *rc::gen::arbitrary<char>();
      return result;
    case 1: {
      const std::size_t colon = result.find(": ", place);
      if (colon == std::string::npos) return result;
      const std::size_t end = std::min(result.find_first_of(",}\n", colon), result.size());
      return result.replace(colon + 2, end - std::min(end, colon + 2),
                            *rc::gen::elementOf(kValues));
    }
    case 2:
      return result.substr(0, place);
    default: {
      std::vector<std::string> lines = lines_of(result);
      const auto a = *rc::gen::inRange<std::size_t>(0, lines.size());
      const auto b = *rc::gen::inRange<std::size_t>(0, lines.size());
      const int how = *rc::gen::inRange(0, 3);
      if (how == 0) lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(a));
      if (how == 1) std::swap(lines[a], lines[b]);
      if (how == 2) lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(a), lines[b]);
      result.clear();
      for (const std::string& line : lines) result += line + "\n";
      return result;
    }
  }
}

/// What the simulation expects of a fleet, and the reader therefore promises.
bool is_sound(const FleetFile& fleet) {
  const auto within = [](SimTime time, SimTime least) {
    return least <= time && time <= sim_time(50.0_years);
  };
  bool sound = !fleet.name.empty() && !fleet.pools.empty() && !fleet.classes.empty();
  for (const serve::ServiceClass& service : fleet.classes) {
    for (const auto& limit :
         {service.objective.ttft, service.objective.tpot, service.objective.e2e}) {
      sound = sound && (!limit || within(*limit, SimTime{1}));
    }
  }
  for (const PoolTerms& pool : fleet.pools) {
    sound = sound && pool.replicas >= 1 && pool.replicas <= 100'000 && !pool.system.empty();
    if (pool.scaling) {
      sound = sound && pool.scaling->replicas_min <= pool.replicas &&
              pool.replicas <= pool.scaling->replicas_max &&
              pool.scaling->outstanding_target >= 1 &&
              within(pool.scaling->interval, sim_time(100.0_ms)) &&
              within(pool.scaling->start_up, {}) && within(pool.scaling->hold, {});
    }
    for (const serve::Maintenance& work : pool.outages.maintenance) {
      sound = sound && within(work.start, {}) && within(work.duration, SimTime{1}) &&
              work.replicas >= 1;
    }
    for (const auto& share : {pool.batch.output_reserved, pool.batch.acceptance}) {
      sound = sound && (!share || (*share >= 0 && *share <= 1));
    }
    sound = sound &&
            (!pool.batch.watermark || (*pool.batch.watermark >= 0 && *pool.batch.watermark < 1));
  }
  return sound;
}

}  // namespace

TEST_CASE("a file with random mistakes is refused with an input error or read as a sound fleet") {
  const std::vector<std::string> originals = {std::string(kWholeFleet), example("chat-two-pools"),
                                              example("chat-prefill-decode")};
  int refused = 0;
  CHECK(rc::check([&] {
    std::string text = *rc::gen::elementOf(originals);
    const int mistakes = *rc::gen::inRange(1, 6);
    for (int i = 0; i < mistakes && !text.empty(); ++i) text = mutated(text);
    try {
      RC_ASSERT(is_sound(read_fleet("my.yaml", text)));
    } catch (const InputError& error) {
      ++refused;
      RC_ASSERT(!error.problems().empty());
    }
  }));
  CHECK(refused > 10);
}

TEST_CASE("a key that is misspelt is refused wherever it stands") {
  CHECK(rc::check([] {
    const std::string text(kWholeFleet);
    const auto place = *rc::gen::inRange<std::size_t>(0, text.size());
    const std::size_t colon = text.find(": ", place);
    RC_PRE(colon != std::string::npos);
    std::string wrong = text;
    wrong.insert(colon, "qq");
    RC_ASSERT(complaints(wrong).find("qq\"") != std::string::npos);
  }));
}

TEST_CASE("times are read to the nanosecond in any unit") {
  CHECK(rc::check([] {
    const auto ms = *rc::gen::inRange<std::int64_t>(1, 1'000'000'000);
    const std::string unit = *rc::gen::elementOf(std::vector<std::string>{"ms", "us", "s"});
    const std::int64_t scale = unit == "us" ? 1'000 : unit == "ms" ? 1'000'000 : 1'000'000'000;
    const FleetFile fleet = read_fleet(
        "my.yaml", fmt::format("fleet: a\nclasses: [{{name: c, objective: {{e2e: {} {}}}}}]\n"
                               "pools: [{{name: p, system: s}}]\n",
                               ms, unit));
    // A double holds whole nanoseconds to 2^53, 104 days; beyond, to 128 ns in 32 years.
    const std::int64_t off = fleet.classes[0].objective.e2e->ns - ms * scale;
    RC_ASSERT(std::abs(off) <= std::max<std::int64_t>(0, ms * scale >> 52));
  }));
}

}  // namespace offtake::fleet
