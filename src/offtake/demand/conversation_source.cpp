#include "offtake/demand/conversation_source.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "offtake/base/expects.hpp"
#include "offtake/demand/prefix_name.hpp"

namespace offtake::demand {
namespace {

constexpr int kTurnsMax = 1'000'000;

int draw_turns_count(const FixedTurns& fixed, RandomStream& /*stream*/) { return fixed.turns; }

int draw_turns_count(const GeometricTurns& geometric, RandomStream& stream) {
  if (geometric.mean == 1.0) return 1;
  const double more = std::log(stream.uniform()) / std::log1p(-1.0 / geometric.mean);
  return 1 + static_cast<int>(std::min(more, kTurnsMax - 1.0));
}

void check(const FixedTurns& fixed) { expects(fixed.turns >= 1, "a conversation has a turn"); }

void check(const GeometricTurns& geometric) {
  expects(geometric.mean >= 1.0, "a conversation has a turn");
}

}  // namespace

ConversationSource::ConversationSource(Conversations conversations,
                                       std::unique_ptr<RequestSource> lengths, std::uint64_t seed)
    : conversations_(std::move(conversations)),
      lengths_(std::move(lengths)),
      seed_(seed),
      starts_(conversations_.starts, seed) {
  expects(conversations_.think.mean >= Seconds{}, "users do not think backwards");
  expects(conversations_.prefix_block_tokens >= 1, "a block has tokens");
  expects(lengths_ != nullptr, "requests have lengths");
  std::visit([](const auto& kind) { check(kind); }, conversations_.turns);
}

std::optional<Request> ConversationSource::next() {
  if (static_cast<std::int64_t>(begun_) >= conversations_.limits.requests) return std::nullopt;
  const SimTime arrival = starts_.next();
  if (arrival >= conversations_.limits.end) return std::nullopt;
  const std::uint64_t session = begun_ + 1;
  std::vector<Turn> turns = draw_turns(session);
  if (turns.empty()) return std::nullopt;
  ++begun_;
  Request first = std::move(turns.back().request);
  turns.pop_back();
  first.arrival = arrival;
  first.session = session;
  name_blocks(first);
  if (!turns.empty()) open_.emplace(session, std::move(turns));
  return first;
}

std::optional<Request> ConversationSource::follow_up(const Request& ended, SimTime now) {
  const auto open = open_.find(ended.session);
  if (open == open_.end()) return std::nullopt;
  Turn turn = std::move(open->second.back());
  const std::int64_t input = std::int64_t{ended.input} + ended.output + turn.request.input;
  if (input + turn.request.output > conversations_.context_max) {
    ++conversations_cut_;
    turns_cut_ += static_cast<std::int64_t>(open->second.size());
    open_.erase(open);
    return std::nullopt;
  }
  open->second.pop_back();
  if (open->second.empty()) open_.erase(open);
  turn.request.arrival = now + turn.think;
  turn.request.session = ended.session;
  turn.request.input = static_cast<std::int32_t>(input);
  name_blocks(turn.request);
  return std::move(turn.request);
}

/// The turns of a conversation, the last one first; fewer than drawn where `lengths` ends.
std::vector<ConversationSource::Turn> ConversationSource::draw_turns(std::uint64_t session) {
  RandomStream stream(seed_, "demand/conversation", session);
  const int count = std::visit([&](const auto& kind) { return draw_turns_count(kind, stream); },
                               conversations_.turns);
  std::vector<Turn> turns;
  for (int turn = 0; turn < count; ++turn) {
    auto request = lengths_->next();
    if (!request) break;
    turns.push_back({std::move(*request), draw_think_time(conversations_.think, stream)});
  }
  std::ranges::reverse(turns);
  return turns;
}

void ConversationSource::name_blocks(Request& request) const {
  const int blocks = (request.input + request.output) / conversations_.prefix_block_tokens;
  request.prefix_blocks.clear();
  for (int block = 0; block < blocks; ++block) {
    request.prefix_blocks.push_back(
        extended_name(request.session, static_cast<std::uint64_t>(block)));
  }
}

}  // namespace offtake::demand
