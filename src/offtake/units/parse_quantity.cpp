#include "offtake/units/parse_quantity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <optional>

namespace offtake {
namespace {

struct Unit {
  std::string_view symbol;
  ParsedQuantity quantity;
};

constexpr double kDay = 86400.0;
constexpr double kYear = 365.0 * kDay;
constexpr Dimension kTime{.time = 1};
constexpr Dimension kData{.data = 1};
constexpr Dimension kCompute{.compute = 1};
constexpr Dimension kToken{.token = 1};
constexpr Dimension kChip{.chip = 1};
constexpr Dimension kMoney{.money = 1};
constexpr Dimension kEnergy{.energy = 1};
constexpr Dimension kPower{.time = -1, .energy = 1};

/// Units that take no prefix. "share", "request" and "failure" are counts.
constexpr std::array kWords{
    Unit{"%", {0.01, {}}},
    Unit{"x", {1.0, {}}},
    Unit{"share", {1.0, {}}},
    Unit{"request", {1.0, {}}},
    Unit{"failure", {1.0, {}}},
    Unit{"min", {60.0, kTime}},
    Unit{"h", {3600.0, kTime}},
    Unit{"hour", {3600.0, kTime}},
    Unit{"day", {kDay, kTime}},
    Unit{"week", {7.0 * kDay, kTime}},
    Unit{"month", {kYear / 12.0, kTime}},
    Unit{"quarter", {kYear / 4.0, kTime}},
    Unit{"year", {kYear, kTime}},
    Unit{"chip", {1.0, kChip}},
    Unit{"flops", {1.0, kCompute}},
};

/// Units that take a prefix.
constexpr std::array kSymbols{
    Unit{"s", {1.0, kTime}},       Unit{"B", {1.0, kData}},     Unit{"bit", {0.125, kData}},
    Unit{"FLOP", {1.0, kCompute}}, Unit{"OP", {1.0, kCompute}}, Unit{"tok", {1.0, kToken}},
    Unit{"USD", {1.0, kMoney}},    Unit{"J", {1.0, kEnergy}},   Unit{"Wh", {3600.0, kEnergy}},
    Unit{"W", {1.0, kPower}},
};

struct Prefix {
  std::string_view symbol;
  double factor;
};

constexpr std::array kPrefixes{
    Prefix{"Ki", 1024.0},       Prefix{"Mi", 1048576.0},
    Prefix{"Gi", 1073741824.0}, Prefix{"Ti", 1099511627776.0},
    Prefix{"n", 1e-9},          Prefix{"u", 1e-6},
    Prefix{"m", 1e-3},          Prefix{"k", 1e3},
    Prefix{"M", 1e6},           Prefix{"G", 1e9},
    Prefix{"T", 1e12},          Prefix{"P", 1e15},
    Prefix{"E", 1e18},          Prefix{"Z", 1e21},
};

template <class Units>
const Unit* find(const Units& units, std::string_view symbol) {
  const auto at = std::ranges::find(units, symbol, &Unit::symbol);
  return at == units.end() ? nullptr : &*at;
}

std::optional<ParsedQuantity> unit_of(std::string_view symbol) {
  if (const Unit* word = find(kWords, symbol)) return word->quantity;
  if (const Unit* plain = find(kSymbols, symbol)) return plain->quantity;
  for (const Prefix& prefix : kPrefixes) {
    if (!symbol.starts_with(prefix.symbol)) continue;
    if (const Unit* unit = find(kSymbols, symbol.substr(prefix.symbol.size()))) {
      return ParsedQuantity{prefix.factor * unit->quantity.value, unit->quantity.dimension};
    }
  }
  if (symbol.size() > 2 && symbol.ends_with('s')) {  // days, chips, FLOPs
    return unit_of(symbol.substr(0, symbol.size() - 1));
  }
  return std::nullopt;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front()))) {
    text.remove_prefix(1);
  }
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back()))) {
    text.remove_suffix(1);
  }
  return text;
}

/// Takes the next unit symbol off the front of `rest`.
std::string_view next_symbol(std::string_view& rest) {
  std::size_t length = 0;
  while (length < rest.size() && rest[length] != '/' && rest[length] != '*' &&
         rest[length] != ' ') {
    ++length;
  }
  const std::string_view symbol = rest.substr(0, length);
  rest = trimmed(rest.substr(length));
  return symbol;
}

}  // namespace

std::expected<ParsedQuantity, std::string> parse_any_quantity(std::string_view text) {
  std::string_view rest = trimmed(text);
  if (rest.starts_with('+')) rest.remove_prefix(1);
  ParsedQuantity result;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), result.value);
  if (error != std::errc{})
    return std::unexpected(fmt::format("\"{}\", which has no number", text));
  rest = trimmed(rest.substr(static_cast<std::size_t>(end - rest.data())));

  bool divide = false;
  while (!rest.empty()) {
    const std::string_view symbol = next_symbol(rest);
    const auto unit = unit_of(symbol);
    if (!unit) {
      return std::unexpected(fmt::format("\"{}\", whose unit \"{}\" is not known", text, symbol));
    }
    if (divide) {
      result = {result.value / unit->value, result.dimension / unit->dimension};
    } else {
      result = {result.value * unit->value, result.dimension * unit->dimension};
    }
    if (rest.empty()) break;
    if (rest.starts_with("per ")) {
      divide = true;
      rest = trimmed(rest.substr(4));
    } else if (rest.front() == '/' || rest.front() == '*') {
      divide = rest.front() == '/';
      rest = trimmed(rest.substr(1));
    } else {
      return std::unexpected(
          fmt::format("\"{}\", whose units are not joined by \"/\", \"*\" or \"per\"", text));
    }
    if (rest.empty()) return std::unexpected(fmt::format("\"{}\", which ends in a joint", text));
  }
  return result;
}

}  // namespace offtake
