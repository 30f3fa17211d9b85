#include "offtake/report/terminal_summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "offtake/report/number_text.hpp"
#include "offtake/report/terminal_text.hpp"

namespace offtake::report {
namespace {

constexpr int kLabelColumns = 16;
constexpr int kNarrowest = 40;

/// Writes lines of at most `style.width` columns, bold where colour is allowed.
class Writer {
 public:
  explicit Writer(TerminalStyle style) : style_{style} {
    style_.width = std::max(style_.width, kNarrowest);
  }

  int width() const { return style_.width; }

  std::string bold(std::string_view text) const {
    return style_.color ? fmt::format("\x1b[1m{}\x1b[0m", text) : std::string{text};
  }

  std::string red(std::string_view text) const {
    return style_.color ? fmt::format("\x1b[31m{}\x1b[0m", text) : std::string{text};
  }

  void line(std::string_view text = "") {
    text_ += text;
    text_ += '\n';
  }

  void paragraph(std::string_view text, bool strong = false) {
    for (const std::string& part : wrapped(text, width())) line(strong ? bold(part) : part);
  }

  /// Text beside a label: the label stands on the first line, the text wraps under itself.
  void labelled(std::string_view label, std::string_view text, bool strong = false) {
    bool first = true;
    for (const std::string& part : wrapped(text, width() - kLabelColumns)) {
      line(padded(first ? clipped(label, kLabelColumns - 1) : "", kLabelColumns) +
           (strong ? bold(part) : part));
      first = false;
    }
  }

  std::string take() { return std::move(text_); }

 private:
  TerminalStyle style_;
  std::string text_;
};

std::string band_text(const std::optional<Interval>& band, std::string (*figure)(double)) {
  return band ? fmt::format("{}, 80% band", range(figure(band->low), figure(band->high))) : "";
}

void write_answer(Writer& writer, const std::vector<AnswerRow>& rows) {
  for (const AnswerRow& row : rows) {
    writer.labelled(row.question, row.sentence, true);
    if (const auto* picture = std::get_if<BandPicture>(&row.picture);
        picture && picture->usd.band) {
      std::string figures =
          fmt::format("{} ({})", money(picture->usd.value), band_text(picture->usd.band, money));
      for (const PictureTick& tick : picture->ticks) {
        figures += fmt::format("; {} {}", tick.label, money(tick.at_usd));
      }
      writer.labelled("", figures);
    }
    if (!row.note.empty()) writer.labelled("", row.note);
    writer.line();
  }
}

/// The columns of the contracts' table; zero is a column left out, names take what is left.
struct ContractColumns {
  int decision = 0;
  int name = 0;
  int terms = 0;
  int commitment = 11;
  int saves = 10;
  int band = 15;
};

ContractColumns columns_for(const ContractSection& section, int width) {
  ContractColumns columns;
  if (width < 76) columns.band = 0;
  if (width < 56) columns.commitment = 0;
  int name = 0;
  int terms = 0;
  for (const ContractRow& row : section.rows) {
    columns.decision = std::max(columns.decision, columns_of(row.decision_text) + 2);
    name = std::max(name, columns_of(row.supplier) + columns_of(row.contract) + 4);
    terms = std::max(terms, columns_of(row.terms) + 2);
  }
  const int figures = columns.commitment + columns.saves + columns.band;
  columns.name = std::clamp(width - columns.decision - figures, 12, name);
  const int left = width - columns.decision - columns.name - figures;
  if (left >= terms) columns.terms = terms;
  return columns;
}

void write_contracts(Writer& writer, const ContractSection& section) {
  MoneyColumn money_column;
  for (const ContractRow& row : section.rows) money_column.hold(row.commitment_usd);
  const MoneyUnit unit = money_column.unit();
  const ContractColumns columns = columns_for(section, writer.width());
  const auto row_text = [&](std::string_view decision, std::string_view name,
                            std::string_view terms, std::string_view commitment,
                            std::string_view saves, std::string_view band) {
    std::string text =
        padded(decision, columns.decision) + padded(clipped(name, columns.name - 1), columns.name);
    if (columns.terms > 0) text += padded(terms, columns.terms);
    if (columns.commitment > 0) text += padded_left(commitment, columns.commitment);
    text += padded_left(saves, columns.saves);
    if (columns.band > 0 && !band.empty()) text += fmt::format("  {}", band);
    return text;
  };
  writer.line(row_text("Decision", "Contract", "Terms", "Commit " + unit.name, "Saves " + unit.name,
                       "80% band"));
  for (const ContractRow& row : section.rows) {
    const std::string commitment =
        row.commitment_usd ? unit.figure(*row.commitment_usd) : std::string{kMissing};
    const std::string saves =
        row.saves_usd ? unit.figure(row.saves_usd->value) : std::string{kMissing};
    const std::string band =
        row.saves_usd && row.saves_usd->band
            ? range(unit.figure(row.saves_usd->band->low), unit.figure(row.saves_usd->band->high))
            : "";
    const std::string text =
        row_text(row.decision_text, fmt::format("{} · {}", row.supplier, row.contract), row.terms,
                 commitment, saves, band);
    writer.line(row.decision == Decision::kSign ? writer.bold(text) : text);
  }
  writer.line();
}

void write_stress(Writer& writer, const ReportDocument& document) {
  if (document.cash) {
    const CashSection& cash = *document.cash;
    writer.labelled("Can it be paid", cash.text.title, true);
    if (cash.shortfall_ever) {
      const Estimate& ever = *cash.shortfall_ever;
      const std::string error =
          ever.band ? fmt::format(" ({})", range(percent(ever.band->low), percent(ever.band->high)))
                    : "";
      writer.labelled("",
                      fmt::format("Cash runs out in {}%{} of paths.", percent(ever.value), error));
    }
    if (!cash.text.note.empty()) writer.labelled("", cash.text.note);
    writer.line();
  }
  if (!document.defaults || document.defaults->years.empty()) return;
  writer.paragraph(
      fmt::format("Default by the end of {}, % of paths", document.defaults->years.back()));
  for (const DefaultRow& row : document.defaults->rows) {
    if (row.cumulative.empty() || row.cumulative.back() < 0.001) continue;
    const std::string figure = padded_left(percent(row.cumulative.back()), 6);
    const std::string alive =
        row.with_buyer_alive && writer.width() >= 60
            ? fmt::format("  ({} with the buyer alive)", percent(*row.with_buyer_alive))
            : "";
    writer.line(fmt::format("  {}{}{}", padded(clipped(row.party, 17), 18),
                            row.cumulative.back() > 0.03 ? writer.red(figure) : figure, alive));
  }
  writer.line();
}

}  // namespace

std::string terminal_summary(const ReportDocument& document, TerminalStyle style) {
  Writer writer{style};
  writer.paragraph(document.header.warning);
  writer.paragraph(document.header.title, true);
  std::string facts;
  for (const Fact& fact : document.header.facts) {
    facts += fmt::format("{}{} {}", facts.empty() ? "" : "; ", fact.label, fact.text);
  }
  writer.paragraph(facts);
  writer.line();
  write_answer(writer, document.answer);
  if (document.contracts) write_contracts(writer, *document.contracts);
  write_stress(writer, document);
  if (document.checks) writer.labelled("Checks", document.checks->text.title);
  return writer.take();
}

}  // namespace offtake::report
