#include "offtake/study/decode_lines.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include "offtake/base/expects.hpp"

namespace offtake::study {

using serve::DecodeLine;
using serve::Picoseconds;

DecodeLines::DecodeLines(int sequences_max, std::span<const std::int64_t> knots,
                         const StepTime& step_time)
    : sequences_max_(sequences_max), lines_each_(knots.size() - 1) {
  expects(sequences_max >= 1, "a sequence decodes");
  expects(knots.size() >= 2 && std::ranges::is_sorted(knots, std::less_equal{}), "knots rise");
  lines_.reserve(lines_each_ * static_cast<std::size_t>(sequences_max));
  for (int sequences = 1; sequences <= sequences_max; ++sequences) {
    const auto time = [&](std::size_t knot) {
      return picoseconds(step_time(sequences, static_cast<double>(knots[knot])));
    };
    Picoseconds begin = time(0);
    for (std::size_t i = 0; i < lines_each_; ++i) {
      const std::int64_t tokens = (knots[i + 1] - knots[i]) * sequences;
      const double rise = static_cast<double>(time(i + 1) - begin) / static_cast<double>(tokens);
      const Picoseconds per_token = std::max(0L, std::lround(rise));
      const bool last = i + 1 == lines_each_;
      lines_.push_back({.fixed = begin - per_token * knots[i] * sequences,
                        .per_token = per_token,
                        .context_end = last ? INT64_MAX : knots[i + 1] * sequences});
      begin += per_token * tokens;
    }
  }
}

DecodeLine DecodeLines::at(int sequences, std::int64_t context) const {
  expects(1 <= sequences && sequences <= sequences_max_, "as many sequences as there are lines of");
  const auto lines =
      std::span(lines_).subspan(static_cast<std::size_t>(sequences - 1) * lines_each_, lines_each_);
  return *std::ranges::upper_bound(lines.first(lines_each_ - 1), context, {},
                                   &DecodeLine::context_end);
}

}  // namespace offtake::study
