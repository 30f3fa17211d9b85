#include "offtake/fidelity/serving_fit.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <string>

#include "offtake/fidelity/calibration.hpp"
#include "offtake/fidelity/fit_text.hpp"
#include "offtake/fidelity/serving_prediction.hpp"
#include "offtake/hardware/fitted_figure.hpp"
#include "offtake/yaml/document.hpp"

namespace offtake::fidelity {
namespace {

using hardware::serving_figures;
using measurement::InferenceRow;

const catalog::Catalog& the_catalog() {
  static const catalog::Catalog catalog = catalog::load_catalog(OFFTAKE_SOURCE_DIR "/catalog");
  return catalog;
}

std::size_t index_of(std::string_view path) {
  for (std::size_t i = 0; i < serving_figures().size(); ++i) {
    if (serving_figures()[i].path == path) return i;
  }
  FAIL("no such figure");
  return 0;
}

struct Point {
  std::string model;
  std::string chip;
  int tensor;
  double concurrency;
};

/// A row of each metric at each point, as a world would measure it whose figures are `truth`.
std::vector<InferenceRow> rows_of_world(const std::vector<Point>& points,
                                        const FreeFigures& truth) {
  std::vector<InferenceRow> rows;
  for (const Point& point : points) {
    for (const auto metric : {measurement::Metric::kTpot, measurement::Metric::kTtft}) {
      InferenceRow row{.id = std::to_string(rows.size()),
                       .conditions = {.model = point.model,
                                      .chip = point.chip,
                                      .weights = "fp8",
                                      .framework = "vllm",
                                      .tensor = point.tensor,
                                      .input = 1000,
                                      .output = 500,
                                      .concurrency = point.concurrency},
                       .metric = metric,
                       .statistic = measurement::Statistic::kMean};
      const auto run = read_run(row.conditions, the_catalog());
      REQUIRE(run.has_value());
      hardware::System system =
          the_catalog().unfitted(**the_catalog().system(run->system), run->stack);
      apply(truth, system);
      const auto prediction = predict(*run, system);
      REQUIRE(prediction.has_value());
      row.value = *prediction->of(row);
      rows.push_back(row);
    }
  }
  return rows;
}

FreeFigures prior_of(const std::string& chip) {
  const hardware::System system = the_catalog().unfitted(**the_catalog().system(chip), "vllm");
  FreeFigures free;
  for (const auto& figure : serving_figures()) free.push_back(figure.to_free(figure.get(system)));
  return free;
}

std::vector<Point> points() {
  std::vector<Point> all;
  for (const char* model : {"llama-3.1-8b", "llama-3.1-70b", "qwen3-32b"}) {
    for (const int tensor : {2, 4, 8}) {
      for (const double concurrency : {1.0, 8.0, 64.0, 128.0}) {
        all.push_back({model, "H100-SXM", tensor, concurrency});
      }
    }
  }
  return all;
}

/// A world that reads weights at 60% of HBM, starts kernels in 6 us and takes 150 ms for a request.
FreeFigures slower_world() {
  FreeFigures truth = prior_of("hgx-h100");
  truth[index_of("/sustained/hbm_weights")] = std::log(0.60 / 0.40);
  truth[index_of("/fixed/op")] = std::log(6e-6);
  truth[index_of("/fixed/request")] = std::log(0.150);
  return truth;
}

}  // namespace

TEST_CASE("rows that the catalog's figures made leave these where they were") {
  const FreeFigures prior = prior_of("hgx-h100");
  const auto runs = fit_runs(rows_of_world(points(), prior), the_catalog());
  CHECK(runs.size() == 36);
  const ServingFit fit = fit_serving(runs, the_catalog(), FitDetail::kFigures);
  const FreeFigures& fitted = fit.chips.at({"vllm", "h100-sxm"}).figures;
  for (std::size_t i = 0; i < prior.size(); ++i) {
    CAPTURE(serving_figures()[i].path);
    CHECK(fitted[i] == doctest::Approx(prior[i]).epsilon(1e-3));
  }
}

TEST_CASE(
    "pools are fitted by what decode shows, not by their queue, and not when they speculate") {
  const auto runs_with = [](const std::string& speculation) {
    std::vector<InferenceRow> rows;
    for (const auto metric : {measurement::Metric::kTpot, measurement::Metric::kTtft}) {
      rows.push_back(
          {.id = std::to_string(rows.size()),
           .conditions = {.model = "deepseek-r1",
                          .chip = "H200-SXM",
                          .weights = "fp8",
                          .framework = "dynamo-trt",
                          .chips = 16,
                          .input = 1024,
                          .output = 1024,
                          .concurrency = 32,
                          .scenario = measurement::Scenario::kDisaggregated,
                          .notes = speculation + "; disagg prefill gpus=8 workers=1 tp8 ep8 "
                                                 "dpattn=False; decode gpus=8 workers=1 tp8 ep8 "
                                                 "dpattn=False"},
           .metric = metric,
           .statistic = measurement::Statistic::kMean,
           .value = 20.0});
    }
    return fit_runs(rows, the_catalog());
  };
  const auto plain = runs_with("spec_decode=none");
  REQUIRE(plain.size() == 1);
  REQUIRE(plain[0].rows.size() == 1);
  CHECK(plain[0].rows[0].metric == measurement::Metric::kTpot);
  CHECK(runs_with("spec_decode=mtp").empty());
}

TEST_CASE("a fit finds the figures of the world that the rows are from, and predicts it anew") {
  const auto runs = fit_runs(rows_of_world(points(), slower_world()), the_catalog());
  const ServingFit fit = fit_serving(runs, the_catalog(), FitDetail::kSpread);
  const FittedFigures& fitted = fit.chips.at({"vllm", "h100-sxm"});
  const auto value = [&](std::string_view path) {
    const std::size_t i = index_of(path);
    return serving_figures()[i].from_free(fitted.figures[i]);
  };
  CHECK(value("/sustained/hbm_weights") == doctest::Approx(0.60).epsilon(0.05));
  CHECK(value("/fixed/op") == doctest::Approx(6e-6).epsilon(0.15));
  // The request's own time cannot be told from the cold start of the first ones in a mean TTFT.
  const double request = value("/fixed/request") + value("/fixed/first_wave");
  CHECK(request == doctest::Approx(0.150 + 0.050).epsilon(0.05));
  // A point that was not among the rows.
  const std::vector<Point> other{{"llama-3.1-70b", "H100-SXM", 8, 32.0}};
  const auto unseen = rows_of_world(other, slower_world());
  const auto run = read_run(unseen[0].conditions, the_catalog());
  hardware::System system = the_catalog().unfitted(**the_catalog().system(run->system), run->stack);
  apply(fitted.figures, system);
  CHECK(*predict(*run, system)->of(unseen[0]) / unseen[0].value ==
        doctest::Approx(1.0).epsilon(0.03));
  // What the rows say much of is certain, what they say nothing of is as spread as before.
  const auto deviation = [&](std::string_view path) {
    const std::size_t i = index_of(path);
    double variance = 0.0;
    for (std::size_t k = 0; k <= i; ++k)
      variance += std::pow(fitted.spread[i * (i + 1) / 2 + k], 2);
    return std::sqrt(variance);
  };
  const auto prior = [&](std::string_view path) {
    const auto& figure = serving_figures()[index_of(path)];
    return std::hypot(figure.spread_of_stack, figure.spread_of_chip);
  };
  CHECK(deviation("/sustained/hbm_weights") < 0.5 * prior("/sustained/hbm_weights"));
  CHECK(deviation("/fixed/moe_layer") == doctest::Approx(prior("/fixed/moe_layer")).epsilon(0.01));
}

TEST_CASE("a single absurd row moves a fit little") {
  auto rows = rows_of_world(points(), slower_world());
  const auto fit_of = [](const std::vector<InferenceRow>& of) {
    const ServingFit fit =
        fit_serving(fit_runs(of, the_catalog()), the_catalog(), FitDetail::kFigures);
    return fit.chips.at({"vllm", "h100-sxm"}).figures[index_of("/sustained/hbm_weights")];
  };
  const double clean = fit_of(rows);
  rows[4].value *= 20.0;
  CHECK(fit_of(rows) == doctest::Approx(clean).epsilon(0.1));
}

TEST_CASE("a chip without rows takes its nearest relative's figures") {
  const auto runs = fit_runs(rows_of_world(points(), slower_world()), the_catalog());
  const ServingFit fit = fit_serving(runs, the_catalog(), FitDetail::kFigures);
  const auto grade = [&](const char* chip, const char* stack) {
    return nearest_fit(fit, stack, **the_catalog().chip(chip), the_catalog()).grade;
  };
  CHECK(grade("h100-sxm", "vllm") == hardware::FitGrade::kOwn);
  CHECK(grade("b300-sxm", "vllm") == hardware::FitGrade::kRelative);
  CHECK(grade("mi300x", "vllm") == hardware::FitGrade::kStack);
  CHECK(grade("h100-sxm", "sglang") == hardware::FitGrade::kNone);
}

TEST_CASE("what is written of a calibration is read as it was") {
  const auto rows = rows_of_world(points(), slower_world());
  const ServingCalibration calibration = calibrate_serving(rows, the_catalog(), {1}, {});
  CHECK(calibration.runs == 36);
  CHECK(calibration.in_sample.at("tpot").median < 0.01);
  const std::string text = to_yaml({.serving = calibration,
                                    .libraries = {},
                                    .name = "a world",
                                    .measurements = "made",
                                    .source = "a test"});
  const yaml::ObjectReader reader(yaml::parse_document(text, "fit.yaml"));
  const catalog::ServingFits fits = catalog::read_serving_fits(reader, yaml::Evidence::kOptional);
  CHECK(reader.problems().empty());
  const catalog::FittedLayer& chip = fits.stacks.at("vllm").chips.at("h100-sxm");
  CHECK(chip.rows == 72);
  CHECK(chip.models == std::vector<std::string>{"llama-3.1-70b", "llama-3.1-8b", "qwen3-32b"});
  const FittedFigures& fitted = calibration.fit.chips.at({"vllm", "h100-sxm"});
  CHECK(chip.spread.size() == fitted.spread.size());
  for (std::size_t i = 0; i < serving_figures().size(); ++i) {
    CAPTURE(serving_figures()[i].path);
    const double value = serving_figures()[i].from_free(fitted.figures[i]);
    const auto& read = chip.figures[i] ? chip.figures[i] : fits.stacks.at("vllm").shared.figures[i];
    REQUIRE(read.has_value());
    CHECK(*read == doctest::Approx(value).epsilon(1e-3));
  }
  hardware::System system = the_catalog().unfitted(**the_catalog().system("hgx-h100"), "vllm");
  apply_fit(fits, the_catalog().chips(), system);
  CHECK(system.serving.calibration.grade == hardware::FitGrade::kOwn);
  CHECK(system.serving.sustained.hbm_weights.value == doctest::Approx(0.60).epsilon(0.05));
}

TEST_CASE("calibration is the same on any number of threads") {
  auto few = points();
  few.resize(8);
  const auto rows = rows_of_world(few, slower_world());
  const auto text = [&](int threads) {
    return to_yaml({.serving = calibrate_serving(rows, the_catalog(), {threads}, {}),
                    .libraries = {},
                    .name = "a world",
                    .measurements = "made",
                    .source = "a test"});
  };
  CHECK(text(1) == text(3));
}

}  // namespace offtake::fidelity
