#include "offtake/units/month.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <chrono>
#include <optional>

namespace offtake {
namespace {

/// Reads "2026-01-31" as {2026, 1, 31}; a part that is not there is zero.
std::optional<std::array<int, 3>> parts_of(std::string_view text) {
  constexpr std::array<std::size_t, 3> kDigits{4, 2, 2};
  std::array<int, 3> parts{};
  for (std::size_t part = 0; part < parts.size() && !text.empty(); ++part) {
    if (part > 0) {
      if (text.front() != '-') return std::nullopt;
      text.remove_prefix(1);
    }
    if (text.size() < kDigits[part]) return std::nullopt;
    const char* end = text.data() + kDigits[part];
    const auto read = std::from_chars(text.data(), end, parts[part]);
    if (read.ec != std::errc{} || read.ptr != end || parts[part] < 1) return std::nullopt;
    text.remove_prefix(kDigits[part]);
  }
  if (!text.empty() || parts[0] == 0 || parts[1] > 12) return std::nullopt;
  return parts;
}

int last_day(int year, int month) {
  using namespace std::chrono;
  const year_month_day_last last{std::chrono::year{year} /
                                 std::chrono::month{static_cast<unsigned>(month)} /
                                 std::chrono::last};
  return static_cast<int>(static_cast<unsigned>(last.day()));
}

}  // namespace

std::expected<Month, std::string> parse_month(std::string_view text) {
  const auto parts = parts_of(text);
  if (!parts) return std::unexpected(fmt::format("\"{}\"", text));
  return Month((*parts)[0], (*parts)[1] == 0 ? 1 : (*parts)[1]);
}

std::expected<Date, std::string> parse_date(std::string_view text) {
  const auto parts = parts_of(text);
  if (!parts) return std::unexpected(fmt::format("\"{}\"", text));
  const int month = (*parts)[1] == 0 ? 12 : (*parts)[1];
  const int days = last_day((*parts)[0], month);
  if ((*parts)[2] > days) return std::unexpected(fmt::format("\"{}\"", text));
  return Date{Month((*parts)[0], month), (*parts)[2] == 0 ? days : (*parts)[2]};
}

std::string to_string(Month month) {
  return fmt::format("{:04}-{:02}", month.year(), month.month());
}

std::string to_string(Date date) {
  return fmt::format("{}-{:02}", to_string(date.month), date.day);
}

}  // namespace offtake
