#include "offtake/findings/training_report.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "offtake/perf/training_example.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::findings {
namespace {

using namespace literals;

struct Job {
  hardware::System system = perf::example::hgx_h100();
  catalog::Catalog catalog;
  study::TrainRequest request{.job = {.sequence = 8192, .global_batch = 512},
                              .chips = 2048,
                              .amount = Tokens::in_base_units(15.6e12),
                              .price = 2.0_USD_per_chip_h,
                              .space = {.micro_batch_max = 1,
                                        .context_max = 2,
                                        .recompute = {perf::Recompute::kNone},
                                        .sharding = {perf::Sharding::kZero1}}};

  report::ReportDocument page() const {
    const auto model = perf::example::llama_405b();
    const auto answer = study::train_run(system, model, request, {.threads = 1});
    const auto scaling =
        study::training_scaling(system, model, request, {8, 1024, 2048}, {.threads = 1});
    return training_report({.catalog = catalog,
                            .system = system,
                            .answer = *answer,
                            .scaling = &scaling,
                            .title = "a job"});
  }
};

double total(const report::Composition& composition) {
  double sum = 0;
  for (const auto& part : composition.parts) sum += part.amount;
  return sum;
}

TEST_CASE("the pictures of a training job sum to the step, the chip's memory and the run") {
  const Job job;
  const auto answer =
      study::train_run(job.system, perf::example::llama_405b(), job.request, {.threads = 1});
  const report::ReportDocument page = job.page();
  REQUIRE(page.training.has_value());
  CHECK(total(page.training->step) == doctest::Approx(answer->step_time.value.in(1.0_s)));
  // 0.92 of 85.5 GB.
  CHECK(total(page.training->memory) == doctest::Approx(0.92 * 85.5));
  CHECK(total(*page.training->run) == doctest::Approx(answer->run->duration.value.in(1.0_days)));
  CHECK(page.training->run->parts.front().name == "training");
}

TEST_CASE("counts of chips on which nothing trains are named under the curves") {
  const report::ReportDocument page = Job().page();
  const report::ScalingSection& scaling = *page.training->scaling;
  CHECK(scaling.strong.size() == 2);
  CHECK(scaling.text.note.find("On 8 chips nothing trains: needs") != std::string::npos);
}

TEST_CASE("assumptions stand by their swing, with the step among them") {
  const report::ReportDocument page = Job().page();
  const auto& rows = page.assumptions->rows;
  REQUIRE(rows.size() == 4);  // The step, failures, restart, maintenance.
  for (std::size_t i = 1; i < rows.size(); ++i) CHECK(rows[i - 1].swing_usd >= rows[i].swing_usd);
  CHECK(std::ranges::count(rows, "step, s", &report::AssumptionRow::assumption) == 1);
}

TEST_CASE("a job without an amount has no run and no assumptions, and says so by leaving out") {
  Job job;
  job.request.amount.reset();
  const report::ReportDocument page = job.page();
  CHECK(!page.training->run.has_value());
  CHECK(!page.assumptions.has_value());
  CHECK(page.answer.size() == 1);
}

}  // namespace
}  // namespace offtake::findings
