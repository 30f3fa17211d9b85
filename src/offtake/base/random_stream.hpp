#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace offtake {

/// One block of the counter-based generator Philox4x32-10: four random words that are a function of
/// counter and key alone.
/// Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter,
                                    std::array<std::uint32_t, 2> key);

/// The standard normal quantile of `probability` in (0, 1), to about 16 digits.
/// Source: Wichura, "Algorithm AS 241", Applied Statistics 37(3), 1988.
double normal_quantile(double probability);

/// The random numbers of one purpose in one scenario. Streams of different purposes or scenarios
/// are independent, and a stream does not depend on which others are drawn, in which order or on
/// which thread; so two contracts can be compared on the same scenarios.
class RandomStream {
 public:
  /// `purpose` names what is drawn, such as "demand/chatgpt-paid".
  RandomStream(std::uint64_t seed, std::string_view purpose, std::uint64_t scenario);

  std::uint64_t word();
  double uniform();                        ///< In (0, 1), with 52 random bits.
  double normal();                         ///< Mean 0, variance 1; uses one uniform.
  bool chance(double probability);         ///< True with `probability`; uses one uniform.
  double exponential();                    ///< Mean 1; uses one uniform.
  std::uint64_t below(std::uint64_t end);  ///< Each of 0 ... end - 1 alike; `end` is positive.

 private:
  std::array<std::uint32_t, 2> key_;
  std::array<std::uint32_t, 4> counter_;
  std::array<std::uint32_t, 4> block_{};
  int used_ = 4;
};

}  // namespace offtake
