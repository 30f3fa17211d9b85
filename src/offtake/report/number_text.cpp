#include "offtake/report/number_text.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <utility>

namespace offtake::report {
namespace {

constexpr std::string_view kMinus = "−";

bool has_nonzero_digit(std::string_view text) {
  return text.find_first_of("123456789") != std::string_view::npos;
}

std::string with_sign(std::string text, double value) {
  return value < 0 && has_nonzero_digit(text) ? std::string{kMinus} + text : text;
}

std::string without_trailing_zeros(std::string text) {
  if (text.find('.') == std::string::npos) return text;
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

std::string with_thousands(double whole) {
  std::string digits = fmt::format("{:.0f}", whole);
  for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, ",");
  return digits;
}

}  // namespace

std::string short_number(double value, int decimals) {
  return with_sign(without_trailing_zeros(fmt::format("{:.{}f}", std::abs(value), decimals)),
                   value);
}

std::string fixed_number(double value, int decimals) {
  return with_sign(fmt::format("{:.{}f}", std::abs(value), decimals), value);
}

std::string money(double usd) {
  struct Scale {
    double unit;
    std::string_view name;
    int decimals;
  };
  constexpr std::array kScales{Scale{1e12, "T", 2}, Scale{1e9, "B", 1}, Scale{1e6, "M", 1}};
  const double size = std::abs(usd);
  for (const auto& [unit, name, decimals] : kScales) {
    if (size >= unit) {
      return with_sign(fmt::format("${}{}", short_number(size / unit, decimals), name), usd);
    }
  }
  if (size >= 1000) return with_sign("$" + with_thousands(size), usd);
  return with_sign(fmt::format("${:.2f}", size), usd);
}

std::string range(std::string_view low, std::string_view high) {
  const bool negative = low.starts_with(kMinus) || high.starts_with(kMinus);
  return fmt::format("{}{}{}", low, negative ? " to " : "–", high);
}

std::string percent(double share) {
  if (share < 0.001) return "<0.1";
  if (share > 0.999) return ">99.9";
  return fmt::format("{:.1f}", 100 * share);
}

std::string change(double value, int decimals) {
  const std::string text = fixed_number(value, decimals);
  return value > 0 && has_nonzero_digit(text) ? "+" + text : text;
}

std::string amount(double value) {
  const double size = std::abs(value);
  if (size >= 1e9) return short_number(value / 1e9) + "B";
  if (size >= 1e6) return short_number(value / 1e6) + "M";
  if (size >= 1e4) return short_number(value / 1e3) + "k";
  if (size >= 100) return short_number(value, 0);
  return short_number(value, size >= 1 ? 1 : 2);
}

}  // namespace offtake::report
