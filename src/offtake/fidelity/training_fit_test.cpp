#include "offtake/fidelity/training_fit.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <cmath>
#include <string>

#include "offtake/fidelity/fit_text.hpp"
#include "offtake/fidelity/training_calibration.hpp"
#include "offtake/fidelity/training_prediction.hpp"
#include "offtake/hardware/training_figure.hpp"
#include "offtake/units/literals.hpp"
#include "offtake/yaml/document.hpp"

namespace offtake::fidelity {
namespace {

using namespace offtake::literals;
using hardware::training_figures;
using measurement::TrainingMetric;
using measurement::TrainingRow;

const catalog::Catalog& the_catalog() {
  static const catalog::Catalog catalog = catalog::load_catalog(OFFTAKE_SOURCE_DIR "/catalog");
  return catalog;
}

std::size_t index_of(std::string_view name) {
  for (std::size_t i = 0; i < training_figures().size(); ++i) {
    if (training_figures()[i].name == name) return i;
  }
  FAIL("no such figure");
  return 0;
}

/// Steps of many layouts as a world measures them in which products take `products` and attention
/// `attention` times the rate that the catalog's files say.
std::vector<TrainingRow> rows_of_world(double products, double attention) {
  LogMultiples logs(training_figures().size(), 0.0);
  logs[index_of("products")] = std::log(products);
  logs[index_of("attention")] = std::log(attention);
  std::vector<TrainingRow> rows;
  for (const char* model : {"llama-3.1-8b", "llama-3.1-70b", "qwen3-32b"}) {
    for (const char* chip : {"H100-SXM", "B200"}) {
      for (const int tensor : {2, 4, 8}) {
        for (const int sequence : {4096, 16384, 65536}) {
          TrainingRow row{.id = "w-" + std::to_string(rows.size()) + "s",
                          .conditions = {.source = "a world",
                                         .date = "2026-08",
                                         .model = model,
                                         .chip = chip,
                                         .format = "bf16",
                                         .framework = "Megatron-Bridge",
                                         .version = "NeMo 26.08",
                                         .chips = 64,
                                         .tensor = tensor,
                                         .pipeline = 1,
                                         .sequence = sequence,
                                         .global_batch = 64,
                                         .micro_batch = 1},
                          .metric = TrainingMetric::kStepTime};
          const auto run = read_run(row.conditions, the_catalog());
          REQUIRE(run.has_value());
          hardware::System system =
              the_catalog().training_unfitted(**the_catalog().system(run->system), run->stack);
          hardware::scale_training(logs, system);
          row.value = predict(*run, system)->time.total().in(1.0_s);
          rows.push_back(row);
        }
      }
    }
  }
  return rows;
}

double multiple(const TrainingFit& fit, const TrainingFitRun& run, std::string_view name) {
  const std::size_t i = index_of(name);
  const std::pair version(run.run.stack, run.run.version);
  return std::exp(fit.shared[i] + fit.stacks.at(run.run.stack)[i] + fit.versions.at(version)[i] +
                  fit.designs.at(run.run.design)[i] + fit.chips.at(run.run.chip)[i]);
}

}  // namespace

TEST_CASE("a prediction in every metric comes from one step") {
  // 8 samples of 1,000 tokens in two seconds on four chips; 6e15 FLOP counted, 1 PFLOP/s a chip.
  const TrainingPrediction prediction{.time = {.products = 2.0_s},
                                      .samples = 8,
                                      .tokens = 8000,
                                      .chips = 4,
                                      .counted = 6.0e15_FLOP,
                                      .peak = 1.0e15_FLOP / 1.0_s};
  CHECK(prediction.of(TrainingMetric::kStepTime) == 2.0);
  CHECK(prediction.of(TrainingMetric::kChipTokens) == 1000.0);
  CHECK(prediction.of(TrainingMetric::kTotalTokens) == 4000.0);
  CHECK(prediction.of(TrainingMetric::kSamples) == 4.0);
  CHECK(*prediction.of(TrainingMetric::kChipFlops) == doctest::Approx(750.0));
  CHECK(*prediction.of(TrainingMetric::kMfu) == doctest::Approx(75.0));
  CHECK_FALSE(prediction.of(TrainingMetric::kTimeToTrain).has_value());
  // A rate twice as high is a step half as long.
  CHECK(prediction.step_of(TrainingMetric::kChipTokens, 2000.0)->in(1.0_s) == 1.0);
  CHECK(prediction.step_of(TrainingMetric::kStepTime, 3.0)->in(1.0_s) == 3.0);
}

TEST_CASE("a fit of the catalog's own steps moves nothing") {
  const auto runs = fit_runs(rows_of_world(1.0, 1.0), the_catalog());
  const TrainingFit fit = fit_training(runs, the_catalog(), TrainingFitDetail::kMultiples);
  for (const TrainingFitRun& run : runs) {
    CHECK(std::abs(multiple(fit, run, "products") - 1.0) < 1e-3);
    CHECK(std::abs(multiple(fit, run, "attention") - 1.0) < 1e-3);
  }
}

TEST_CASE("a fit finds the multiples of the world that its steps are from") {
  const auto runs = fit_runs(rows_of_world(0.8, 1.5), the_catalog());
  REQUIRE(runs.size() == 54);
  const TrainingFit fit = fit_training(runs, the_catalog(), TrainingFitDetail::kEffective);
  const TrainingSystems systems = systems_of(runs, the_catalog());
  for (const TrainingFitRun& run : runs) {
    CHECK(std::abs(multiple(fit, run, "products") / 0.8 - 1.0) < 0.05);
    CHECK(std::abs(multiple(fit, run, "attention") / 1.5 - 1.0) < 0.10);
    hardware::System system = systems.at({run.run.system, run.run.stack});
    apply(fit, run.run, system);
    CHECK(std::abs(predict(run.run, system)->time.total() / run.step - 1.0) < 0.02);
  }
  CHECK(fit.figures_effective > 1.0);
  CHECK(fit.figures_effective < 54.0);
}

TEST_CASE("every figure's multiple moves a step one way or leaves it") {
  const hardware::System& system = **the_catalog().system("hgx-h100");
  const auto run = read_run(rows_of_world(1.0, 1.0).front().conditions, the_catalog());
  REQUIRE(run.has_value());
  CHECK(rc::check([&] {
    const auto i = *rc::gen::inRange<std::size_t>(0, training_figures().size());
    const double more = 1.0 + *rc::gen::inRange(1, 50) / 100.0;
    const auto total = [&](double multiple) {
      LogMultiples logs(training_figures().size(), 0.0);
      logs[i] = std::log(multiple);
      hardware::System scaled = the_catalog().training_unfitted(system, run->stack);
      hardware::scale_training(logs, scaled);
      return predict(*run, scaled)->time.total().in(1.0_s);
    };
    const double less = total(1.0 / more) - total(1.0);
    const double further = total(more) - total(1.0);
    RC_ASSERT(less * further <= 1e-15);
  }));
}

TEST_CASE("a fit's file gives back the multiples that were written") {
  const auto rows = rows_of_world(0.8, 1.5);
  const TrainingCalibration calibration =
      calibrate_training(rows, the_catalog(), {.threads = 2}, {});
  CHECK(calibration.in_sample.error.rows == 54);
  CHECK(calibration.in_sample.error.median < 0.02);
  const std::string text = to_yaml({.training = calibration,
                                    .name = "a world",
                                    .measurements = "its steps",
                                    .source = "own measurements"});
  const yaml::Document document = yaml::parse_document(text, "fit.yaml");
  const yaml::ObjectReader reader(document);
  const catalog::TrainingFits fits =
      catalog::read_training_fits(reader.object("/training"), yaml::Evidence::kOptional);
  CHECK(fits.stacks.at("megatron-bridge").latest == "26.08");
  const TrainingFitRun run = fit_runs(rows, the_catalog()).front();
  hardware::System read =
      the_catalog().training_unfitted(**the_catalog().system(run.run.system), run.run.stack);
  hardware::System fitted = read;
  catalog::apply_fit(fits, "", read);
  apply(calibration.fit, run.run, fitted);
  CHECK(std::abs(predict(run.run, read)->time.total() / predict(run.run, fitted)->time.total() -
                 1.0) < 1e-3);
  CHECK(read.training.calibration.grade == hardware::FitGrade::kOwn);
}

TEST_CASE("a calibration is the same on any number of threads") {
  const auto rows = rows_of_world(0.9, 1.2);
  const auto text = [&](int threads) {
    return to_yaml({.training = calibrate_training(rows, the_catalog(), {.threads = threads}, {}),
                    .name = "a world",
                    .measurements = "its steps",
                    .source = "own measurements"});
  };
  CHECK(text(1) == text(3));
}

}  // namespace offtake::fidelity
