#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "offtake/serve/step_timer.hpp"
#include "offtake/units/quantity.hpp"

namespace offtake::study {

/// Nearest whole number of picoseconds of a time that is not negative.
constexpr serve::Picoseconds picoseconds(Seconds time) {
  return static_cast<serve::Picoseconds>(time.base_units() * 1e12 + 0.5);
}

/// Decode steps for each number of sequences, as lines between knots of the context. Lines meet at
/// the knots to the picosecond and none falls: where the time given falls, they are level until it
/// is above them again. Where it does not, a line is off at a knot by at most half a picosecond for
/// each token of the longest line up to there.
class DecodeLines {
 public:
  /// Of a step of `sequences` at a mean context of `context` tokens.
  using StepTime = std::function<Seconds(int sequences, double context)>;

  /// `knots` are mean contexts, rising, at least two. The first and the last line go on beyond
  /// them.
  DecodeLines(int sequences_max, std::span<const std::int64_t> knots, const StepTime& step_time);

  int sequences_max() const { return sequences_max_; }
  /// `context` is that of all sequences together.
  serve::DecodeLine at(int sequences, std::int64_t context) const;

 private:
  int sequences_max_;
  std::size_t lines_each_;  ///< Of one number of sequences.
  std::vector<serve::DecodeLine> lines_;
};

}  // namespace offtake::study
