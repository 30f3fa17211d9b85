#include "offtake/api/calibrate_answer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <variant>
#include <vector>

#include "offtake/api/measurement_files.hpp"
#include "offtake/api/text_table.hpp"
#include "offtake/fidelity/collective_fit.hpp"
#include "offtake/fidelity/fit_text.hpp"
#include "offtake/fidelity/training_calibration.hpp"

namespace offtake::api {
namespace {

using fidelity::FitScore;
using fidelity::ServingCalibration;
using fidelity::TrainingCalibration;
using fidelity::TrainingScore;
using measurement::CollectiveRow;
using measurement::InferenceRow;
using measurement::TrainingRow;
using Json = nlohmann::ordered_json;

/// Published rows by what they measure, all files together.
struct Measurements {
  std::vector<InferenceRow> inference;
  std::vector<CollectiveRow> collectives;
  std::vector<TrainingRow> training;
};

Measurements read_all(const CalibrateRequest& request) {
  Measurements all;
  for (const measurement::MeasuredRows& rows : read_measurement_files(request.measurements)) {
    if (const auto* inference = std::get_if<std::vector<InferenceRow>>(&rows)) {
      std::ranges::copy(*inference, std::back_inserter(all.inference));
    } else if (const auto* training = std::get_if<std::vector<TrainingRow>>(&rows)) {
      std::ranges::copy(*training, std::back_inserter(all.training));
    } else {
      std::ranges::copy(std::get<std::vector<CollectiveRow>>(rows),
                        std::back_inserter(all.collectives));
    }
  }
  return all;
}

/// By chip of the catalog; a chip whose rows do not suffice is left out.
std::map<std::string, fidelity::CollectiveFit> fit_libraries(const std::vector<CollectiveRow>& rows,
                                                             const catalog::Catalog& catalog) {
  std::map<std::string, std::vector<CollectiveRow>> by_chip;
  std::map<std::string, fidelity::CollectiveForm> forms;
  for (const CollectiveRow& row : rows) {
    const auto system = catalog.system(row.chip);
    if (!system || !fidelity::fits(row)) continue;
    const std::string& chip = (*system)->chip.id;
    by_chip[chip].push_back(row);
    const auto& known = (*system)->scale_up.library;
    forms[chip] = known ? fidelity::form_of(*known) : fidelity::CollectiveForm{};
  }
  std::map<std::string, fidelity::CollectiveFit> fits;
  for (const auto& [chip, own] : by_chip) {
    if (auto fit = fidelity::fit_collectives(own, forms.at(chip))) fits.emplace(chip, *fit);
  }
  return fits;
}

std::string percent(double share) { return fmt::format("{:.1f}%", share * 100.0); }

std::string scores_text(const ServingCalibration& serving, int width) {
  std::vector<std::vector<std::string>> rows;
  const auto add = [&](std::string_view how, const std::map<std::string, FitScore>& scores) {
    for (const auto& [metric, score] : scores) {
      rows.push_back({std::string(how), metric, std::to_string(score.rows), percent(score.median),
                      percent(score.p90)});
    }
  };
  add("in the sample", serving.in_sample);
  add("its model left out", serving.model_left_out);
  add("its chip left out", serving.chip_left_out);
  const std::vector<TextColumn> columns{{"predicted"},
                                        {"metric"},
                                        {"rows", Align::kRight},
                                        {"median error", Align::kRight},
                                        {"p90", Align::kRight}};
  return text_table(columns, rows, width);
}

Json scores_json(const std::map<std::string, FitScore>& scores) {
  Json json = Json::object();
  for (const auto& [metric, score] : scores) {
    json[metric] = {{"rows", score.rows}, {"ape_median", score.median}, {"ape_p90", score.p90}};
  }
  return json;
}

/// The left-outs of training and what each is called.
std::vector<std::pair<std::string, TrainingScore>> scores_of(const TrainingCalibration& training) {
  return {{"in_sample", training.in_sample},
          {"configuration_left_out", training.configuration_left_out},
          {"model_left_out", training.model_left_out},
          {"chip_left_out", training.chip_left_out},
          {"stack_left_out", training.stack_left_out}};
}

std::string training_text(const TrainingCalibration& training, int width) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& [name, score] : scores_of(training)) {
    std::string words = name;
    std::ranges::replace(words, '_', ' ');
    rows.push_back({words, percent(score.error.median), percent(score.error.p90),
                    percent(score.band_coverage)});
  }
  const std::vector<TextColumn> columns{{"training step"},
                                        {"median error", Align::kRight},
                                        {"p90", Align::kRight},
                                        {"in 80% band", Align::kRight}};
  return fmt::format("\n{} training runs, {} figures drawn to one, worth {:.0f} free ones\n\n{}",
                     training.fit.runs, training.fit.figures, training.fit.figures_effective,
                     text_table(columns, rows, width));
}

