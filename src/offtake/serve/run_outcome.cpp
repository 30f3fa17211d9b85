#include "offtake/serve/run_outcome.hpp"

namespace offtake::serve {

RequestCounts& RequestCounts::operator+=(const RequestCounts& other) {
  arrived += other.arrived;
  refused += other.refused;
  too_long += other.too_long;
  completed += other.completed;
  kept += other.kept;
  output_tokens += other.output_tokens;
  input_tokens += other.input_tokens;
  return *this;
}

Occupancy& Occupancy::operator+=(const Occupancy& other) {
  samples += other.samples;
  waiting += other.waiting;
  decoding += other.decoding;
  in_service += other.in_service;
  cache_used += other.cache_used;
  return *this;
}

namespace {

double per_second(double count, Seconds duration) {
  return duration > Seconds{} ? count / duration.base_units() : 0.0;
}

}  // namespace

double RunOutcome::requests_per_second() const {
  return per_second(static_cast<double>(counts.completed), duration());
}

double RunOutcome::goodput() const {
  return per_second(static_cast<double>(counts.kept), duration());
}

TokenRate RunOutcome::output_rate() const {
  return TokenRate::in_base_units(
      per_second(static_cast<double>(counts.output_tokens), duration()));
}

Dollars RunOutcome::cost() const {
  Dollars sum;
  for (const PoolOutcome& pool : pools) sum += pool.cost;
  return sum;
}

Joules RunOutcome::energy() const {
  Joules sum;
  for (const PoolOutcome& pool : pools) sum += pool.energy;
  return sum;
}

PoolTally RunOutcome::tally() const {
  PoolTally sum;
  for (const PoolOutcome& pool : pools) sum.merge(pool.tally);
  return sum;
}

}  // namespace offtake::serve
