#pragma once

#include "offtake/base/random_stream.hpp"
#include "offtake/units/quantity.hpp"
#include "offtake/units/sim_time.hpp"

namespace offtake::demand {

/// What a user takes from an answer to the next request.
struct ThinkTime {
  Seconds mean;             ///< Zero or more.
  bool exponential = true;  ///< Or always the mean.
};

inline SimTime draw_think_time(const ThinkTime& think, RandomStream& stream) {
  return sim_time(think.exponential ? stream.exponential() * think.mean : think.mean);
}

}  // namespace offtake::demand
