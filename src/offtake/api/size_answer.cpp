#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "offtake/api/choices.hpp"
#include "offtake/api/measured_systems.hpp"
#include "offtake/api/perf_answer.hpp"
#include "offtake/api/text_table.hpp"
#include "offtake/study/rental_price.hpp"
#include "offtake/study/serve_cost.hpp"
#include "offtake/study/verified_capacity.hpp"

namespace offtake::api {
namespace {

using Json = nlohmann::ordered_json;

/// One system's answer with the price it was costed at.
struct Sized {
  hardware::System system;
  const catalog::Price* price = nullptr;
  std::shared_ptr<const perf::OperationTable> operations;  ///< Measured ones that answer.
  study::ServeCost cost;
  std::optional<perf::Yield<ChipTokenRate>> closed_form;  ///< Where a simulation has replaced it.
  std::optional<study::VerifiedCapacity> verified;
  double elapsed_s = 0.0;
};

template <class Q>
Json band(const perf::Yield<Q>& yield, double unit = 1.0) {
  return {{"value", yield.value.base_units() / unit},
          {"low", yield.low.base_units() / unit},
          {"high", yield.high.base_units() / unit}};
}

Json cut_json(const perf::ServingLayout& layout) {
  return {{"tp", layout.tensor},
          {"pp", layout.pipeline},
          {"ep", layout.expert},
          {"attention_dp", layout.attention_data}};
}

Json pool_json(const perf::ServingLayout& layout, int workers) {
  Json json = cut_json(layout);
  json["workers"] = workers;
  json["chips_per_worker"] = layout.chips();
  return json;
}

Json deployment_json(const study::ServedAs& served) {
  const perf::ServingLayout& layout = served.layout;
  Json json = served.prefill ? Json::object() : cut_json(layout);
  json["chips"] = served.chips();
  json["weights"] = hardware::name(layout.weights);
  json["kv_cache"] = hardware::name(layout.kv_cache);
  json["concurrency"] = served.concurrency;
  json["mode"] = served.mode;
  if (const auto& prefill = served.prefill) {
    json["prefill"] = pool_json(prefill->layout, prefill->workers);
    json["prefill"]["load"] = prefill->load;
    json["decode"] = pool_json(layout, prefill->decode_workers);
    json["kv_transfer_s"] = prefill->transfer.base_units();
  }
  return json;
}

Json frontier_json(const study::ServeCost& cost) {
  Json rows = Json::array();
  for (const study::FrontierPoint& point : cost.frontier) {
    rows.push_back({{"deployment", deployment_json(point.served)},
                    {"tpot_p50_s", point.tpot_p50.base_units()},
                    {"ttft_p50_s", point.ttft_p50.base_units()},
                    {"output_tokens_per_s_per_chip", point.output_rate.base_units()}});
  }
  return rows;
}

Json answer_json(const Sized& sized) {
  Json row{{"system", sized.system.id},
           {"feasible", sized.cost.answer.has_value()},
           {"reason", sized.cost.reason}};
  if (const auto& answer = sized.cost.answer) {
    row["deployment"] = deployment_json(answer->served);
    row["replicas"] = answer->replicas;
    row["ttft_p50_s"] = answer->ttft_p50.value.base_units();
    row["ttft_p99_s"] = answer->ttft_p99.value.base_units();
    row["tpot_p50_s"] = answer->tpot_p50.value.base_units();
    row["tpot_p99_s"] = answer->tpot_p99.value.base_units();
    row["ttft_p99_band_s"] = band(answer->ttft_p99);
    row["tpot_p99_band_s"] = band(answer->tpot_p99);
    row["output_tokens_per_s_per_chip"] = band(answer->output_rate);
    row["total_tokens_per_s_per_chip"] = band(answer->total_rate);
    row["usd_per_million_output_tokens"] =
        answer->price_output ? band(*answer->price_output, 1e-6) : Json(nullptr);
    row["usd_per_million_tokens"] =
        answer->price_blended ? band(*answer->price_blended, 1e-6) : Json(nullptr);
    row["power_w_per_chip"] = answer->site_power.base_units();
    row["memory_bytes_per_chip"] = {{"weights", answer->memory.weights.base_units()},
                                    {"kv_cache", answer->memory.kv_cache.base_units()},
                                    {"activations", answer->memory.activations.base_units()},
                                    {"reserve", answer->memory.reserve.base_units()},
                                    {"total", answer->memory.total().base_units()}};
  }
  if (sized.closed_form) row["closed_form_output_tokens_per_s_per_chip"] = band(*sized.closed_form);
  if (sized.verified) {
    row["verified"] = {{"requests_per_s", sized.verified->knee.load},
                       {"slo_attainment", sized.verified->knee.attainment},
                       {"runs", sized.verified->runs}};
  }
  if (sized.price != nullptr) {
    row["price"] = {{"usd_per_chip_hour", sized.price->price->base_units() * 3600.0},
                    {"provider", sized.price->provider},
                    {"term", sized.price->term},
                    {"date", to_string(sized.price->date)},
                    {"source", sized.price->source}};
  }
  row["stack"] = sized.cost.stack;
  row["fit"] = {{"grade", name(sized.cost.grade)},
                {"chip", sized.cost.fitted_chip},
                {"rows", sized.cost.fitted_rows},
                {"known_model", sized.cost.known_model}};
  row["measured_operations"] = sized.operations != nullptr;
  row["pareto"] = frontier_json(sized.cost);
  row["evaluated"] = sized.cost.evaluated;
  row["elapsed_s"] = sized.elapsed_s;
  return row;
}

/// Puts a simulation's figures in the place of the closed form's, or says that it finds no rate.
void verify(const model::ModelArchitecture& model, const study::ServeQuestion& question,
            Sized& sized) {
  if (!sized.cost.answer) return;
  sized.closed_form = sized.cost.answer->output_rate;
  sized.verified = study::verified_capacity(model, sized.system, question, *sized.cost.answer);
  if (sized.verified) {
    study::replace_figures(*sized.cost.answer, *sized.verified);
    return;
  }
  sized.cost.answer.reset();
  sized.cost.reason = "in a simulation no rate of requests keeps the limits for 99 of 100";
}

std::vector<std::string> cells(const Sized& sized) {
  if (!sized.cost.answer) return {sized.system.id, "–", "–", "–", "–", "–", "–", sized.cost.reason};
  const study::ServeAnswer& answer = *sized.cost.answer;
  const auto ms = [](Seconds time) { return fmt::format("{:.0f}", time.base_units() * 1e3); };
  const std::string usd =
      answer.price_output
          ? fmt::format("{:.2f}  {:.2f}–{:.2f}", answer.price_output->value.base_units() * 1e6,
                        answer.price_output->low.base_units() * 1e6,
                        answer.price_output->high.base_units() * 1e6)
          : "–";
  return {sized.system.id,
          fmt::format("{:.0f}", answer.output_rate.value.base_units()),
          fmt::format("{:.0f}–{:.0f}", answer.output_rate.low.base_units(),
                      answer.output_rate.high.base_units()),
          ms(answer.ttft_p99.value),
          fmt::format("{:.1f}", answer.tpot_p99.value.base_units() * 1e3),
          usd,
          fmt::format("{:.0f}", answer.site_power.base_units()),
          study::describe(answer.served)};
}

/// On what the figures behind the answers stand.
std::string fit_text(const std::vector<Sized>& sized) {
  std::map<hardware::FitGrade, std::vector<std::string>> systems;
  for (const Sized& one : sized) {
    if (!one.cost.answer) continue;
    std::string name = one.system.id;
    if (one.cost.grade == hardware::FitGrade::kRelative) name += " (" + one.cost.fitted_chip + ")";
    if (one.cost.grade >= hardware::FitGrade::kRelative && !one.cost.known_model) {
      name += " without this model";
    }
    systems[one.cost.grade].push_back(std::move(name));
  }
  std::string text;
  const auto add = [&](hardware::FitGrade grade, std::string_view words) {
    if (!systems.contains(grade)) return;
    text += fmt::format("{}: {}\n", words, fmt::join(systems.at(grade), ", "));
  };
  add(hardware::FitGrade::kOwn, "Fitted to measurements of the chip");
  add(hardware::FitGrade::kRelative, "Fitted to measurements of a relative");
  add(hardware::FitGrade::kStack, "Fitted to measurements of the stack on other vendors' chips");
  add(hardware::FitGrade::kNone, "Not fitted: estimates");
  return text;
}

}  // namespace

Response answer_size(const SizeRequest& request, const catalog::Catalog& catalog,
                     Parallelism parallelism, int width) {
  std::vector<Problem> problems;
  const auto model = chosen_model(request.model, catalog, problems);
  std::vector<Sized> sized;
  for (const SystemChoice& choice : request.systems) {
    if (auto system = chosen_system(choice, catalog, problems)) sized.push_back({*system});
  }
  if (request.systems.empty()) {
    for (const hardware::System& system : catalog.systems()) sized.push_back({system});
  }
  study::ServeQuestion question{
      .request = {.input = request.isl.base_units(),
                  .output = request.osl.base_units(),
                  .cached_share = request.cached_input},
      .objective = {.ttft_p99 = request.ttft_p99, .tpot_p99 = request.tpot_p99},
      .chips = request.chips};
  if (request.weights) {
    if (const auto format = chosen_format("--weights", *request.weights, problems)) {
      question.weights = {*format};
    }
  }
  if (request.mode) {
    if (const auto mode = chosen_mode("--mode", *request.mode, problems)) question.mode = *mode;
  }
  if (request.draft_tokens) {
    perf::Speculation& speculation = question.assumptions.speculation;
    speculation = perf::multi_token_prediction(*request.draft_tokens);
    if (request.acceptance) speculation.acceptance = *request.acceptance;
  } else if (request.acceptance) {
    problems.push_back({{}, "--acceptance", "--draft-tokens beside it", "none"});
  }
  if (request.isl < Tokens::in_base_units(1.0)) {
    problems.push_back({{}, "--isl", "at least one token", "fewer"});
  }
  if (request.osl < Tokens::in_base_units(1.0)) {
    problems.push_back({{}, "--osl", "at least one token", "fewer"});
  }
  if (request.cached_input >= 1.0) {
    problems.push_back({{}, "--cached-input", "less than the whole input", "all of it"});
  }
  if (!problems.empty()) throw InputError(std::move(problems));
  if (request.operations) {
    const std::vector<fidelity::StackOperations> measured = read_operations(*request.operations);
    for (Sized& one : sized) one.operations = operation_table(measured, one.system);
    if (std::ranges::all_of(sized, [](const Sized& one) { return one.operations == nullptr; })) {
      throw InputError({{{request.operations->name},
                         "--operations",
                         "operations of a system's chip with its stack",
                         found_text(measured)}});
    }
  }

  for_each_index(sized.size(), parallelism, [&](std::size_t index) {
    Sized& one = sized[index];
    study::ServeQuestion own = question;
    own.price = request.price;
    own.assumptions.operations = one.operations;
    if (!own.price) {
      one.price = study::rental_price(catalog, one.system);
      if (one.price != nullptr) own.price = one.price->price;
    }
    const auto begin = std::chrono::steady_clock::now();
    one.cost = study::serve_cost(*model, one.system, own);
    if (request.verify) verify(*model, own, one);
    one.elapsed_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  });

  Json answers = Json::array();
  std::vector<std::vector<std::string>> rows;
  bool any = false;
  for (const Sized& one : sized) {
    answers.push_back(answer_json(one));
    rows.push_back(cells(one));
    any = any || one.cost.answer.has_value();
  }
  const std::vector<TextColumn> columns{{"system"},
                                        {"out tok/s/chip", Align::kRight},
                                        {"80% band", Align::kRight},
                                        {"TTFT p99 ms", Align::kRight},
                                        {"TPOT p99 ms", Align::kRight},
                                        {"$/M out", Align::kRight},
                                        {"W/chip", Align::kRight},
                                        {"deployment"}};
  return {.outcome = any ? Outcome::kAnswered : Outcome::kTrueNo,
          .text = fmt::format("{}, {:.0f} in / {:.0f} out\n", model->name, request.isl.base_units(),
                              request.osl.base_units()) +
                  text_table(columns, rows, width) + fit_text(sized),
          .json = Json{{"model", model->id}, {"answers", answers}}.dump(2)};
}

}  // namespace offtake::api
