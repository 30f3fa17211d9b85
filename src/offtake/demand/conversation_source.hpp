#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

#include "offtake/base/random_stream.hpp"
#include "offtake/demand/arrival_process.hpp"
#include "offtake/demand/open_loop_source.hpp"
#include "offtake/demand/request_source.hpp"
#include "offtake/demand/think_time.hpp"

namespace offtake::demand {

struct FixedTurns {
  int turns = 1;  ///< At least one.
};

/// One turn or more, another after each with probability 1 - 1 / mean.
struct GeometricTurns {
  double mean = 1.0;  ///< At least one.
};

struct Conversations {
  ArrivalProcess starts;  ///< Of the first turns.
  ArrivalLimits limits;   ///< Of the first turns.
  std::variant<FixedTurns, GeometricTurns> turns;
  ThinkTime think;
  /// Most tokens of prompt and output together: a later turn that would have more is not sent, and
  /// its conversation ends.
  std::int32_t context_max = INT32_MAX;
  int prefix_block_tokens = 16;  ///< At least one.
};

/// Conversations of several turns. `lengths` gives each turn's new text (the input of its request)
/// and its output; the prompt of a later turn is the prompt and the output before it, then the new
/// text. How many turns, their lengths and the think times are drawn when a conversation begins, so
/// that they do not depend on how fast answers come. Whole blocks of prompt and output
/// are named after the conversation and their place, so that the next turn finds both. Memory grows
/// with the conversations that are open.
class ConversationSource final : public RequestSource {
 public:
  ConversationSource(Conversations conversations, std::unique_ptr<RequestSource> lengths,
                     std::uint64_t seed);

  std::optional<Request> next() override;
  /// The next turn, whether `ended` was answered or refused.
  std::optional<Request> follow_up(const Request& ended, SimTime now) override;

  /// Conversations that `context_max` ended so far, and the turns that were not sent.
  std::int64_t conversations_cut() const { return conversations_cut_; }
  std::int64_t turns_cut() const { return turns_cut_; }

 private:
  struct Turn {
    Request request;  ///< Of the new text alone.
    SimTime think;
  };

  std::vector<Turn> draw_turns(std::uint64_t session);
  void name_blocks(Request& request) const;

  Conversations conversations_;
  std::unique_ptr<RequestSource> lengths_;
  std::uint64_t seed_;
  ArrivalTimes starts_;
  std::uint64_t begun_ = 0;
  std::map<std::uint64_t, std::vector<Turn>> open_;  ///< By session: turns to come, last one first.
  std::int64_t conversations_cut_ = 0;
  std::int64_t turns_cut_ = 0;
};

}  // namespace offtake::demand
