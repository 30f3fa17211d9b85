#include <fmt/format.h>

#include "offtake/report/markup.hpp"
#include "offtake/report/number_text.hpp"
#include "offtake/report/section_markup.hpp"

namespace offtake::report {
namespace {

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

/// On a phone the table has no heads, so the cell carries its own.
std::string labelled(const char* css_class, const char* label, const MoneyUnit& unit) {
  return fmt::format(" class=\"number {}\" data-label=\"{}, {}\"", css_class, label, unit.name);
}

Cell commitment_cell(const std::optional<double>& commitment, const MoneyUnit& unit) {
  Cell cell = number_cell(commitment, unit.figure(commitment.value_or(0)));
  cell.attributes = labelled("commitment", "commit", unit);
  return cell;
}

Cell saves_cell(const std::optional<Estimate>& saves, const MoneyUnit& unit) {
  Cell cell{.markup = std::string{kMissing}, .attributes = labelled("saves", "saves", unit)};
  if (!saves) return cell;
  cell.markup = unit.figure(saves->value);
  cell.value = saves->value;
  if (saves->band) {
    cell.markup +=
        fmt::format("<span class=\"within\">{}</span>",
                    range(unit.figure(saves->band->low), unit.figure(saves->band->high)));
  }
  return cell;
}

}  // namespace

std::string contract_markup(const ContractSection& section) {
  MoneyColumn money;
  for (const ContractRow& row : section.rows) {
    money.hold(row.commitment_usd);
    if (row.saves_usd) money.hold(row.saves_usd->value);
  }
  const MoneyUnit unit = money.unit();
  std::vector<std::vector<Cell>> rows;
  for (const ContractRow& row : section.rows) {
    Cell terms = text_cell(row.terms);
    terms.attributes = " class=\"terms\"";
    Cell why = text_cell(row.why);
    why.attributes = " class=\"why\"";
    rows.push_back({decision_cell(row), contract_cell(row.supplier, row.contract), terms,
                    commitment_cell(row.commitment_usd, unit), saves_cell(row.saves_usd, unit),
                    why});
  }
  const std::string table =
      table_markup("contracts", "Contracts, the plan's decision on each and its reason",
                   {{"Decision"},
                    {.head = "Contract", .names_row = true},
                    {"Terms"},
                    {"Commit, " + unit.name, true},
                    {"Saves, " + unit.name, true},
                    {"Why"}},
                   rows);
  return fmt::format(
      "<section id=\"contracts\"><h2>Contracts</h2><p class=\"lead\">{}</p>"
      "<div class=\"card\" id=\"table-contracts\">{}<div class=\"foot\"><p class=\"note\">{}</p>"
      "</div></div></section>\n",
      escaped(section.lead), table, escaped(section.note));
}

std::string commitment_markup(const CommitmentSection& section) {
  MoneyColumn money;
  for (const CommitmentRow& row : section.rows) {
    money.hold(row.expected_loss_usd);
    money.hold(row.raise_without_it_usd);
  }
  const MoneyUnit unit = money.unit();
  std::vector<std::vector<Cell>> rows;
  for (const CommitmentRow& row : section.rows) {
    rows.push_back(
        {contract_cell(row.supplier, row.contract), number_cell(row.on_time, percent(row.on_time)),
         number_cell(row.late, percent(row.late)), number_cell(row.never, percent(row.never)),
         number_cell(row.expected_loss_usd, unit.figure(row.expected_loss_usd.value_or(0))),
         number_cell(row.raise_without_it_usd, unit.figure(row.raise_without_it_usd.value_or(0)))});
  }
  return table_figure(
      "figure-commitments", section.text,
      scrolling(section.text.title, table_markup("plain", section.text.subtitle,
                                                 {{"Commitment"},
                                                  {"On time, %", true},
                                                  {"Late, cured, %", true},
                                                  {"Never, %", true},
                                                  {"Expected loss, " + unit.name, true},
                                                  {"Raise without it, " + unit.name, true}},
                                                 rows)));
}

}  // namespace offtake::report
