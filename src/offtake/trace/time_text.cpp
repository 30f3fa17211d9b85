#include "offtake/trace/time_text.hpp"

#include <chrono>

namespace offtake::trace {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

bool is_digit(char letter) { return '0' <= letter && letter <= '9'; }

/// The number of `count` digits at `at`, or less than zero.
int digits(std::string_view text, std::size_t at, std::size_t count) {
  if (at + count > text.size()) return -1;
  int value = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    if (!is_digit(text[i])) return -1;
    value = 10 * value + (text[i] - '0');
  }
  return value;
}

/// Takes ".123" off the front of `text`, if it is there, as nanoseconds.
std::optional<std::int64_t> take_decimals(std::string_view& text) {
  if (text.empty() || text.front() != '.') return 0;
  std::int64_t value = 0;
  std::int64_t unit = kSecond;
  std::size_t at = 1;
  for (; at < text.size() && is_digit(text[at]); ++at) {
    unit /= 10;
    value += unit * (text[at] - '0');
  }
  if (at == 1) return std::nullopt;
  text.remove_prefix(at);
  return value;
}

/// What stands in front of universal time, in seconds: "", "Z", "+02:00", "-0530".
std::optional<std::int64_t> offset_seconds(std::string_view text) {
  if (text.empty() || text == "Z") return 0;
  if (text.front() != '+' && text.front() != '-') return std::nullopt;
  const bool colon = text.size() == 6 && text[3] == ':';
  if (!colon && text.size() != 5) return std::nullopt;
  const int hours = digits(text, 1, 2);
  const int minutes = digits(text, colon ? 4 : 3, 2);
  if (hours < 0 || hours > 14 || minutes < 0 || minutes > 59) return std::nullopt;
  const std::int64_t seconds = 3600LL * hours + 60LL * minutes;
  return text.front() == '+' ? seconds : -seconds;
}

std::optional<std::int64_t> days_since_1970(std::string_view text) {
  const int year = digits(text, 0, 4);
  const int month = digits(text, 5, 2);
  const int day = digits(text, 8, 2);
  if (year < 1970 || year > 2095 || month < 0 || day < 0 || text[4] != '-' || text[7] != '-') {
    return std::nullopt;
  }
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date).time_since_epoch().count();
}

}  // namespace

std::optional<SimTime> decimal_seconds(std::string_view text) {
  std::int64_t whole = 0;
  std::size_t at = 0;
  for (; at < text.size() && is_digit(text[at]); ++at) {
    whole = 10 * whole + (text[at] - '0');
    if (whole >= kTimeEnd.ns / kSecond) return std::nullopt;
  }
  if (at == 0) return std::nullopt;
  text.remove_prefix(at);
  const auto decimals = take_decimals(text);
  if (!decimals || !text.empty()) return std::nullopt;
  return SimTime{whole * kSecond + *decimals};
}

std::optional<SimTime> CalendarTime::parse(std::string_view text) {
  if (text.size() < 19) return std::nullopt;
  if (text.substr(0, 10) != day_text_) {
    const auto day = days_since_1970(text);
    if (!day) return std::nullopt;
    day_ = *day;
    day_text_ = text.substr(0, 10);
  }
  const int hour = digits(text, 11, 2);
  const int minute = digits(text, 14, 2);
  const int second = digits(text, 17, 2);
  const bool marks = (text[10] == ' ' || text[10] == 'T') && text[13] == ':' && text[16] == ':';
  if (!marks || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) {
    return std::nullopt;
  }
  text.remove_prefix(19);
  const auto decimals = take_decimals(text);
  if (!decimals) return std::nullopt;
  const auto offset = offset_seconds(text);
  if (!offset) return std::nullopt;
  const std::int64_t of_day = 3600LL * hour + 60LL * minute + second - *offset;
  return SimTime{(86400 * day_ + of_day) * kSecond + *decimals};
}

}  // namespace offtake::trace
