#include "offtake/api/stress_answer_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "offtake/base/input_error.hpp"
#include "offtake/study/planned_commitments.hpp"

namespace offtake::api {
namespace {

using Json = nlohmann::ordered_json;
using study::Verdict;

std::optional<Verdict> verdict_of(const std::string& text) {
  if (text == "sign") return Verdict::kSign;
  if (text == "wait") return Verdict::kWait;
  if (text == "binding") return Verdict::kBinding;
  if (text == "do_not_sign") return Verdict::kDecline;
  return std::nullopt;
}

/// The supplier of what a row decides on, as the book has it; empty for an equity line. None if the
/// book has nothing of that name. An offer's expansion is "NAME, expansion" in a plan.
std::optional<std::string> supplier_in_book(const book::Book& book, std::string name) {
  const std::string kExpansion = ", expansion";
  if (name.ends_with(kExpansion)) name.resize(name.size() - kExpansion.size());
  const auto find = [&](const auto& list) -> std::optional<std::string> {
    const auto found =
        std::ranges::find_if(list, [&](const auto& one) { return one.name == name; });
    return found == list.end() ? std::nullopt : std::optional(found->supplier);
  };
  if (auto supplier = find(book.contracts)) return supplier;
  if (auto supplier = find(book.offers)) return supplier;
  if (auto supplier = find(book.options_held)) return supplier;
  const bool equity = std::ranges::any_of(
      book.capital.equity, [&](const contract::EquityLine& line) { return line.name == name; });
  return equity ? std::optional(std::string()) : std::nullopt;
}

/// Reads a plan and keeps every problem, with its path in the JSON.
class PlanReader {
 public:
  PlanReader(const InputFile& file, const book::Book& book) : file_(file), book_(book) {}

  study::BuyDecision read() {
    const Json plan = Json::parse(file_.text, nullptr, false);
    if (plan.is_discarded()) {
      refuse("", "the plan.json of a plan", "text that is not JSON");
      throw InputError(problems_);
    }
    for (const Json& row : rows(plan, "", "decisions")) read_decision(row);
    place_ = 0;
    for (const Json& row : rows(plan, "", "by_period")) read_period(row);
    check_length();
    if (!problems_.empty()) throw InputError(std::move(problems_));
    return std::move(decision_);
  }

 private:
  void refuse(const std::string& path, const std::string& expected, const std::string& found) {
    problems_.push_back({{file_.name}, path, expected, found});
  }

  static std::string words(const Json& value) {
    const std::string text = value.dump();
    return text.size() <= 40 ? text : text.substr(0, 37) + "...";
  }

  /// The value under `key`, or null with a problem.
  const Json& at(const Json& object, const std::string& path, const char* key,
                 const std::string& expected) {
    static const Json kNothing;
    if (object.is_object() && object.contains(key)) return object[key];
    refuse(path + "/" + key, expected, "nothing");
    return kNothing;
  }

  const Json& rows(const Json& object, const std::string& path, const char* key) {
    static const Json kNone = Json::array();
    const Json& value = at(object, path, key, "a list");
    if (value.is_array()) return value;
    if (!value.is_null()) refuse(path + "/" + key, "a list", words(value));
    return kNone;
  }

  std::string text(const Json& object, const std::string& path, const char* key) {
    const Json& value = at(object, path, key, "a text");
    if (value.is_string()) return value;
    if (!value.is_null()) refuse(path + "/" + key, "a text", words(value));
    return "";
  }

  double number(const Json& object, const std::string& path, const char* key) {
    const Json& value = at(object, path, key, "a number");
    if (value.is_number()) return value;
    if (!value.is_null()) refuse(path + "/" + key, "a number", words(value));
    return 0.0;
  }

  void read_decision(const Json& row) {
    const std::string path = fmt::format("/decisions/{}", place_++);
    study::Decision made{.name = text(row, path, "name"),
                         .kind = text(row, path, "kind"),
                         .supplier = text(row, path, "supplier")};
    const std::string verdict = text(row, path, "decision");
    const auto known = verdict_of(verdict);
    if (!known && !verdict.empty()) {
      refuse(path + "/decision", "\"sign\", \"wait\", \"binding\" or \"do_not_sign\"",
             "\"" + verdict + "\"");
    }
    made.verdict = known.value_or(Verdict::kDecline);
    if (!made.name.empty() && made.kind != "port") {
      const auto supplier = supplier_in_book(book_, made.name);
      if (!supplier) {
        refuse(path + "/name", "a contract, offer, option or equity line of " + book_.name,
               "\"" + made.name + "\"");
      } else if (!supplier->empty() && made.supplier != *supplier) {
        refuse(path + "/supplier", "\"" + *supplier + "\", as in " + book_.name,
               "\"" + made.supplier + "\"");
      }
    }
    decision_.decisions.push_back(std::move(made));
  }

  /// Every period lists the same parts of the fleet in the same order.
  void read_period(const Json& row) {
    const std::string path = fmt::format("/by_period/{}", place_++);
    const double years = number(row, path, "years");
    if (!(years > 0.0)) refuse(path + "/years", "a length above zero", fmt::format("{}", years));
    decision_.by_period.length_years.push_back(years);
    const Json& fleet = rows(row, path, "fleet");
    auto& parts = decision_.by_period.fleet;
    const bool first = decision_.by_period.length_years.size() == 1;
    if (first) parts.resize(fleet.size());
    if (fleet.size() != parts.size()) {
      refuse(path + "/fleet", fmt::format("{} parts, as in the first period", parts.size()),
             fmt::format("{}", fleet.size()));
      return;
    }
    for (std::size_t part = 0; part < fleet.size(); ++part) {
      const std::string here = fmt::format("{}/fleet/{}", path, part);
      const std::string name = text(fleet[part], here, "name");
      if (first) {
        parts[part].name = name;
        const Json& is_signed = at(fleet[part], here, "signed", "true or false");
        if (is_signed.is_boolean()) {
          parts[part].is_signed = is_signed;
        } else if (!is_signed.is_null()) {
          refuse(here + "/signed", "true or false", words(is_signed));
        }
      } else if (name != parts[part].name) {
        refuse(here + "/name", "\"" + parts[part].name + "\", as in the first period",
               "\"" + name + "\"");
      }
      parts[part].usd.push_back(number(fleet[part], here, "usd"));
    }
  }

  void check_length() {
    double years = 0.0;
    for (const double length : decision_.by_period.length_years) years += length;
    if (decision_.by_period.length_years.empty() || !problems_.empty()) return;
    if (std::abs(years - book_.horizon.years) > 0.01) {
      refuse("/by_period",
             fmt::format("periods that fill the book's {} years", book_.horizon.years),
             fmt::format("{:.2f} years", years));
    }
  }

  const InputFile& file_;
  const book::Book& book_;
  std::size_t place_ = 0;
  std::vector<Problem> problems_;
  study::BuyDecision decision_;
};

}  // namespace

study::PlannedCommitments read_plan(const InputFile& file, const book::Book& book) {
  return study::planned_commitments(book, PlanReader(file, book).read());
}

}  // namespace offtake::api
