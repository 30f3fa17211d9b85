#pragma once

#include <string>
#include <vector>

namespace offtake::api {

enum class Align { kLeft, kRight };

struct TextColumn {
  std::string title;
  Align align = Align::kLeft;
};

/// Rows of cells under titles, for a terminal. Columns are as wide as their widest cell; the last
/// one is cut at `width` when it stands at the left. Widths count code points.
std::string text_table(const std::vector<TextColumn>& columns,
                       const std::vector<std::vector<std::string>>& rows, int width);

}  // namespace offtake::api
