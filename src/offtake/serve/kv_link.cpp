#include "offtake/serve/kv_link.hpp"

#include <algorithm>
#include <cmath>

#include "offtake/base/expects.hpp"

namespace offtake::serve {

double KvLink::rate() const {
  const auto count = static_cast<double>(std::max<std::size_t>(1, transfers_.size()));
  return std::min(settings_.of_one.base_units(), settings_.shared.base_units() / count);
}

void KvLink::advance(SimTime now) {
  if (!transfers_.empty()) virtual_bytes_ += seconds(now - updated_).base_units() * rate();
  updated_ = now;
}

void KvLink::begin(SequenceId id, std::int64_t attempt, std::int64_t tokens, SimTime now) {
  advance(now);
  const double bytes = static_cast<double>(tokens) * settings_.token.base_units();
  transfers_.push({.finish = virtual_bytes_ + bytes,
                   .order = begun_++,
                   .what = {.id = id, .attempt = attempt},
                   .bytes = bytes});
}

SimTime KvLink::next_event() const {
  if (transfers_.empty()) return kNever;
  const double left = std::max(0.0, transfers_.top().finish - virtual_bytes_);
  return updated_ + SimTime{static_cast<std::int64_t>(std::ceil(left / rate() * 1e9))};
}

KvLink::Ended KvLink::end(SimTime now) {
  expects(!transfers_.empty(), "a transfer ends that has begun");
  advance(now);
  const Transfer ended = transfers_.top();
  transfers_.pop();
  virtual_bytes_ = std::max(virtual_bytes_, ended.finish);
  moved_ += ended.bytes;
  return ended.what;
}

}  // namespace offtake::serve
