#include "offtake/report/html_report.hpp"

#include <fmt/format.h>

#include "offtake/report/markup.hpp"
#include "offtake/report/page_bundle.hpp"
#include "offtake/report/report_json.hpp"
#include "offtake/report/section_markup.hpp"

namespace offtake::report {
namespace {

/// A part of the page and its place in the line of links.
struct Part {
  std::string id;
  std::string link;
  std::string markup;
};

/// Two cards side by side: the left one takes seven columns of twelve.
std::string beside(const std::string& left, const std::string& right) {
  if (left.empty() || right.empty()) return left + right;
  return fmt::format("<div class=\"beside\">{}{}</div>", left, right);
}

std::string section(const char* id, const char* heading, const char* lead,
                    const std::string& body) {
  const std::string under = *lead ? fmt::format("<p class=\"lead\">{}</p>", lead) : "";
  return fmt::format("<section id=\"{}\"><h2>{}</h2>{}{}</section>\n", id, heading, under, body);
}

/// The markup of a part that may be absent.
template <class Section>
std::string shown(const std::optional<Section>& part, std::string (*markup)(const Section&)) {
  return part ? markup(*part) : "";
}

void add_cost_parts(std::vector<Part>& parts, const ReportDocument& document) {
  const std::string tokens = shown(document.token_cost, token_cost_markup);
  const std::string risk = shown(document.cost_risk, cost_risk_markup);
  if (tokens.empty() && risk.empty()) return;
  const char* const link = tokens.empty() ? "Cost and risk" : "Cost per token";
  parts.push_back({"cost", link, section("cost", "Cost", "", beside(tokens, risk))});
  if (!tokens.empty() && !risk.empty()) {
    parts.push_back({"figure-cost-risk", "Cost and risk", ""});
  }
}

void add_validation_parts(std::vector<Part>& parts, const ValidationSection& validation) {
  const auto add = [&](const char* id, const char* heading, const char* lead,
                       const std::string& body) {
    if (!body.empty()) parts.push_back({id, heading, section(id, heading, lead, body)});
  };
  add("measured", "Predicted against measured", "", measured_markup(validation));
  add("errors", "Error by segment",
      "Of plain rows. The error is the size of predicted over measured less one.",
      error_markup(validation));
  add("apart", "Rows set apart", "", apart_markup(validation));
  add("unpredicted", "Rows not predicted", "", unpredicted_markup(validation));
}

void add_replay_parts(std::vector<Part>& parts, const ReplaySection& replay) {
  const auto add = [&](const char* id, const char* heading, const std::string& body) {
    if (!body.empty()) parts.push_back({id, heading, section(id, heading, "", body)});
  };
  add("fleets", "Fleets", fleet_table_markup(replay));
  add("latency", "Latency",
      fmt::format("<div class=\"beside even\">{}{}</div>",
                  latency_markup(replay.fleets, replay.ttft),
                  latency_markup(replay.fleets, replay.tpot)));
  add("load", "Load", replay.load ? load_markup(replay.fleets, *replay.load) : "");
  add("time", "Over time",
      (replay.attainment ? attainment_markup(replay.fleets, *replay.attainment) : "") +
          (replay.occupancy ? occupancy_markup(replay.fleets, *replay.occupancy) : ""));
  add("classes", "Classes", shown(replay.classes, class_markup));
}

void add_training_parts(std::vector<Part>& parts, const TrainingSection& training) {
  const auto add = [&](const char* id, const char* heading, const std::string& body) {
    if (!body.empty()) parts.push_back({id, heading, section(id, heading, "", body)});
  };
  add("run-time", "The run", shown(training.run, composition_markup));
  add("step", "The step",
      beside(composition_markup(training.step), composition_markup(training.memory)));
  add("scaling", "Chips", shown(training.scaling, scaling_markup));
  add("layouts", "Layouts", layout_markup(training.layouts));
}

std::vector<Part> parts_of(const ReportDocument& document) {
  std::vector<Part> parts{{"answer", "Answer", answer_markup(document.answer)}};
  const auto add = [&](const char* id, const char* link, const std::string& markup) {
    if (!markup.empty()) parts.push_back({id, link, markup});
  };
  add("contracts", "Contracts", shown(document.contracts, contract_markup));
  if (document.access) {
    add("access", "Access",
        section("access", "What access is worth", "", access_markup(*document.access)));
  }
  const std::string fleet = shown(document.fleet, fleet_markup) + shown(document.need, need_markup);
  if (!fleet.empty()) add("fleet", "Fleet", section("fleet", "Fleet against demand", "", fleet));
  add_cost_parts(parts, document);
  std::string holds;
  for (const TableSection& table : document.robustness) holds += table_section_markup(table);
  if (!holds.empty()) {
    add("holds", "Does it hold",
        section("holds", "Does it hold",
                "What the plan costs in worlds that it was not made for, what else costs nearly as "
                "little, and what more of each thing would save.",
                holds));
  }
  const std::string paid =
      beside(shown(document.cash, cash_markup), shown(document.defaults, default_markup)) +
      beside(shown(document.raise, raise_markup),
             shown(document.funding_rules, funding_rule_markup)) +
      shown(document.commitments, commitment_markup);
  if (!paid.empty()) {
    add("paid", "Can it be paid",
        section(
            "paid", "Can it be paid",
            "If revenue comes late, the first quarter in which cash and undrawn credit run out.",
            paid));
  }
  const std::string owed = shown(document.obligations, obligation_markup) +
                           shown(document.party_losses, party_loss_markup);
  if (!owed.empty()) {
    add("owed", "Who owes whom", section("owed", "Who owes whom, who holds whom", "", owed));
  }
  std::string moves;
  for (std::size_t i = 0; i < document.tornadoes.size(); ++i) {
    moves += tornado_markup(document.tornadoes[i], i);
  }
  moves += shown(document.readings, reading_markup);
  if (!moves.empty()) {
    add("moves", "What moves the answer",
        section("moves", "What moves the answer",
                "One assumption at a time, from its low to its high, everything re-planned.",
                moves));
  }
  if (document.replay) add_replay_parts(parts, *document.replay);
  if (document.training) add_training_parts(parts, *document.training);
  if (document.validation) add_validation_parts(parts, *document.validation);
  add("checks", "Outside figures", shown(document.checks, check_markup));
  add("assumptions", "Assumptions", shown(document.assumptions, assumption_markup));
  if (!document.notes.empty()) add("limits", "Limits", note_markup(document.notes));
  add("run", "This run", run_markup(document.run));
  return parts;
}

std::string head_markup(const Header& header, const std::vector<Part>& parts) {
  std::string facts;
  for (const Fact& fact : header.facts) {
    facts +=
        fmt::format("<div><dt>{}</dt><dd>{}</dd></div>", escaped(fact.label), escaped(fact.text));
  }
  std::string links;
  for (const Part& part : parts) {
    links += fmt::format("<li><a href=\"#{}\">{}</a></li>", part.id, part.link);
  }
  return fmt::format(
      "<header><h1>{}</h1><dl class=\"facts\">{}</dl>"
      "<nav class=\"page-nav\" aria-label=\"Parts of the report\"><ul>{}</ul></nav></header>\n",
      escaped(header.title), facts, links);
}

/// JSON inside a script element must not close it or open a comment; "<" is written as an escape.
std::string inside_script(const std::string& json) {
  std::string safe;
  safe.reserve(json.size());
  for (const char c : json) {
    if (c == '<') {
      safe += "\\u003c";
    } else {
      safe += c;
    }
  }
  return safe;
}

}  // namespace

std::string html_report(const ReportDocument& document) {
  const std::vector<Part> parts = parts_of(document);
  const std::string warning =
      document.header.warning.empty()
          ? ""
          : fmt::format("<aside class=\"warning\" aria-label=\"Warning\">{}</aside>\n",
                        escaped(document.header.warning));
  std::string page = fmt::format(
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"generator\" content=\"offtake\">\n<link rel=\"icon\" href=\"data:,\">\n"
      "<title>{}</title>\n<style>{}</style>\n</head>\n<body>\n{}<div class=\"page\">\n{}<main>\n",
      escaped(document.header.title), page_style(), warning, head_markup(document.header, parts));
  for (const Part& part : parts) page += part.markup;
  page += "</main>\n</div>\n<script type=\"application/json\" id=\"report-document\">";
  page += inside_script(report_json(document));
  page += "</script>\n<script>";
  page += page_script();
  page += "</script>\n</body>\n</html>\n";
  return page;
}

}  // namespace offtake::report
