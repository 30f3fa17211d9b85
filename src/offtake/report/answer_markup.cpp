#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "offtake/report/markup.hpp"
#include "offtake/report/number_text.hpp"
#include "offtake/report/section_markup.hpp"

namespace offtake::report {
namespace {

std::string picture_markup(std::monostate) { return ""; }

std::string picture_markup(const SharePicture& bars) {
  std::string list = "<ul class=\"shares\">";
  for (const ShareBar& bar : bars) {
    list += fmt::format(
        "<li data-entity=\"{}\"><span class=\"name\"><i class=\"swatch\"></i>{}</span>"
        "<span class=\"bar\"><i style=\"width:{:.1f}%\"></i></span><span>{}</span></li>",
        escaped(bar.entity), escaped(bar.label), 100 * std::clamp(bar.share, 0.0, 1.0),
        escaped(bar.figure));
  }
  return list + "</ul>";
}

/// Places dollars on the picture's line, in per cent of its width.
struct PictureScale {
  double low;
  double high;
  double percent(double usd) const { return 100 * (usd - low) / (high - low); }
};

/// Holds the value, its band and the ticks, with room for labels at both ends.
PictureScale scale_of(const BandPicture& picture) {
  double low = picture.usd.value;
  double high = picture.usd.value;
  const auto hold = [&](double usd) {
    low = std::min(low, usd);
    high = std::max(high, usd);
  };
  if (picture.usd.band) {
    hold(picture.usd.band->low);
    hold(picture.usd.band->high);
  }
  for (const PictureTick& tick : picture.ticks) hold(tick.at_usd);
  const double span = high > low ? high - low : std::max(1.0, std::abs(high));
  return {.low = low - 0.18 * span, .high = high + 0.18 * span};
}

/// Per cent of the picture's width that a label under the line takes.
constexpr double kLabelWidth = 20.0;

std::string picture_markup(const BandPicture& picture) {
  const PictureScale scale = scale_of(picture);
  const double at = scale.percent(picture.usd.value);
  std::string line = "<div class=\"band\"><i class=\"rule\"></i>";
  if (picture.usd.band) {
    const double from = scale.percent(picture.usd.band->low);
    const double to = scale.percent(picture.usd.band->high);
    line +=
        fmt::format("<i class=\"span\" style=\"left:{:.1f}%;width:{:.1f}%\"></i>", from, to - from);
    const auto below = [&](double place, const std::string& text) {
      line += fmt::format("<span class=\"below\" style=\"left:{:.1f}%\">{}</span>", place, text);
    };
    const std::string low = money(picture.usd.band->low);
    const std::string high = money(picture.usd.band->high);
    if (to - from >= kLabelWidth) {
      below(from, low);
      below(to, high);
    } else {
      below((from + to) / 2.0, low == high ? low : range(low, high));
    }
  }
  for (const PictureTick& tick : picture.ticks) {
    const double tick_at = scale.percent(tick.at_usd);
    const bool close = std::abs(tick_at - at) < 26;  // Per cent: two labels side by side.
    const char* const side = !close ? "" : tick_at >= at ? " after" : " before";
    line += fmt::format(
        "<i class=\"tick{0}\" style=\"left:{1:.1f}%\"></i>"
        "<span class=\"above{0}{2}\" style=\"left:{1:.1f}%\">{3} {4}</span>",
        tick.bad ? " bad" : "", tick_at, side, escaped(tick.label), money(tick.at_usd));
  }
  const bool crowded = std::ranges::any_of(picture.ticks, [&](const PictureTick& tick) {
    const double gap = scale.percent(tick.at_usd) - at;
    return gap >= 0 && gap < 26;
  });
  line += fmt::format(
      "<i class=\"dot\" style=\"left:{0:.1f}%\"></i>"
      "<b class=\"above{1}\" style=\"left:{0:.1f}%\">{2}</b>",
      at, crowded ? " before" : "", money(picture.usd.value));
  return line + "</div>";
}

}  // namespace

std::string answer_markup(const std::vector<AnswerRow>& rows) {
  std::string list = "<section id=\"answer\" class=\"answer card\" aria-label=\"Answer\">";
  for (const AnswerRow& row : rows) {
    list += fmt::format(
        "<div class=\"row\"><p class=\"question\">{}</p><div><h2>{}</h2><p "
        "class=\"doubt\">{}</p></div>"
        "<div class=\"picture\">{}</div></div>\n",
        escaped(row.question), escaped(row.sentence), escaped(row.note),
        std::visit([](const auto& picture) { return picture_markup(picture); }, row.picture));
  }
  return list + "</section>\n";
}

}  // namespace offtake::report