Json training_json(const TrainingCalibration& training) {
  Json json{{"runs", training.fit.runs},
            {"figures", training.fit.figures},
            {"figures_effective", training.fit.figures_effective}};
  for (const auto& [name, score] : scores_of(training)) {
    json[name] = {{"ape_median", score.error.median},
                  {"ape_p90", score.error.p90},
                  {"band_coverage", score.band_coverage}};
  }
  return json;
}

std::string names_of(const CalibrateRequest& request) {
  std::string names;
  for (const InputFile& file : request.measurements) {
    names += (names.empty() ? "" : ", ") + std::filesystem::path(file.name).filename().string();
  }
  return names;
}

}  // namespace

Response answer_calibrate(const CalibrateRequest& request, const catalog::Catalog& catalog,
                          const Surroundings& surroundings) {
  const Measurements measured = read_all(request);
  const ServingCalibration serving = fidelity::calibrate_serving(
      measured.inference, catalog, surroundings.parallelism, surroundings.progress);
  const auto libraries = fit_libraries(measured.collectives, catalog);
  const TrainingCalibration training = fidelity::calibrate_training(
      measured.training, catalog, surroundings.parallelism, surroundings.progress);
  if (serving.runs == 0 && libraries.empty() && training.fit.runs == 0) {
    throw InputError(
        {{{request.measurements.front().name, 0, 0},
          "--measurements",
          "rows that a fit may use: of a chip, model and software of the catalog, at a "
          "stated layout and load or batch, without speculation",
          "none"}});
  }
  std::string text;
  if (serving.runs > 0) {
    text = fmt::format(
        "{} rows of {} runs, {} figures drawn to their priors, worth {:.0f} free ones\n\n{}",
        serving.fit.rows, serving.runs, serving.fit.figures, serving.fit.figures_effective,
        scores_text(serving, surroundings.width));
  }
  Json library_json = Json::object();
  for (const auto& [chip, fit] : libraries) {
    text += fmt::format("collectives of {}: {} rows, median error {}, p90 {}\n", chip, fit.rows,
                        percent(fit.error_median), percent(fit.error_p90));
    library_json[chip] = {
        {"rows", fit.rows}, {"ape_median", fit.error_median}, {"ape_p90", fit.error_p90}};
  }
  if (training.fit.runs > 0) text += training_text(training, surroundings.width);
  const std::filesystem::path file(request.fit);
  const std::string yaml = fidelity::to_yaml(
      {.serving = serving,
       .libraries = libraries,
       .training = training,
       .name = "Figures fitted to " + names_of(request),
       .measurements = fmt::format("{} inference, {} collective and {} training rows of {}",
                                   measured.inference.size(), measured.collectives.size(),
                                   measured.training.size(), names_of(request)),
       .source = request.source});
  text += fmt::format("\nTo use it: offtake --fit {} size ...\n", file.string());
  return {.text = std::move(text),
          .json = Json{{"rows", serving.fit.rows},
                       {"runs", serving.runs},
                       {"figures", serving.fit.figures},
                       {"figures_effective", serving.fit.figures_effective},
                       {"in_sample", scores_json(serving.in_sample)},
                       {"model_left_out", scores_json(serving.model_left_out)},
                       {"chip_left_out", scores_json(serving.chip_left_out)},
                       {"collectives", std::move(library_json)},
                       {"training", training_json(training)}}
                      .dump(2),
          .files = {{file.filename().string(), yaml}},
          .folder = file.has_parent_path() ? file.parent_path().string() : "."};
}

}  // namespace offtake::api
