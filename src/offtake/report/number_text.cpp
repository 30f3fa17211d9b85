#include "offtake/report/number_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

namespace offtake::report {
namespace {

constexpr std::string_view kMinus = "−";

bool has_nonzero_digit(std::string_view text) {
  return text.find_first_of("123456789") != std::string_view::npos;
}

std::string with_sign(std::string text, double value) {
  return value < 0 && has_nonzero_digit(text) ? fmt::format("{}{}", kMinus, text) : text;
}

/// Exactly half a unit of the last digit is left over. The remainder of the product tells whether
/// the product itself is exact.
bool is_tie(double size, int decimals) {
  const double doubled = 2 * std::pow(10.0, decimals);
  const double halves = size * doubled;
  return std::fma(size, doubled, -halves) == 0 && std::fmod(halves, 2) == 1;
}

/// `size`, not negative, with `decimals` decimals; a tie goes up, as in the page's toFixed, where
/// fmt would go to the even digit.
std::string digits(double size, int decimals) {
  const double up = std::nextafter(size, std::numeric_limits<double>::infinity());
  return fmt::format("{:.{}f}", is_tie(size, decimals) ? up : size, decimals);
}

std::string without_trailing_zeros(std::string text) {
  if (text.find('.') == std::string::npos) return text;
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

std::string with_thousands(double whole) {
  std::string text = digits(whole, 0);
  for (std::size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, 1, ',');
  return text;
}

}  // namespace

std::string short_number(double value, int decimals) {
  return with_sign(without_trailing_zeros(digits(std::abs(value), decimals)), value);
}

std::string fixed_number(double value, int decimals) {
  return with_sign(digits(std::abs(value), decimals), value);
}

std::string whole_number(double value) { return with_sign(with_thousands(std::abs(value)), value); }

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
  if (size < 0.005) return "$0";
  if (size >= 1000) return with_sign("$" + whole_number(size), usd);
  return with_sign(fmt::format("${}", digits(size, 2)), usd);
}

void MoneyColumn::hold(double amount_usd) { largest_ = std::max(largest_, std::abs(amount_usd)); }

void MoneyColumn::hold(const std::optional<double>& amount_usd) {
  if (amount_usd) hold(*amount_usd);
}

void MoneyColumn::hold(const std::vector<double>& amounts_usd) {
  for (const double amount_usd : amounts_usd) hold(amount_usd);
}

MoneyUnit MoneyColumn::unit() const {
  if (largest_ == 0 || largest_ >= 1e9) return {};
  if (largest_ >= 1e6) return {.usd = 1e6, .name = "$M"};
  return {.usd = 1e3, .name = "$k"};
}

std::string range(std::string_view low, std::string_view high) {
  const bool negative = low.starts_with(kMinus) || high.starts_with(kMinus);
  return fmt::format("{}{}{}", low, negative ? " to " : "–", high);
}

std::string percent(double share) {
  if (share < 0.001) return "<0.1";
  if (share > 0.999) return ">99.9";
  return digits(100 * share, 1);
}

std::string change(double value, int decimals) {
  const std::string text = fixed_number(value, decimals);
  return value > 0 && has_nonzero_digit(text) ? fmt::format("+{}", text) : text;
}

std::string time_text(double seconds) {
  if (seconds < 0.9995) return short_number(1e3 * seconds, seconds < 0.1 ? 1 : 0) + " ms";
  return short_number(seconds, seconds < 10 ? 2 : 1) + " s";
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
