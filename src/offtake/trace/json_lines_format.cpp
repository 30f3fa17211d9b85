#include <fmt/format.h>

#include <array>
#include <cmath>
#include <deque>
#include <nlohmann/json.hpp>
#include <optional>
#include <unordered_map>

#include "offtake/demand/prefix_name.hpp"
#include "offtake/trace/time_text.hpp"
#include "offtake/trace/trace_format.hpp"

namespace offtake::trace {
namespace {

using nlohmann::json;

/// Which key says what; an empty name means that the format has no such key.
struct JsonLayout {
  std::string_view name;
  std::string_view time;
  double ns_per_unit = 0.0;  ///< Of the time.
  std::string_view input;
  std::string_view output;
  std::string_view chat = {};
  int prefix_block_tokens = 0;
};

/// Layouts whose needed keys all stand in the first line; the first that fits is taken.
constexpr std::array<JsonLayout, 4> kLayouts{{
    {.name = "Qwen-Bailian",
     .time = "timestamp",
     .ns_per_unit = 1e9,
     .input = "input_length",
     .output = "output_length",
     .chat = "chat_id",
     .prefix_block_tokens = 16},
    {.name = "Mooncake",
     .time = "timestamp",
     .ns_per_unit = 1e6,
     .input = "input_length",
     .output = "output_length",
     .prefix_block_tokens = 512},
    {.name = "list of lengths", .input = "input_length", .output = "output_length"},
    {.name = "list of lengths", .input = "input_tokens", .output = "output_tokens"},
}};

constexpr std::string_view kParent = "parent_chat_id";
constexpr std::string_view kBlocks = "hash_ids";

/// The first chat of the conversation that a chat belongs to. Remembers the last 2^20 chats, so
/// that memory does not grow with the trace; the child of a forgotten chat begins a conversation.
class Conversations {
 public:
  std::int64_t root(std::int64_t chat, std::int64_t parent) {
    const auto found = roots_.find(parent);
    const std::int64_t root = parent < 0 ? chat : found == roots_.end() ? parent : found->second;
    if (roots_.insert_or_assign(chat, root).second) order_.push_back(chat);
    if (order_.size() > kRemembered) {
      roots_.erase(order_.front());
      order_.pop_front();
    }
    return root;
  }

 private:
  static constexpr std::size_t kRemembered = std::size_t{1} << 20U;
  std::unordered_map<std::int64_t, std::int64_t> roots_;
  std::deque<std::int64_t> order_;
};

std::string shown(const json& value) {
  return in_quotes(value.dump(-1, ' ', false, json::error_handler_t::replace));
}

class JsonLinesFormat final : public TraceFormat {
 public:
  explicit JsonLinesFormat(const JsonLayout& layout) : layout_(layout) {}

  std::string_view name() const override { return layout_.name; }
  bool timed() const override { return !layout_.time.empty(); }
  std::string_view time_name() const override { return layout_.time; }
  int prefix_block_tokens() const override { return layout_.prefix_block_tokens; }

  RowKind read(std::string_view line, demand::Request& request, RowProblems& problems) override {
    if (line.empty()) return RowKind::kBlank;
    const json row = json::parse(line, nullptr, false);
    if (!row.is_object()) {
      problems.add(1, "", "a JSON object", in_quotes(line));
      return RowKind::kRequest;
    }
    if (timed()) request.arrival = time(row, problems);
    request.input = tokens(row, layout_.input, problems);
    request.output = tokens(row, layout_.output, problems);
    if (!layout_.chat.empty()) request.session = session(row, problems);
    if (layout_.prefix_block_tokens > 0) read_blocks(row, request, problems);
    return kind_of(request.input, request.output);
  }

 private:
  static std::optional<std::int64_t> whole(const json& value) {
    if (!value.is_number_integer()) return std::nullopt;
    if (value.is_number_unsigned() && value.get<std::uint64_t>() > INT64_MAX) return std::nullopt;
    return value.get<std::int64_t>();
  }

  static std::string found(const json& row, std::string_view key) {
    const auto at = row.find(key);
    return at == row.end() ? "nothing" : shown(*at);
  }

  SimTime time(const json& row, RowProblems& problems) const {
    const auto value = row.find(layout_.time);
    if (value != row.end() && value->is_number()) {
      const double ns = value->get<double>() * layout_.ns_per_unit;
      if (0.0 <= ns && ns < static_cast<double>(kTimeEnd.ns)) return {std::llround(ns)};
    }
    problems.add(1, layout_.time, "a time of zero or more", found(row, layout_.time));
    return {};
  }

  static std::int32_t tokens(const json& row, std::string_view key, RowProblems& problems) {
    const auto value = row.find(key);
    const auto count = value == row.end() ? std::nullopt : whole(*value);
    if (count && 0 <= *count && *count <= INT32_MAX) return static_cast<std::int32_t>(*count);
    problems.add(1, key, "a whole number of tokens below 2^31", found(row, key));
    return 1;
  }

  std::uint64_t session(const json& row, RowProblems& problems) {
    const auto chat =
        row.contains(layout_.chat) ? whole(row.at(std::string(layout_.chat))) : std::nullopt;
    const auto parent = row.contains(kParent) ? whole(row.at(std::string(kParent)))
                                              : std::optional<std::int64_t>(-1);
    if (!chat || *chat < 0) {
      problems.add(1, layout_.chat, "a whole number", found(row, layout_.chat));
    }
    if (!parent) problems.add(1, kParent, "a whole number", found(row, kParent));
    if (!chat || *chat < 0 || !parent) return 0;
    return static_cast<std::uint64_t>(conversations_.root(*chat, *parent)) + 1;
  }

  /// Names of prefixes are made from the names of blocks, whether or not a block's name already
  /// stands for all before it.
  void read_blocks(const json& row, demand::Request& request, RowProblems& problems) const {
    request.prefix_blocks.clear();
    const auto blocks = row.find(kBlocks);
    if (blocks == row.end()) return;
    if (!blocks->is_array()) {
      problems.add(1, kBlocks, "a list of whole numbers", shown(*blocks));
      return;
    }
    std::uint64_t name = 0;
    for (const json& block : *blocks) {
      if (!block.is_number_integer()) {
        problems.add(1, kBlocks, "a list of whole numbers", shown(block));
        return;
      }
      name = demand::extended_name(name, block.get<std::uint64_t>());
      request.prefix_blocks.push_back(name);
    }
  }

  JsonLayout layout_;
  Conversations conversations_;
};

bool has(const json& row, std::string_view key) { return key.empty() || row.contains(key); }

}  // namespace

std::unique_ptr<TraceFormat> json_lines_format(std::string_view first, RowProblems& problems) {
  const json row = json::parse(first, nullptr, false);
  if (row.is_object()) {
    for (const JsonLayout& layout : kLayouts) {
      if (has(row, layout.time) && has(row, layout.input) && has(row, layout.output) &&
          has(row, layout.chat)) {
        return std::make_unique<JsonLinesFormat>(layout);
      }
    }
  }
  problems.add(1, "",
               "a JSON object with timestamp, input_length and output_length (Mooncake, "
               "Qwen-Bailian), or input_tokens and output_tokens (lengths)",
               in_quotes(first));
  return nullptr;
}

}  // namespace offtake::trace
