#include "offtake/fidelity/validation.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>

namespace offtake::fidelity {
namespace {

using measurement::InferenceRow;
using measurement::Metric;
using measurement::Statistic;
using Segment = std::vector<std::pair<std::string, std::string>>;

const catalog::Catalog& own() {
  static const catalog::Catalog catalog = catalog::load_catalog(OFFTAKE_SOURCE_DIR "/catalog");
  return catalog;
}

ValidatedRow tpot(double measured, double predicted, const std::string& chip) {
  return {.metric = "tpot_ms",
          .measured = measured,
          .predicted = predicted,
          .low = 0.8 * predicted,
          .high = 1.25 * predicted,
          .chip = chip,
          .group = "plain"};
}

const ErrorSummary& find(const std::vector<ErrorSummary>& all, const std::string& metric,
                         const Segment& segment) {
  const auto found = std::ranges::find_if(
      all, [&](const ErrorSummary& one) { return one.metric == metric && one.segment == segment; });
  REQUIRE(found != all.end());
  return *found;
}

InferenceRow row(std::string id, Metric metric, double value) {
  InferenceRow made{.id = std::move(id), .metric = metric, .value = value};
  made.conditions = {.model = "Llama-3.1-70B",
                     .chip = "H100-SXM",
                     .weights = "fp8",
                     .framework = "vllm",
                     .tensor = 4,
                     .input = 1000.0,
                     .output = 500.0,
                     .concurrency = 8.0};
  return made;
}

}  // namespace

TEST_CASE("by hand: the summary of four rows") {
  // Errors: 11/10 - 1 = +10%, 18/20 - 1 = -10%, 60/40 - 1 = +50%; the fourth has no prediction.
  // Sizes 10, 10, 50: median 10, 90th percentile 10 + 0.8 x 40 = 42. Signs -10, 10, 50: median 10.
  // Bands: 8.8 to 13.75 holds 10; 14.4 to 22.5 holds 20; 48 to 75 does not hold 40: two of three.
  std::vector<ValidatedRow> rows{tpot(10.0, 11.0, "a"), tpot(20.0, 18.0, "a"),
                                 tpot(40.0, 60.0, "b")};
  rows.push_back({.metric = "tpot_ms",
                  .measured = 5.0,
                  .status = RowStatus::kUnsupported,
                  .reason = "its pools are not stated",
                  .chip = "b",
                  .group = "not predicted"});
  const auto all = summarise(rows);
  const ErrorSummary& whole = find(all, "tpot_ms", {});
  CHECK(whole.rows == 4);
  CHECK(whole.covered == 3);
  CHECK(whole.ape_median == doctest::Approx(0.10));
  CHECK(whole.ape_p90 == doctest::Approx(0.42));
  CHECK(whole.bias_median == doctest::Approx(0.10));
  CHECK(whole.band_coverage == doctest::Approx(2.0 / 3.0));
  const ErrorSummary& of_b = find(all, "tpot_ms", {{"group", "plain"}, {"chip", "b"}});
  CHECK(of_b.rows == 1);
  CHECK(of_b.ape_median == doctest::Approx(0.50));
  CHECK(of_b.band_coverage == 0.0);
  const ErrorSummary& left = find(all, "tpot_ms", {{"group", "not predicted"}});
  CHECK(left.rows == 1);
  CHECK(left.covered == 0);
  CHECK(left.ape_median == 0.0);
}

TEST_CASE("a tail is not scored with the middle") {
  ValidatedRow tail = tpot(10.0, 20.0, "a");
  tail.statistic = "p99";
  CHECK(scored_metric(tail) == "tpot_ms p99");
  const auto all = summarise(std::vector{tpot(10.0, 11.0, "a"), tail});
  CHECK(find(all, "tpot_ms", {}).ape_median == doctest::Approx(0.1));
  CHECK(find(all, "tpot_ms p99", {}).ape_median == doctest::Approx(1.0));
}

TEST_CASE("only plain rows are told by chip and model") {
  ValidatedRow apart = tpot(10.0, 20.0, "a");
  apart.group = "suspect";
  const auto all = summarise(std::vector{apart});
  CHECK(std::ranges::none_of(all, [](const ErrorSummary& one) { return one.segment.size() > 1; }));
}

TEST_CASE("every row comes back, in order, with its status and its reason") {
  std::vector<InferenceRow> rows{row("a", Metric::kTpot, 20.0), row("b", Metric::kTtft, 300.0),
                                 row("c", Metric::kTpot, 20.0), row("d", Metric::kTpot, 20.0)};
  rows[2].conditions.model = "no-such-model";
  rows[3].conditions.model = "Llama-3.1-405B";
  rows[3].conditions.tensor = 1;
  const auto validated = validate_inference(rows, own(), {1});
  REQUIRE(validated.size() == 4);
  CHECK(validated[0].id == "a");
  CHECK(validated[0].status == RowStatus::kOk);
  CHECK(validated[0].chip == "h100-sxm");
  CHECK(validated[0].mode == "closed loop");
  CHECK(validated[1].metric == "ttft_ms");
  CHECK(validated[1].predicted.has_value());
  CHECK(validated[2].status == RowStatus::kUnsupported);
  CHECK(validated[2].reason.find("no-such-model") != std::string::npos);
  CHECK_FALSE(validated[2].predicted.has_value());
  CHECK(validated[3].status == RowStatus::kDoesNotFit);
  CHECK_FALSE(validated[3].reason.empty());
}

TEST_CASE("the answer does not depend on the number of threads") {
  std::vector<InferenceRow> rows;
  for (int i = 0; i < 12; ++i) {
    rows.push_back(row(std::to_string(i), i % 2 == 0 ? Metric::kTpot : Metric::kTtft, 20.0));
    rows.back().conditions.concurrency = 1.0 + i / 2;
  }
  const auto one = validate_inference(rows, own(), {1});
  const auto four = validate_inference(rows, own(), {4});
  for (std::size_t i = 0; i < rows.size(); ++i) CHECK(one[i].predicted == four[i].predicted);
}

TEST_CASE("a collective's chip and vendor are the catalog's") {
  const std::vector<measurement::CollectiveRow> rows{{.chip = "H100-SXM", .ranks = 8}};
  const auto validated = validate_collectives(rows, own());
  REQUIRE(validated.size() == 1);
  CHECK(validated[0].chip == "h100-sxm");
  CHECK(validated[0].vendor == "Nvidia");
}

}  // namespace offtake::fidelity
