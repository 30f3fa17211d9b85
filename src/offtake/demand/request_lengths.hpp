#pragma once

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "offtake/base/random_stream.hpp"
#include "offtake/demand/request_source.hpp"

namespace offtake::demand {

/// The same count of tokens each time; at least one.
struct FixedLength {
  std::int32_t tokens = 1;
};

/// exp(m + s z) with z standard normal, s^2 = ln(1 + cv^2) and m = ln(mean) - s^2 / 2, rounded to a
/// whole token; less than one counts as one, and more than 2^30 as that. So the mean is kept where
/// it is far above one. `mean` is one or more, `cv` (deviation over mean) zero or more.
/// Source: Johnson, Kotz and Balakrishnan, "Continuous univariate distributions" 1, 1994, ch. 14.
struct LognormalLength {
  double mean = 1.0;
  double cv = 1.0;
};

/// Cumulative shares of lengths: `share` of all are of at most `tokens`. Both ascend, the first
/// entry counts from one token, the last share is one. Between two entries all lengths are alike.
struct EmpiricalLength {
  struct Entry {
    std::int32_t tokens = 1;
    double share = 1.0;
  };
  std::vector<Entry> entries;
};

using LengthDistribution = std::variant<FixedLength, LognormalLength, EmpiricalLength>;

/// One length, in tokens, at least one. Uses at most one uniform of the stream.
std::int32_t draw_length(const LengthDistribution& distribution, RandomStream& stream);

/// Prompts and outputs that do not depend on one another.
struct IndependentLengths {
  LengthDistribution input;
  LengthDistribution output;
};

/// Prompt and output together; `input_share` of it, in [0, 1], rounded, is the prompt. Each is at
/// least one token.
struct SplitLength {
  LengthDistribution total;
  double input_share = 0.5;
};

using RequestLengths = std::variant<IndependentLengths, SplitLength>;

/// Requests without end whose lengths are drawn; all arrive at zero.
class DrawnLengths final : public RequestSource {
 public:
  DrawnLengths(RequestLengths lengths, std::uint64_t seed);

  std::optional<Request> next() override;

 private:
  RequestLengths lengths_;
  RandomStream stream_;
};

/// Prompt and output together of single-turn conversations of LMSYS-Chat-1M, 64 to 65,536 tokens.
/// Source: the data `lmsys_cdf.json` of FleetSim (github.com/vllm-project/semantic-router), made
/// from Zheng et al., "LMSYS-Chat-1M", ICLR 2024.
EmpiricalLength lmsys_total_length();

}  // namespace offtake::demand
