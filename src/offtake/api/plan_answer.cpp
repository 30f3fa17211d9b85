#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "offtake/api/book_answer.hpp"
#include "offtake/api/book_question.hpp"
#include "offtake/api/plan_json.hpp"
#include "offtake/api/stress_answer_json.hpp"
#include "offtake/findings/decision_report.hpp"
#include "offtake/report/html_report.hpp"
#include "offtake/report/terminal_summary.hpp"
#include "offtake/study/access_value.hpp"
#include "offtake/study/book_yields.hpp"
#include "offtake/study/buy_decision.hpp"
#include "offtake/study/commitment_stress.hpp"
#include "offtake/study/engine_settings.hpp"
#include "offtake/study/planned_commitments.hpp"
#include "offtake/study/reading_effects.hpp"
#include "offtake/study/sensitivity.hpp"

namespace offtake::api {
namespace {

using Json = nlohmann::ordered_json;

/// Worlds that a plan is lived through in, unless the request names their number.
constexpr int kFresh = 1000;

report::RunSection run_section(const PlanRequest& request, const book::Book& book,
                               const catalog::Catalog& catalog, const study::BuyDecision& decision,
                               const std::optional<stress::StressAnswer>& stress) {
  report::RunSection run;
  std::string command = "offtake plan " + request.book.name;
  if (request.scenarios) command += fmt::format(" --scenarios {}", *request.scenarios);
  if (request.fresh) command += fmt::format(" --fresh {}", *request.fresh);
  if (request.seed) command += fmt::format(" --seed {}", *request.seed);
  if (request.paths) command += fmt::format(" --paths {}", *request.paths);
  for (const Setting& setting : request.settings) {
    command += fmt::format(" --set '{}={}'", setting.path, setting.value);
  }
  run.facts = {
      {"offtake", OFFTAKE_VERSION},
      {"Catalog", "hash " + catalog.content_hash()},
      {"Book", fmt::format("{}, hash {}", request.book.name, text_hash(request.book.text))},
      {"Plan", fmt::format("{}, {} scenarios, λ {}, α {}, seed {}; objective ${:.4f}B, proven "
                           "bound ${:.4f}B",
                           decision.method, decision.scenarios, decision.lambda, decision.alpha,
                           book.risk.seed, decision.objective.base_units() / 1e9,
                           decision.bound.base_units() / 1e9)}};
  if (stress) {
    run.facts.push_back({"Stress", fmt::format("{} paths, greatest clearing", stress->paths)});
  }
  run.commands = {command};
  run.note = "The same book, seed and build give the same bytes on any number of threads.";
  return run;
}

/// Why there is no plan: the limits that cannot hold together, where it is they.
std::string excluded_text(const study::BuyDecision& decision) {
  std::string text = "No plan satisfies the book's limits";
  for (std::size_t i = 0; i < decision.broken_limits.size(); ++i) {
    text += (i == 0 ? ": " : ", ") + decision.broken_limits[i];
  }
  return text + ".\n";
}

}  // namespace

Response answer_plan(const PlanRequest& request, const catalog::Catalog& catalog,
                     const Surroundings& surroundings) {
  const book::Overrides overrides = overrides_of(request.settings);
  book::Book book = read_request_book(request.book, overrides);
  if (request.seed) book.risk.seed = *request.seed;

  const study::YieldTable yields =
      study::book_yields(book, catalog, study::planned_training(book), surroundings.parallelism,
                         surroundings.progress);
  const study::BuyDecisionSettings settings{
      .assumptions = study::buy_decision_assumptions(book, catalog),
      .scenarios = request.scenarios,
      .fresh = request.fresh.value_or(kFresh),
      .parallelism = surroundings.parallelism,
      .progress = surroundings.progress};
  const study::BuyDecision decision = study::decide_purchases(book, yields, settings);
  Json json = plan_json(decision, yields);
  if (decision.status == lp::Status::kInfeasible) {
    return {.outcome = Outcome::kTrueNo,
            .text = excluded_text(decision),
            .json = json.dump(2),
            .files = {},
            .folder = {}};
  }

  const study::AccessValue access =
      study::access_value(book, yields,
                          {.name = book.value_of.empty() ? "" : book.value_of.front(),
                           .assumptions = settings.assumptions,
                           .scenarios = decision.scenarios,
                           .serve_all = decision.share_undone() > 1e-3,
                           .start = decision.basis,
                           .parallelism = surroundings.parallelism,
                           .progress = surroundings.progress});
  json["access_value"] = access_json(access);

  study::SensitivityQuestion question{.book_text = request.book.text,
                                      .book_file = request.book.name,
                                      .overrides = overrides,
                                      .assumptions = settings.assumptions,
                                      .parallelism = surroundings.parallelism,
                                      .progress = surroundings.progress};
  const study::Sensitivity sensitivity = study::plan_sensitivity(book, yields, question);

  const study::ReadingEffects readings =
      study::reading_effects(book, yields,
                             {.name = access.system.empty() ? "" : access.name,
                              .assumptions = settings.assumptions,
                              .scenarios = decision.scenarios,
                              .start = decision.basis,
                              .parallelism = surroundings.parallelism,
                              .progress = surroundings.progress});
  json["readings"] = readings_json(readings);

  std::optional<stress::StressAnswer> stress;
  if (!book.parties.parties.empty()) {
    tell(surroundings.progress, "can it be paid", 0.0);
    study::CommitmentStressAssumptions assumptions = study::commitment_stress_assumptions(book);
    if (request.paths) assumptions.settings.paths = static_cast<std::size_t>(*request.paths);
    assumptions.settings.block = static_cast<std::size_t>(decision.scenarios);
    stress = study::commitment_stress(book, study::planned_commitments(book, decision), assumptions,
                                      surroundings.parallelism);
    json["stress"] = stress_json(*stress);
  }

  const report::ReportDocument document =
      findings::decision_report({.book = &book,
                                 .yields = &yields,
                                 .decision = &decision,
                                 .access = &access,
                                 .sensitivity = &sensitivity,
                                 .readings = &readings,
                                 .stress = stress ? &*stress : nullptr,
                                 .run = run_section(request, book, catalog, decision, stress)});
  const std::string folder = "out/" + book.name;
  return {
      .text = report::terminal_summary(document,
                                       {.width = surroundings.width, .color = surroundings.colour}),
      .json = json.dump(2),
      .files = {{"report.html", report::html_report(document)}, {"plan.json", json.dump(2) + "\n"}},
      .folder = folder};
}

}  // namespace offtake::api
