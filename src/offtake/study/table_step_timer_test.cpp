#include "offtake/study/table_step_timer.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <cmath>
#include <vector>

#include "offtake/units/literals.hpp"

namespace offtake::study {

using namespace offtake::literals;
using serve::PromptPart;

namespace {

serve::Picoseconds mixed(const TableStepTimer& timer, std::int32_t computed, int sequences,
                         std::int64_t context) {
  const std::vector<PromptPart> prompts{{.computed = computed}};
  return timer.mixed_step(prompts, sequences, context);
}

constexpr serve::Picoseconds kMillisecond = 1'000'000'000;

}  // namespace

TEST_CASE("by hand: between steps that were measured, and beyond them") {
  const TableStepTimer timer({{0, 1, 1000, 10.0_ms},
                              {0, 1, 2000, 12.0_ms},
                              {0, 5, 1000, 14.0_ms},
                              {0, 5, 3000, 22.0_ms},
                              {500, 0, 0, 50.0_ms},
                              {500, 4, 1000, 58.0_ms}});
  // One sequence at 1,500: 11 ms. Five at 1,500: 16 ms. Three are half-way: 13.5 ms.
  CHECK(timer.decode_line(3, 4500).at(4500) == doctest::Approx(13.5 * kMillisecond));
  // At 3,000 one has the 12 ms of 2,000, five 22 ms.
  CHECK(timer.decode_line(3, 9000).at(9000) == doctest::Approx(17.0 * kMillisecond));
  CHECK(timer.decode_line(3, 90'000).at(90'000) == doctest::Approx(17.0 * kMillisecond));
  CHECK(timer.decode_line(5, 10).at(10) == 14 * kMillisecond);
  // Prompts: 500 tokens beside two sequences 54 ms; 250 tokens half-way to two sequences at 1,000
  // alone, which are a quarter of the way from 10 to 14: 11 ms.
  CHECK(mixed(timer, 500, 2, 2000) == doctest::Approx(54.0 * kMillisecond));
  CHECK(mixed(timer, 250, 2, 2000) == doctest::Approx((54.0 + 11.0) / 2.0 * kMillisecond));
  CHECK(mixed(timer, 900, 0, 0) == 50 * kMillisecond);
  CHECK(timer.sequences_max() == 5);
  CHECK(timer.bounds() == StepTableBounds{.prompt_tokens_least = 500,
                                          .prompt_tokens_most = 500,
                                          .sequences_least = 1,
                                          .sequences_most = 5,
                                          .context_least = 1000,
                                          .context_most = 3000});
}

TEST_CASE("published: the three iterations of a table are timed as they were measured") {
  // Agrawal et al., "SARATHI", arXiv 2308.16369, 2023, table 2: LLaMA-13B on an A6000.
  const TableStepTimer timer(
      {{1024, 0, 0, 234.8_ms}, {0, 4, 1024, 49.96_ms}, {1021, 3, 1024, 238.4_ms}});
  CHECK(mixed(timer, 1024, 0, 0) == doctest::Approx(234.8 * kMillisecond));
  CHECK(mixed(timer, 1021, 3, 3 * 1024) == doctest::Approx(238.4 * kMillisecond));
  CHECK(timer.decode_line(4, 4096).at(4096) == doctest::Approx(49.96 * kMillisecond));
}

TEST_CASE("law: a grid of a time that is linear in each axis gives it back within the grid") {
  CHECK(rc::check([] {
    const int base = *rc::gen::inRange(1, 1000);
    const int per_prompt = *rc::gen::inRange(0, 100);
    const int per_sequence = *rc::gen::inRange(0, 100);
    const int per_context = *rc::gen::inRange(0, 100);
    const auto time = [&](double prompts, double sequences, double context) {
      return (base + per_prompt * prompts + per_sequence * sequences +
              0.01 * per_context * sequences * context) *
             1.0_us;
    };
    std::vector<MeasuredStep> grid;
    for (const int prompts : {0, 100, 700}) {
      for (const int sequences : {1, 8, 30}) {
        for (const int context : {50, 1000, 9000}) {
          grid.push_back({prompts, sequences, context, time(prompts, sequences, context)});
        }
      }
    }
    const TableStepTimer timer(grid);
    const int sequences = *rc::gen::inRange(1, 31);
    const int mean = *rc::gen::inRange(50, 9001);
    const std::int64_t context = static_cast<std::int64_t>(sequences) * mean;
    const auto off = [](serve::Picoseconds found, Seconds expected) {
      return std::abs(static_cast<double>(found) * 1e-12 / expected.base_units() - 1.0);
    };
    RC_ASSERT(off(timer.decode_line(sequences, context).at(context), time(0, sequences, mean)) <
              1e-3);
    const int prompts = *rc::gen::inRange(1, 701);
    RC_ASSERT(off(mixed(timer, prompts, sequences, context), time(prompts, sequences, mean)) <
              1e-9);
  }));
}

}  // namespace offtake::study
