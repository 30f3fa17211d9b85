#include "offtake/api/text_table.hpp"

#include <algorithm>
#include <cstddef>

#include "offtake/base/expects.hpp"

namespace offtake::api {
namespace {

bool begins_code_point(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; }

std::size_t code_points(const std::string& text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, begins_code_point));
}

std::string cut(const std::string& text, std::size_t limit) {
  if (code_points(text) <= limit || limit < 2) return text;
  std::string kept;
  std::size_t count = 0;
  for (const char byte : text) {
    if (begins_code_point(byte) && ++count == limit) break;
    kept += byte;
  }
  return kept + "…";
}

std::string padded(const std::string& text, std::size_t width, Align align) {
  const std::size_t length = code_points(text);
  const std::string space(width > length ? width - length : 0, ' ');
  return align == Align::kLeft ? text + space : space + text;
}

}  // namespace

std::string text_table(const std::vector<TextColumn>& columns,
                       const std::vector<std::vector<std::string>>& rows, int width) {
  std::vector<std::size_t> widths;
  for (std::size_t column = 0; column < columns.size(); ++column) {
    std::size_t widest = code_points(columns[column].title);
    for (const auto& row : rows) {
      expects(row.size() == columns.size(), "each row has a cell for each column");
      widest = std::max(widest, code_points(row[column]));
    }
    widths.push_back(widest);
  }
  const auto line = [&](const auto& cell_of) {
    std::string text;
    std::size_t used = 0;
    for (std::size_t column = 0; column < columns.size(); ++column) {
      const bool last = column + 1 == columns.size();
      std::string cell = cell_of(column);
      const auto room =
          static_cast<std::size_t>(std::max(20, width)) -
          std::min<std::size_t>(used, static_cast<std::size_t>(std::max(20, width)) - 10);
      if (last && columns[column].align == Align::kLeft) cell = cut(cell, room);
      text += padded(cell, last && columns[column].align == Align::kLeft ? 0 : widths[column],
                     columns[column].align);
      if (!last) text += "  ";
      used += widths[column] + 2;
    }
    text.erase(text.find_last_not_of(' ') + 1);
    return text + "\n";
  };
  std::string text = line([&](std::size_t column) { return columns[column].title; });
  for (const auto& row : rows) text += line([&](std::size_t column) { return row[column]; });
  return text;
}

}  // namespace offtake::api
