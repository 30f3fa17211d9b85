#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "offtake/api/book_answer.hpp"
#include "offtake/api/book_question.hpp"
#include "offtake/api/stress_answer_json.hpp"
#include "offtake/api/stress_answer_plan.hpp"
#include "offtake/api/text_table.hpp"
#include "offtake/base/input_error.hpp"
#include "offtake/report/number_text.hpp"
#include "offtake/study/commitment_stress.hpp"
#include "offtake/study/engine_settings.hpp"

namespace offtake::api {
namespace {

std::string text_of(const book::Book& book, const stress::StressAnswer& answer, int width) {
  using report::money;
  using report::percent;
  std::string text = fmt::format(
      "{}: all commitments are paid on time on {}% of {} paths ({}–{}); {} runs out of cash on "
      "{}%\nminimum raise at the start to pay on 95% of paths to the end of {}: {}; {}% of paths "
      "fail "
      "with it though less would have saved them\n\n",
      book.name, percent(answer.paid_on_time.value), answer.paths, percent(answer.paid_on_time.low),
      percent(answer.paid_on_time.high), book.buyer, percent(answer.defaults.value),
      to_string(answer.raise_end), money(answer.minimum_raise.base_units()),
      percent(answer.more_cash_hurts));
  std::vector<TextColumn> columns{{"default by, %"}};
  for (const auto& year : answer.default_by) {
    columns.push_back({fmt::format("{}", year.year), Align::kRight});
  }
  columns.push_back({"expected loss", Align::kRight});
  std::vector<std::vector<std::string>> rows;
  auto& buyer = rows.emplace_back(std::vector<std::string>{book.buyer});
  for (const auto& year : answer.default_by) buyer.push_back(percent(year.probability.value));
  buyer.emplace_back("–");
  for (const stress::PartyResult& party : answer.parties) {
    auto& row = rows.emplace_back(std::vector<std::string>{party.name});
    for (const auto& year : party.default_by) row.push_back(percent(year.probability.value));
    row.resize(columns.size() - 1, "–");
    row.push_back(money(party.expected_loss.base_units()));
  }
  return text + text_table(columns, rows, width);
}

}  // namespace

Response answer_stress(const StressRequest& request, const Surroundings& surroundings) {
  book::Book book = read_request_book(request.book, overrides_of(request.settings));
  if (book.parties.parties.empty()) {
    throw InputError({{{request.book.name},
                       "/parties",
                       "the parties who owe and are owed",
                       "none: there is nobody to stress"}});
  }
  study::PlannedCommitments planned;
  if (request.plan) planned = read_plan(*request.plan, book);
  if (request.seed) book.risk.seed = *request.seed;
  study::CommitmentStressAssumptions assumptions = study::commitment_stress_assumptions(book);
  if (request.paths) assumptions.settings.paths = static_cast<std::size_t>(*request.paths);
  tell(surroundings.progress, "can it be paid", 0.0);
  const stress::StressAnswer answer =
      study::commitment_stress(book, planned, assumptions, surroundings.parallelism);
  const std::string json = stress_json(answer).dump(2);
  return {.text = text_of(book, answer, surroundings.width),
          .json = json,
          .files = {{"stress.json", json + "\n"}},
          .folder = "out/" + book.name};
}

}  // namespace offtake::api
