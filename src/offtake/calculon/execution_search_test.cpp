#include "offtake/calculon/execution_search.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "offtake/calculon/calculon_example.hpp"
#include "offtake/calculon/evaluation.hpp"
#include "offtake/calculon/random_execution.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::calculon {

using namespace literals;

namespace {

const Machine kA100 = example::a100();

ExecutionSearch search_gpt3(const ExecutionSpace& space, std::size_t best_count = 1) {
  return search_executions(example::gpt3_175b(), kA100, space, best_count, {.threads = 2});
}

std::size_t executions(ExecutionSpace space, bool offload, bool overlap) {
  space.offload = offload;
  space.tensor_overlap = overlap;
  space.data_overlap = overlap;
  return search_gpt3(space).evaluated;
}

/// A chip with so little memory that part of what is tried does not fit.
Machine random_machine() {
  Machine machine = kA100;
  machine.memory.capacity = 1.0_MB * *rc::gen::element(1.0, 30.0, 1000.0, 30000.0);
  machine.host_memory.capacity = 1.0_MB * *rc::gen::element(1.0, 1000.0, 100000.0);
  return machine;
}

bool are_same(const ExecutionSearch& one, const ExecutionSearch& other) {
  return one.evaluated == other.evaluated && one.feasible == other.feasible &&
         std::ranges::equal(one.best, other.best, [](const auto& a, const auto& b) {
           return a.execution == b.execution && a.sample_rate == b.sample_rate;
         });
}

}  // namespace

// Counts and sample rates of Calculon (commit caa4b11) for GPT-3 175B, batches up to 1,536, on
// systems/a100_80g.json; the reduced space is its options -m --no-tp-overlap --no-dp-overlap
// without the second memory.

TEST_CASE("the reduced search on 512 chips finds what Calculon finds, of as many") {
  const ExecutionSearch found = search_gpt3(reduced_space(512, 1536));
  CHECK(found.evaluated == 84280);
  CHECK(found.feasible == 20478);
  REQUIRE(found.best.size() == 1);
  CHECK(found.best.front().execution == example::gpt3_on_512());
  CHECK(found.best.front().sample_rate == doctest::Approx(47.63073718871656).epsilon(1e-12));
}

TEST_CASE("the reduced search on 4,096 chips finds what Calculon finds, of as many") {
  const ExecutionSearch found = search_gpt3(reduced_space(4096, 1536));
  CHECK(found.evaluated == 99148);
  CHECK(found.feasible == 20557);
  REQUIRE(found.best.size() == 1);
  CHECK(found.best.front().execution == example::gpt3_on_4096());
  CHECK(found.best.front().sample_rate == doctest::Approx(300.3495745702022).epsilon(1e-12));
}

TEST_CASE("the whole space is as large as Calculon's") {
  CHECK(executions(whole_space(512, 1536), true, true) == 13165632);
  CHECK(executions(whole_space(512, 1536), false, true) == 1905552);
  CHECK(executions(whole_space(512, 1536), false, false) == 332024);
  CHECK(executions(whole_space(1024, 1536), true, true) == 11698528);
  CHECK(executions(whole_space(2048, 1536), true, true) == 9670848);
  CHECK(executions(whole_space(4096, 1536), true, true) == 7474752);
  CHECK(executions(whole_space(4096, 1536), false, true) == 1081872);
  CHECK(executions(whole_space(4096, 1536), false, false) == 183128);
}

TEST_CASE("a search is the evaluation of every execution, one by one") {
  CHECK(rc::check([] {
    const Transformer model = random_transformer();
    const Machine machine = random_machine();
    const ExecutionSpace space = random_space();
    const ExecutionSearch found = search_executions(model, machine, space, 3, {.threads = 1});
    std::size_t evaluated = 0;
    std::size_t feasible = 0;
    std::vector<FoundExecution> all;
    for_each_execution(model, space, [&](const Execution& execution) {
      RC_ASSERT(execution_problems(execution, model).empty());
      ++evaluated;
      const auto result = evaluate(execution, model, machine);
      if (!result) return false;
      ++feasible;
      all.push_back({execution, result->time, result->memory, result->sample_rate});
      return true;
    });
    std::ranges::sort(all, [](const FoundExecution& a, const FoundExecution& b) {
      if (a.sample_rate != b.sample_rate) return a.sample_rate > b.sample_rate;
      return tried_before(a.execution, b.execution);
    });
    all.resize(std::min<std::size_t>(all.size(), 3));
    RC_ASSERT(are_same(found, {.best = all, .evaluated = evaluated, .feasible = feasible}));
  }));
}

TEST_CASE("neither the bound nor the threads change what is found") {
  CHECK(rc::check([] {
    const Transformer model = random_transformer();
    const Machine machine = random_machine();
    const ExecutionSpace space = random_space();
    const auto count = static_cast<std::size_t>(*rc::gen::inRange(1, 20));
    const ExecutionSearch plain =
        search_executions(model, machine, space, count, {.threads = 1}, Pruning::kNone);
    RC_ASSERT(plain.timed == plain.feasible);
    for (const int threads : {1, 2, 8}) {
      const ExecutionSearch found =
          search_executions(model, machine, space, count, {.threads = threads});
      RC_ASSERT(are_same(found, plain));
      RC_ASSERT(found.timed <= plain.timed);
    }
  }));
}

TEST_CASE("a model that no chip can hold has no execution") {
  Machine machine = kA100;
  machine.memory.capacity = 1.0_MB;
  machine.host_memory.capacity = 1.0_MB;
  const ExecutionSearch found =
      search_executions(example::gpt3_175b(), machine, reduced_space(64, 64), 1, {.threads = 1});
  CHECK(found.best.empty());
  CHECK(found.feasible == 0);
  CHECK(found.evaluated > 0);
}

TEST_CASE("the bound saves most of the time of a large search") {
  const ExecutionSearch found = search_gpt3(whole_space(512, 1536), 10);
  CHECK(found.timed * 3 < found.feasible);
  CHECK(are_same(found, search_executions(example::gpt3_175b(), kA100, whole_space(512, 1536), 10,
                                          {.threads = 2}, Pruning::kNone)));
}

TEST_CASE("no two executions of a space share a place in its order") {
  CHECK(rc::check([] {
    const Transformer model = random_transformer();
    ExecutionSpace space = random_space();
    space.chips = std::min(space.chips, 8);
    std::vector<Execution> order;
    for_each_execution(model, space, [&](const Execution& execution) {
      order.push_back(execution);
      return true;
    });
    std::ranges::sort(order, tried_before);
    const auto no_order = [](const auto& a, const auto& b) { return !tried_before(a, b); };
    RC_ASSERT(std::ranges::adjacent_find(order, no_order) == order.end());
  }));
}

}  // namespace offtake::calculon
