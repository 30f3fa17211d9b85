#include "offtake/findings/validation_findings.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

namespace offtake::findings {
namespace {

using fidelity::RowStatus;
using fidelity::ValidatedRow;

ValidatedRow plain(const std::string& metric, const std::string& chip, double measured,
                   double predicted) {
  return {.id = chip + metric,
          .metric = metric,
          .measured = measured,
          .predicted = predicted,
          .chip = chip,
          .vendor = chip == "mi300x" ? "AMD" : "Nvidia",
          .model = "llama-3.1-8b",
          .stack = "vllm",
          .mode = "closed loop",
          .group = "plain"};
}

fidelity::Validation validation_of(std::vector<ValidatedRow> rows) {
  fidelity::Validation validation{.rows = std::move(rows)};
  validation.summary = fidelity::summarise(validation.rows);
  return validation;
}

/// Five rows of each of two chips, 10% and 50% too high, two of the second with a band around.
fidelity::Validation two_chips() {
  std::vector<ValidatedRow> rows;
  for (int i = 1; i <= 5; ++i) {
    rows.push_back(plain("tpot_ms", "h100-sxm", 10.0 * i, 11.0 * i));
    rows.push_back(plain("tpot_ms", "mi300x", 10.0 * i, 15.0 * i));
  }
  return validation_of(std::move(rows));
}

ValidatedRow unsupported() {
  return {.id = "u",
          .metric = "ttft_ms",
          .measured = 1.0,
          .status = RowStatus::kUnsupported,
          .reason = "its pools are not stated",
          .chip = "H100",
          .model = "M",
          .group = "not predicted"};
}

}  // namespace

TEST_CASE("a metric is told in words, its tail with them") {
  CHECK(metric_words("tpot_ms") == "TPOT");
  CHECK(metric_words("output_tok_s p99") == "output rate p99");
  CHECK(metric_words("of_a_user") == "of_a_user");
}

TEST_CASE("the title of a segment names the nearest and the farthest with their medians") {
  const auto section = validation_section(two_chips());
  REQUIRE(section.pictures.size() == 2);
  CHECK(section.pictures[0].text.title ==
        "TPOT is nearest for h100-sxm, 10% off in the middle, farthest for mi300x, 50%");
  CHECK(section.pictures[0].views[0].segments[1].family == "AMD");
  // There is one model, so no finding holds.
  CHECK(section.pictures[1].text.title == "Error by model");
}

TEST_CASE("by hand: half of ten rows") {
  // Errors: five of 10%, five of 50%: median 30%, 90th percentile 50%.
  const auto section = validation_section(two_chips());
  REQUIRE(section.panels.size() == 1);
  CHECK(section.panels[0].name == "TPOT, ms");
  CHECK(section.panels[0].points.size() == 10);
  CHECK(section.scatter.title ==
        "TPOT: half of 10 plain rows lie within 30%, nine in ten within 50%");
  CHECK(section.subjects.size() == 2);
  CHECK(section.subjects[0].name == "llama-3.1-8b on h100-sxm, vllm");
}

TEST_CASE("without a band no coverage is claimed; with one it is the middle of the rows'") {
  fidelity::Validation validation = two_chips();
  auto answer = validation_answer(validation);
  CHECK(answer[2].sentence == "No prediction of a plain row carries a band.");
  CHECK_FALSE(validation_section(validation).panels[0].band.has_value());
  CHECK_FALSE(validation_section(validation).panels[0].errors.band_coverage.has_value());

  for (ValidatedRow& row : validation.rows) {
    row.low = 0.8 * *row.predicted;  // Holds 10 / 11 = 0.91 of the prediction, not 10 / 15 = 0.67.
    row.high = 1.25 * *row.predicted;
  }
  validation = validation_of(validation.rows);
  answer = validation_answer(validation);
  CHECK(answer[2].sentence == "The band holds 50% of 10 plain figures that have one.");
  const auto section = validation_section(validation);
  REQUIRE(section.panels[0].band.has_value());
  CHECK(section.panels[0].band->low == doctest::Approx(0.8));
  CHECK(section.panels[0].band->high == doctest::Approx(1.25));
}

TEST_CASE("rows set apart and rows not predicted are told by themselves") {
  ValidatedRow apart = plain("tpot_ms", "h100-sxm", 10.0, 40.0);
  apart.group = "suspect";
  const auto validation =
      validation_of({plain("tpot_ms", "h100-sxm", 10.0, 11.0), apart, unsupported()});
  const auto section = validation_section(validation);
  REQUIRE(section.apart.size() == 1);
  CHECK(section.apart[0].group == "suspect");
  CHECK(section.apart[0].errors.median == doctest::Approx(3.0));
  CHECK(section.panels[0].errors.median == doctest::Approx(0.1));
  CHECK(std::ranges::count(section.panels[0].points, true, &report::MeasuredPoint::apart) == 1);
  REQUIRE(section.unpredicted.size() == 1);
  CHECK(section.unpredicted[0].subject == "M on H100");
  CHECK(section.unpredicted[0].reason == "its pools are not stated");
  CHECK(validation_answer(validation)[0].sentence == "2 of 3 published figures are predicted.");
}

TEST_CASE("a table of which nothing is predicted still has a page") {
  const auto validation = validation_of({unsupported()});
  CHECK(validation_section(validation).panels.empty());
  CHECK(validation_section(validation).pictures.empty());
  CHECK(validation_answer(validation)[1].sentence == "No plain row has a prediction.");
}

}  // namespace offtake::findings
