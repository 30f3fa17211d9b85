#pragma once

#include <compare>
#include <expected>
#include <string>
#include <string_view>

namespace offtake {

/// A calendar month, as plans count time.
class Month {
 public:
  constexpr Month() = default;
  /// `month` counts from 1 (January) to 12.
  constexpr Month(int year, int month) : index_(year * 12 + month - 1) {}

  constexpr int year() const { return index_ / 12; }
  constexpr int month() const { return index_ % 12 + 1; }
  constexpr int quarter() const { return index_ % 12 / 3 + 1; }

  constexpr auto operator<=>(const Month&) const = default;
  constexpr Month& operator+=(int months) {
    index_ += months;
    return *this;
  }
  friend constexpr Month operator+(Month month, int months) { return month += months; }
  friend constexpr Month operator-(Month month, int months) { return month += -months; }
  /// How many months `a` is after `b`.
  friend constexpr int operator-(Month a, Month b) { return a.index_ - b.index_; }

 private:
  int index_ = 0;
};

/// A day, as facts are dated.
struct Date {
  Month month;
  int day = 1;
  constexpr auto operator<=>(const Date&) const = default;
};

/// Reads "2026-01" or "2026-01-31" (its month) or "2026" (its January).
std::expected<Month, std::string> parse_month(std::string_view text);

/// Reads "2026-01-31"; "2026-01" and "2026" are read as their last day, so that a fact dated only
/// to a month or year is not known before it is over.
std::expected<Date, std::string> parse_date(std::string_view text);

std::string to_string(Month month);  ///< "2026-01"
std::string to_string(Date date);    ///< "2026-01-31"

}  // namespace offtake
