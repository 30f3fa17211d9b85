#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "offtake/report/figure_text.hpp"

namespace offtake::report {

/// How figures are written: a true minus, an en dash between the ends of a band, "<0.1" instead of
/// "0.0", a dash for what is not known. The charts follow the same rules (web/report/numbers.ts),
/// and one table of cases tests both.

/// At most `decimals` decimals, without trailing zeros: "163.9", "10".
std::string short_number(double value, int decimals = 1);

/// Exactly `decimals` decimals, as a column needs: "41.2", "−1.9".
std::string fixed_number(double value, int decimals);

/// Without decimals, with thousands set apart: "48,250".
std::string whole_number(double value);

/// "$163.9B", "−$1.9B", "$2.10", "$1,250".
std::string money(double usd);

/// The unit of a column of dollars: one for the whole column, so that its figures compare.
struct MoneyUnit {
  double usd = 1e9;
  std::string name = "$B";

  /// With one decimal and without the unit, which stands in the head: "41.2".
  std::string figure(double amount_usd) const { return fixed_number(amount_usd / usd, 1); }
};

/// Takes in the dollars of a column and knows its unit: $B, $M or $k by the largest.
class MoneyColumn {
 public:
  void hold(double amount_usd);
  void hold(const std::optional<double>& amount_usd);
  void hold(const std::vector<double>& amounts_usd);
  MoneyUnit unit() const;

 private:
  double largest_ = 0;
};

/// "3.9–11.8"; with a negative end "−1.4 to 5.3".
std::string range(std::string_view low, std::string_view high);

/// A probability as a percentage, without the sign: "8.7", "<0.1", ">99.9".
std::string percent(double share);

/// With its sign: "+14.2", "−9.6".
std::string change(double value, int decimals = 1);

/// Three figures at most, and large numbers as k, M, B: "57", "6.8", "0.44", "12k".
std::string amount(double value);

/// A time as people say it, of seconds: "38.4 ms", "1.82 s", "41.5 s".
std::string time_text(double seconds);

/// What stands for a figure that is not known.
inline constexpr std::string_view kMissing = "–";

}  // namespace offtake::report
