#include <fmt/format.h>

#include "offtake/report/markup.hpp"
#include "offtake/report/number_text.hpp"
#include "offtake/report/section_markup.hpp"

namespace offtake::report {
namespace {

constexpr double kBillion = 1e9;

std::string billions(double usd) { return fixed_number(usd / kBillion, 1); }

Cell decision_cell(const ContractRow& row) {
  const char* const look = row.decision == Decision::kSign ? "pill filled" : "pill";
  return {.markup = fmt::format("<span class=\"{}\">{}</span>", look, escaped(row.decision_text)),
          .attributes = " class=\"decision\""};
}

Cell contract_cell(const std::string& supplier, const std::string& contract) {
  return {.markup = fmt::format("<i class=\"swatch\"></i><b>{} · {}</b>", escaped(supplier),
                                escaped(contract)),
          .attributes = fmt::format(" class=\"contract\" data-entity=\"{}\"", escaped(supplier))};
}

Cell saves_cell(const std::optional<Estimate>& saves) {
  if (!saves) return {.markup = std::string{kMissing}, .attributes = " class=\"number saves\""};
  std::string markup = billions(saves->value);
  if (saves->band) {
    markup += fmt::format("<span class=\"within\">{}</span>",
                          range(billions(saves->band->low), billions(saves->band->high)));
  }
  return {.markup = markup, .value = saves->value, .attributes = " class=\"number saves\""};
}

}  // namespace

std::string contract_markup(const ContractSection& section) {
  std::vector<std::vector<Cell>> rows;
  for (const ContractRow& row : section.rows) {
    Cell commitment = number_cell(row.commitment_usd, billions(row.commitment_usd.value_or(0)));
    commitment.attributes = " class=\"number commitment\"";
    Cell terms = text_cell(row.terms);
    terms.attributes = " class=\"terms\"";
    Cell why = text_cell(row.why);
    why.attributes = " class=\"why\"";
    rows.push_back({decision_cell(row), contract_cell(row.supplier, row.contract), terms,
                    commitment, saves_cell(row.saves_usd), why});
  }
  const std::string table =
      table_markup("contracts", "Contracts, the plan's decision on each and its reason",
                   {{"Decision"},
                    {.head = "Contract", .names_row = true},
                    {"Terms"},
                    {"Commit, $B", true},
                    {"Saves, $B", true},
                    {"Why"}},
                   rows);
  return fmt::format(
      "<section id=\"contracts\"><h2>Contracts</h2><p class=\"lead\">{}</p>"
      "<div class=\"card\" id=\"table-contracts\">{}<div class=\"foot\"><p class=\"note\">{}</p>"
      "</div></div></section>\n",
      escaped(section.lead), table, escaped(section.note));
}

std::string commitment_markup(const CommitmentSection& section) {
  std::vector<std::vector<Cell>> rows;
  for (const CommitmentRow& row : section.rows) {
    rows.push_back(
        {contract_cell(row.supplier, row.contract), number_cell(row.on_time, percent(row.on_time)),
         number_cell(row.late, percent(row.late)), number_cell(row.never, percent(row.never)),
         number_cell(row.expected_loss_usd, billions(row.expected_loss_usd.value_or(0))),
         number_cell(row.raise_without_it_usd, billions(row.raise_without_it_usd.value_or(0)))});
  }
  return table_figure("figure-commitments", section.text,
                      scrolling(section.text.title, table_markup("plain", section.text.subtitle,
                                                                 {{"Commitment"},
                                                                  {"On time, %", true},
                                                                  {"Late, cured, %", true},
                                                                  {"Never, %", true},
                                                                  {"Expected loss, $B", true},
                                                                  {"Raise without it, $B", true}},
                                                                 rows)));
}

}  // namespace offtake::report
