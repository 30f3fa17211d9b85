#include "offtake/api/validate_answer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <iterator>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "offtake/api/measurement_files.hpp"
#include "offtake/api/validate_text.hpp"
#include "offtake/fidelity/simulated_validation.hpp"
#include "offtake/fidelity/validation.hpp"
#include "offtake/findings/validation_report.hpp"
#include "offtake/measurement/measured_rows.hpp"
#include "offtake/report/html_report.hpp"

namespace offtake::api {
namespace {

using fidelity::ErrorSummary;
using fidelity::ValidatedRow;
using measurement::CsvTable;
using measurement::MeasuredRows;
using Json = nlohmann::ordered_json;

constexpr std::string_view kOwnTables[] = {"inference.csv", "collectives.csv", "training.csv"};

CsvTable own_table(const Surroundings& surroundings, std::string_view name) {
  return measurement::read_csv_file(
      fmt::format("{}/measurements/{}", surroundings.catalog_folder, name));
}

/// The rows of each file. The problems of all files are told together.
std::vector<MeasuredRows> read_files(const ValidateRequest& request,
                                     const Surroundings& surroundings) {
  std::vector<MeasuredRows> files;
  if (request.measurements.empty()) {
    for (const std::string_view name : kOwnTables) {
      files.push_back(measurement::read_measured_rows(own_table(surroundings, name)));
    }
    return files;
  }
  return read_measurement_files(request.measurements);
}

std::vector<ValidatedRow> validate_file(const MeasuredRows& file, const catalog::Catalog& catalog,
                                        bool simulate, Parallelism parallelism) {
  if (const auto* rows = std::get_if<std::vector<measurement::InferenceRow>>(&file)) {
    auto validated = fidelity::validate_inference(*rows, catalog, parallelism);
    if (simulate) fidelity::add_simulated(*rows, catalog, parallelism, validated);
    return validated;
  }
  if (const auto* rows = std::get_if<std::vector<measurement::TrainingRow>>(&file)) {
    return fidelity::validate_training(*rows, catalog, parallelism);
  }
  return fidelity::validate_collectives(std::get<std::vector<measurement::CollectiveRow>>(file),
                                        catalog);
}

std::vector<ValidatedRow> validate(const std::vector<MeasuredRows>& files, bool simulate,
                                   const catalog::Catalog& catalog,
                                   const Surroundings& surroundings) {
  constexpr std::string_view kStage = "predicting what was measured";
  std::vector<ValidatedRow> rows;
  for (std::size_t i = 0; i < files.size(); ++i) {
    tell(surroundings.progress, kStage, static_cast<double>(i) / static_cast<double>(files.size()));
    auto of_file = validate_file(files[i], catalog, simulate, surroundings.parallelism);
    std::ranges::move(of_file, std::back_inserter(rows));
  }
  tell(surroundings.progress, kStage, 1.0);
  return rows;
}

Json or_null(const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); }

Json row_json(const ValidatedRow& row) {
  return {{"id", row.id},
          {"metric", row.metric},
          {"stat", row.statistic},
          {"measured", row.measured},
          {"predicted", or_null(row.predicted)},
          {"low", or_null(row.low)},
          {"high", or_null(row.high)},
          {"status", name(row.status)},
          {"reason", row.reason},
          {"chip", row.chip},
          {"model", row.model},
          {"stack", row.stack},
          {"mode", row.mode},
          {"group", row.group},
          {"grade", row.grade}};
}

Json summary_json(const ErrorSummary& summary) {
  Json segment = Json::object();
  for (const auto& [key, value] : summary.segment) segment[key] = value;
  return {{"metric", summary.metric},
          {"segment", segment},
          {"rows", summary.rows},
          {"covered", summary.covered},
          {"ape_median", summary.ape_median},
          {"ape_p90", summary.ape_p90},
          {"bias_median", summary.bias_median},
          {"band_coverage", summary.band_coverage}};
}

Json error_json(const fidelity::FormError& error) {
  return {{"ape_median", error.ape_median},
          {"ape_p90", error.ape_p90},
          {"bias_median", error.bias_median}};
}

Json comparison_json(const fidelity::FormComparison& comparison) {
  return {{"group", comparison.group},
          {"stack", comparison.stack},
          {"metric", comparison.metric},
          {"rows", comparison.rows},
          {"closed_form", error_json(comparison.closed_form)},
          {"simulation", error_json(comparison.simulation)},
          {"simulation_nearer", comparison.nearer}};
}

Json validation_json(const fidelity::Validation& validation) {
  Json rows = Json::array();
  for (const ValidatedRow& row : validation.rows) {
    rows.push_back(row_json(row));
    if (row.simulated) rows.back()["simulated"] = *row.simulated;
  }
  Json summary = Json::array();
  for (const ErrorSummary& one : validation.summary) summary.push_back(summary_json(one));
  return {{"rows", std::move(rows)}, {"summary", std::move(summary)}};
}

std::string file_names(const ValidateRequest& request) {
  std::string names;
  for (const InputFile& file : request.measurements)
    names += (names.empty() ? "" : ", ") + file.name;
  return names.empty() ? "the catalog's own tables" : names;
}

std::string command_of(const ValidateRequest& request, const std::string& report) {
  std::string command = "offtake validate";
  if (!request.measurements.empty()) command += " --measurements";
  for (const InputFile& file : request.measurements) command += " " + file.name;
  if (request.simulate) command += " --simulate";
  return command + " --report " + report;
}

report::ReportDocument document_of(const ValidateRequest& request, const std::string& report,
                                   const fidelity::Validation& validation,
                                   const catalog::Catalog& catalog) {
  return findings::validation_report(
      {.validation = &validation,
       .facts = {{"Measurements", file_names(request)},
                 {"Rows", fmt::format("{}", validation.rows.size())}},
       .run = {.facts = {{"offtake", OFFTAKE_VERSION},
                         {"Catalog", "hash " + catalog.content_hash()},
                         {"Measurements", file_names(request)}},
               .commands = {command_of(request, report)},
               .note = "The same files and build give the same bytes on any number of threads."}});
}

}  // namespace

Response answer_validate(const ValidateRequest& request, const catalog::Catalog& catalog,
                         const Surroundings& surroundings) {
  const auto begin = std::chrono::steady_clock::now();
  fidelity::Validation validation{
      .rows = validate(read_files(request, surroundings), request.simulate, catalog, surroundings)};
  validation.summary = fidelity::summarise(validation.rows);
  const auto comparisons = fidelity::compare_forms(validation.rows);
  Json json = validation_json(validation);
  if (request.simulate) {
    json["simulation"] = Json::array();
    for (const auto& one : comparisons) json["simulation"].push_back(comparison_json(one));
  }
  json["elapsed_s"] =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  Response response{.text = validation_text(validation, surroundings.width) +
                            comparison_text(comparisons, surroundings.width),
                    .json = json.dump(2)};
  if (request.report) {
    const std::filesystem::path page(*request.report);
    response.files = {
        {page.filename().string(),
         report::html_report(document_of(request, *request.report, validation, catalog))}};
    response.folder = page.has_parent_path() ? page.parent_path().string() : ".";
  }
  return response;
}

}  // namespace offtake::api
