#include "offtake/report/markup.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "offtake/report/number_text.hpp"

namespace offtake::report {
namespace {

std::string caption_of(const FigureText& text) {
  std::string caption = fmt::format("<figcaption><h3>{}</h3>", escaped(text.title));
  if (!text.subtitle.empty()) {
    caption += fmt::format("<p class=\"subtitle\">{}</p>", escaped(text.subtitle));
  }
  return caption + "</figcaption>";
}

std::string foot_of(const FigureText& text) {
  return fmt::format("<div class=\"foot\"><p class=\"note\">{}</p></div>", escaped(text.note));
}

std::string head_markup(const Column& column) {
  if (column.head_on_phone.empty()) return escaped(column.head);
  return fmt::format("<span class=\"long\">{}</span><span class=\"short\">{}</span>",
                     escaped(column.head), escaped(column.head_on_phone));
}

std::size_t naming_column(const std::vector<Column>& columns) {
  const auto named = std::ranges::find(columns, true, &Column::names_row);
  return named == columns.end() ? 0 : static_cast<std::size_t>(named - columns.begin());
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string safe;
  safe.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        safe += "&amp;";
        break;
      case '<':
        safe += "&lt;";
        break;
      case '>':
        safe += "&gt;";
        break;
      case '"':
        safe += "&quot;";
        break;
      case '\'':
        safe += "&#39;";
        break;
      default:
        safe += c;
    }
  }
  return safe;
}

Cell text_cell(std::string_view text) { return {.markup = escaped(text)}; }

Cell number_cell(std::optional<double> value, std::string_view text) {
  if (!value) return {.markup = std::string{kMissing}};
  return {.markup = escaped(text), .value = value};
}

std::string table_markup(std::string_view css_class, std::string_view caption,
                         const std::vector<Column>& columns,
                         const std::vector<std::vector<Cell>>& rows) {
  std::string table =
      fmt::format("<table class=\"{}\"><caption class=\"unseen\">{}</caption><thead><tr>",
                  css_class, escaped(caption));
  for (const Column& column : columns) {
    table += fmt::format("<th scope=\"col\"{}>{}</th>", column.number ? " class=\"number\"" : "",
                         head_markup(column));
  }
  table += "</tr></thead><tbody>";
  const std::size_t naming = naming_column(columns);
  for (const auto& row : rows) {
    table += "<tr>";
    for (std::size_t at = 0; at < row.size(); ++at) {
      const Cell& cell = row[at];
      std::string attributes = cell.attributes;
      if (at < columns.size() && columns[at].number && attributes.empty()) {
        attributes = " class=\"number\"";
      }
      if (cell.value) attributes += fmt::format(" data-value=\"{}\"", *cell.value);
      table += at == naming ? fmt::format("<th scope=\"row\"{}>{}</th>", attributes, cell.markup)
                            : fmt::format("<td{}>{}</td>", attributes, cell.markup);
    }
    table += "</tr>";
  }
  return table + "</tbody></table>";
}

std::string scrolling(std::string_view label, std::string_view table) {
  return fmt::format(
      "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{}\">{}</div>",
      escaped(label), table);
}

std::string chart_figure(const FigureParts& parts) {
  return fmt::format(
      "<figure class=\"card\" id=\"{0}\">{1}"
      "<div class=\"chart\" tabindex=\"0\" role=\"group\" aria-roledescription=\"chart\""
      " aria-describedby=\"{0}-summary\" aria-label=\"{2}\"></div>"
      "<p class=\"summary\" id=\"{0}-summary\">{3}</p>{4}"
      "<details class=\"data\" open><summary>Data</summary>{5}</details></figure>\n",
      parts.id, caption_of(parts.text), escaped(parts.text.title), escaped(parts.summary),
      foot_of(parts.text), scrolling(parts.text.title, parts.table));
}

std::string table_figure(std::string_view id, const FigureText& text, std::string_view content) {
  return fmt::format("<figure class=\"card\" id=\"{}\">{}{}{}</figure>\n", id, caption_of(text),
                     content, text.note.empty() ? "" : foot_of(text));
}

}  // namespace offtake::report
