#include "offtake/demand/request_lengths.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "offtake/base/expects.hpp"

namespace offtake::demand {
namespace {

constexpr double kLengthMax = 0x1p30;

std::int32_t whole_tokens(double tokens) {
  return static_cast<std::int32_t>(std::llround(std::clamp(tokens, 1.0, kLengthMax)));
}

std::int32_t draw(const FixedLength& fixed, RandomStream& /*stream*/) {
  expects(fixed.tokens >= 1, "a length is at least one token");
  return fixed.tokens;
}

std::int32_t draw(const LognormalLength& lognormal, RandomStream& stream) {
  expects(lognormal.mean >= 1.0 && lognormal.cv >= 0.0, "a lognormal length has a mean and cv");
  const double variance = std::log1p(lognormal.cv * lognormal.cv);
  const double log_mean = std::log(lognormal.mean) - variance / 2.0;
  return whole_tokens(std::exp(log_mean + std::sqrt(variance) * stream.normal()));
}

std::int32_t draw(const EmpiricalLength& empirical, RandomStream& stream) {
  const auto& entries = empirical.entries;
  expects(!entries.empty() && entries.back().share == 1.0, "shares of lengths end with one");
  const double level = stream.uniform();
  const auto entry = std::ranges::lower_bound(entries, level, {}, &EmpiricalLength::Entry::share);
  const auto below = entry == entries.begin() ? EmpiricalLength::Entry{0, 0.0} : entry[-1];
  const double place = (level - below.share) / (entry->share - below.share);
  // One of the whole numbers above `below` up to the entry's own.
  const double step = std::ceil(place * (entry->tokens - below.tokens));
  return std::clamp(below.tokens + static_cast<std::int32_t>(step), below.tokens + 1,
                    entry->tokens);
}

Request draw(const IndependentLengths& lengths, RandomStream& stream) {
  Request request;
  request.input = draw_length(lengths.input, stream);
  request.output = draw_length(lengths.output, stream);
  return request;
}

Request draw(const SplitLength& lengths, RandomStream& stream) {
  expects(0.0 <= lengths.input_share && lengths.input_share <= 1.0, "a share is in [0, 1]");
  const std::int32_t total = std::max(draw_length(lengths.total, stream), 2);
  Request request;
  request.input = std::clamp(whole_tokens(lengths.input_share * total), 1, total - 1);
  request.output = total - request.input;
  return request;
}

}  // namespace

std::int32_t draw_length(const LengthDistribution& distribution, RandomStream& stream) {
  return std::visit([&](const auto& kind) { return draw(kind, stream); }, distribution);
}

DrawnLengths::DrawnLengths(RequestLengths lengths, std::uint64_t seed)
    : lengths_(std::move(lengths)), stream_(seed, "demand/request-lengths", 0) {}

std::optional<Request> DrawnLengths::next() {
  return std::visit([&](const auto& kind) { return draw(kind, stream_); }, lengths_);
}

EmpiricalLength lmsys_total_length() {
  return {.entries = {{64, 0.1314},
                      {128, 0.2359},
                      {256, 0.3825},
                      {512, 0.6383},
                      {768, 0.7580},
                      {1024, 0.8307},
                      {1536, 0.9089},
                      {2048, 0.9483},
                      {3072, 0.9729},
                      {4096, 0.9837},
                      {6144, 0.9929},
                      {8192, 0.9965},
                      {12288, 0.9986},
                      {16384, 0.9993},
                      {24576, 0.9997},
                      {32768, 0.9998},
                      {65536, 1.0}}};
}

}  // namespace offtake::demand
