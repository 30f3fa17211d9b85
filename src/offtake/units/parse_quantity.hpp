#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "offtake/units/dimension.hpp"
#include "offtake/units/quantity.hpp"

namespace offtake {

/// A number read from text, in base units, with the dimension its unit has. "35%" is 0.35 and
/// "0.8x" is 0.8, both without dimension.
struct ParsedQuantity {
  double value = 0.0;
  Dimension dimension;
};

/// Reads "2.9 TB/s", "3.20 USD/chip/h", "17 USD/Mtok", "8% per GW", "38e9 USD", "6 months" or
/// "0.80x". Units: B, iB, FLOP, tok, chip, USD, J, Wh, W, s, min, h, day, week, month, year with SI
/// or binary prefixes where they are usual, joined by "/", "*" or " per ". Plurals of words are
/// taken. The error says in the user's words what is wrong with the text.
std::expected<ParsedQuantity, std::string> parse_any_quantity(std::string_view text);

/// The same when the dimension is known; the error also tells a wrong dimension.
template <class Q>
std::expected<Q, std::string> parse_quantity(std::string_view text) {
  const auto parsed = parse_any_quantity(text);
  if (!parsed) return std::unexpected(parsed.error());
  if (parsed->dimension != Q::kDimension) {
    return std::unexpected(std::string("a figure of another dimension"));
  }
  return Q::in_base_units(parsed->value);
}

}  // namespace offtake
