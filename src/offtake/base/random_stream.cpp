#include "offtake/base/random_stream.hpp"

#include <cmath>

#include "offtake/base/expects.hpp"

namespace offtake {
namespace {

/// FNV-1a, 32 bits (Fowler, Noll, Vo): turns the name of a purpose into a word of the counter.
std::uint32_t name_hash(std::string_view name) {
  std::uint32_t hash = 2166136261U;
  for (const char letter : name) {
    hash = (hash ^ static_cast<unsigned char>(letter)) * 16777619U;
  }
  return hash;
}

std::uint32_t low(std::uint64_t word) { return static_cast<std::uint32_t>(word); }
std::uint32_t high(std::uint64_t word) { return static_cast<std::uint32_t>(word >> 32U); }

/// Ratio of two polynomials of degree 7, coefficients from the constant term up.
double ratio(double x, const std::array<double, 8>& above, const std::array<double, 8>& below) {
  double numerator = 0.0;
  double denominator = 0.0;
  for (int term = 7; term >= 0; --term) {
    numerator = numerator * x + above[static_cast<std::size_t>(term)];
    denominator = denominator * x + below[static_cast<std::size_t>(term)];
  }
  return numerator / denominator;
}

}  // namespace

std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter,
                                    std::array<std::uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t a = std::uint64_t{0xD2511F53U} * counter[0];
    const std::uint64_t b = std::uint64_t{0xCD9E8D57U} * counter[2];
    counter = {high(b) ^ counter[1] ^ key[0], low(b), high(a) ^ counter[3] ^ key[1], low(a)};
    key = {key[0] + 0x9E3779B9U, key[1] + 0xBB67AE85U};
  }
  return counter;
}

double normal_quantile(double probability) {
  expects(0.0 < probability && probability < 1.0, "a normal quantile is of a level in (0, 1)");
  static constexpr std::array<double, 8> kCentreAbove{
      3.3871328727963666080e0,  1.3314166789178437745e+2, 1.9715909503065514427e+3,
      1.3731693765509461125e+4, 4.5921953931549871457e+4, 6.7265770927008700853e+4,
      3.3430575583588128105e+4, 2.5090809287301226727e+3};
  static constexpr std::array<double, 8> kCentreBelow{1.0,
                                                      4.2313330701600911252e+1,
                                                      6.8718700749205790830e+2,
                                                      5.3941960214247511077e+3,
                                                      2.1213794301586595867e+4,
                                                      3.9307895800092710610e+4,
                                                      2.8729085735721942674e+4,
                                                      5.2264952788528545610e+3};
  static constexpr std::array<double, 8> kMiddleAbove{
      1.42343711074968357734e0,  4.63033784615654529590e0, 5.76949722146069140550e0,
      3.64784832476320460504e0,  1.27045825245236838258e0, 2.41780725177450611770e-1,
      2.27238449892691845833e-2, 7.74545014278341407640e-4};
  static constexpr std::array<double, 8> kMiddleBelow{1.0,
                                                      2.05319162663775882187e0,
                                                      1.67638483018380384940e0,
                                                      6.89767334985100004550e-1,
                                                      1.48103976427480074590e-1,
                                                      1.51986665636164571966e-2,
                                                      5.47593808499534494600e-4,
                                                      1.05075007164441684324e-9};
  static constexpr std::array<double, 8> kTailAbove{
      6.65790464350110377720e0,  5.46378491116411436990e0,  1.78482653991729133580e0,
      2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
      2.71155556874348757815e-5, 2.01033439929228813265e-7};
  static constexpr std::array<double, 8> kTailBelow{1.0,
                                                    5.99832206555887937690e-1,
                                                    1.36929880922735805310e-1,
                                                    1.48753612908506148525e-2,
                                                    7.86869131145613259100e-4,
                                                    1.84631831751005468180e-5,
                                                    1.42151175831644588870e-7,
                                                    2.04426310338993978564e-15};
  const double centred = probability - 0.5;
  if (std::abs(centred) <= 0.425) {
    return centred * ratio(0.180625 - centred * centred, kCentreAbove, kCentreBelow);
  }
  const double tail = std::sqrt(-std::log(centred < 0.0 ? probability : 1.0 - probability));
  const double size = tail <= 5.0 ? ratio(tail - 1.6, kMiddleAbove, kMiddleBelow)
                                  : ratio(tail - 5.0, kTailAbove, kTailBelow);
  return centred < 0.0 ? -size : size;
}

RandomStream::RandomStream(std::uint64_t seed, std::string_view purpose, std::uint64_t scenario)
    : key_{low(seed), high(seed)}, counter_{0, name_hash(purpose), low(scenario), high(scenario)} {}

std::uint64_t RandomStream::word() {
  if (used_ == 4) {
    block_ = philox(counter_, key_);
    ++counter_[0];
    used_ = 0;
  }
  const auto at = static_cast<std::size_t>(used_);
  used_ += 2;
  return std::uint64_t{block_[at]} | std::uint64_t{block_[at + 1]} << 32U;
}

double RandomStream::uniform() {
  // The middle of one of 2^52 equal cells, so neither 0 nor 1 is ever drawn.
  return (static_cast<double>(word() >> 12U) + 0.5) * 0x1p-52;
}

double RandomStream::normal() { return normal_quantile(uniform()); }

bool RandomStream::chance(double probability) { return uniform() < probability; }

double RandomStream::exponential() { return -std::log(uniform()); }

std::uint64_t RandomStream::below(std::uint64_t end) {
  expects(end > 0, "a draw needs at least one value");
  const std::uint64_t fair = UINT64_MAX - UINT64_MAX % end;
  std::uint64_t drawn = word();
  while (drawn >= fair) drawn = word();
  return drawn % end;
}

}  // namespace offtake
