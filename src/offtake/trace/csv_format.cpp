#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <deque>
#include <optional>
#include <utility>
#include <vector>

#include "offtake/trace/time_text.hpp"
#include "offtake/trace/trace_format.hpp"

namespace offtake::trace {
namespace {

enum class TimeText { kNone, kCalendar, kSeconds, kNanoseconds };

/// Which column says what; an empty name means that the format has no such column.
struct CsvLayout {
  std::string_view name;
  std::string_view time;
  TimeText time_text = TimeText::kNone;
  std::string_view input;
  std::string_view output;
  std::string_view session = {};        ///< May be absent from a file, or empty in a row.
  std::string_view service_class = {};  ///< The same.
};

/// Layouts whose needed columns all stand in the header; the first that fits is taken.
constexpr std::array<CsvLayout, 6> kLayouts{{
    {.name = "Azure LLM inference",
     .time = "TIMESTAMP",
     .time_text = TimeText::kCalendar,
     .input = "ContextTokens",
     .output = "GeneratedTokens"},
    {.name = "BurstGPT",
     .time = "Timestamp",
     .time_text = TimeText::kSeconds,
     .input = "Request tokens",
     .output = "Response tokens",
     .session = "Session ID"},
    {.name = "offtake",
     .time = "start_time_unix_nano",
     .time_text = TimeText::kNanoseconds,
     .input = "gen_ai.usage.input_tokens",
     .output = "gen_ai.usage.output_tokens",
     .session = "gen_ai.conversation.id",
     .service_class = "service_class"},
    {.name = "offtake",
     .time = "start_time_unix",
     .time_text = TimeText::kSeconds,
     .input = "gen_ai.usage.input_tokens",
     .output = "gen_ai.usage.output_tokens",
     .session = "gen_ai.conversation.id",
     .service_class = "service_class"},
    {.name = "offtake, lengths only",
     .input = "gen_ai.usage.input_tokens",
     .output = "gen_ai.usage.output_tokens",
     .session = "gen_ai.conversation.id",
     .service_class = "service_class"},
    {.name = "list of lengths", .input = "input_tokens", .output = "output_tokens"},
}};

constexpr std::string_view kHeaders =
    "a header with TIMESTAMP,ContextTokens,GeneratedTokens (Azure), "
    "Timestamp,Request tokens,Response tokens (BurstGPT), "
    "gen_ai.usage.input_tokens,gen_ai.usage.output_tokens and start_time_unix_nano or "
    "start_time_unix (offtake), or input_tokens,output_tokens (lengths), or JSON lines";

struct Cell {
  std::string_view text;
  int column = 1;  ///< Where it begins in the line, in bytes from one.
};

/// The cells of a line, between commas; those in quotation marks have them taken off, and a pair of
/// marks inside stands for one (RFC 4180). Nothing where a mark is not closed on the line.
class CellSplitter {
 public:
  const std::vector<Cell>* split(std::string_view line) {
    cells_.clear();
    unescaped_.clear();
    std::size_t begin = 0;
    while (true) {
      const bool is_quoted = begin < line.size() && line[begin] == '"';
      const std::size_t end = is_quoted ? end_of_quoted(line, begin) : line.find(',', begin);
      if (is_quoted && end == kOpen) return nullptr;
      const std::string_view text = line.substr(begin, end - begin);
      cells_.push_back({is_quoted ? unquoted(text) : text, static_cast<int>(begin) + 1});
      if (end >= line.size()) return &cells_;
      begin = end + 1;
    }
  }

 private:
  static constexpr std::size_t kOpen = std::string_view::npos - 1;

  /// Of the cell that opens at `begin`: the comma after it, the line's size, or kOpen.
  static std::size_t end_of_quoted(std::string_view line, std::size_t begin) {
    std::size_t at = begin + 1;
    while (true) {
      at = line.find('"', at);
      if (at == std::string_view::npos) return kOpen;
      if (at + 1 == line.size()) return line.size();
      if (line[at + 1] == ',') return at + 1;
      if (line[at + 1] != '"') return kOpen;
      at += 2;
    }
  }

  std::string_view unquoted(std::string_view text) {
    text = text.substr(1, text.size() - 2);
    if (text.find('"') == std::string_view::npos) return text;
    std::string& kept = unescaped_.emplace_back();
    for (std::size_t at = 0; at < text.size(); ++at) {
      kept += text[at];
      if (text[at] == '"') ++at;
    }
    return kept;
  }

  std::vector<Cell> cells_;
  std::deque<std::string> unescaped_;  ///< Cells that do not stand in the line as they read.
};

/// FNV-1a, 64 bits (Fowler, Noll, Vo); never zero, which means no session.
std::uint64_t session_of(std::string_view name) {
  if (name.empty()) return 0;
  std::uint64_t hash = 0xCBF29CE484222325U;
  for (const char letter : name) {
    hash = (hash ^ static_cast<unsigned char>(letter)) * 0x100000001B3U;
  }
  return hash == 0 ? 1 : hash;
}

class CsvFormat final : public TraceFormat {
 public:
  CsvFormat(const CsvLayout& layout, const std::vector<Cell>& header,
            std::span<const std::string> service_classes)
      : layout_(layout),
        width_(header.size()),
        time_(*index(header, layout.time, 0)),
        input_(*index(header, layout.input)),
        output_(*index(header, layout.output)),
        session_(index(header, layout.session)),
        service_class_(index(header, layout.service_class)),
        service_classes_(service_classes.begin(), service_classes.end()) {}

  std::string_view name() const override { return layout_.name; }
  bool timed() const override { return layout_.time_text != TimeText::kNone; }
  std::string_view time_name() const override { return layout_.time; }

  RowKind read(std::string_view line, demand::Request& request, RowProblems& problems) override {
    if (line.empty()) return RowKind::kBlank;
    const std::vector<Cell>* cells = splitter_.split(line);
    if (cells == nullptr || cells->size() != width_) {
      problems.add(1, "", fmt::format("{} cells", width_),
                   cells == nullptr ? "a quotation mark that is not closed on its line"
                                    : fmt::format("{}", cells->size()));
      return RowKind::kRequest;
    }
    if (timed()) request.arrival = time((*cells)[time_], problems);
    request.input = tokens((*cells)[input_], layout_.input, problems);
    request.output = tokens((*cells)[output_], layout_.output, problems);
    if (session_) request.session = session_of((*cells)[*session_].text);
    if (service_class_) request.service_class = class_of((*cells)[*service_class_], problems);
    return kind_of(request.input, request.output);
  }

  static std::optional<std::size_t> index(const std::vector<Cell>& header, std::string_view name,
                                          std::optional<std::size_t> unnamed = {}) {
    if (name.empty()) return unnamed;
    const auto found = std::ranges::find(header, name, &Cell::text);
    if (found == header.end()) return std::nullopt;
    return static_cast<std::size_t>(found - header.begin());
  }

 private:
  SimTime time(const Cell& cell, RowProblems& problems) {
    std::optional<SimTime> read;
    switch (layout_.time_text) {
      case TimeText::kCalendar:
        read = calendar_.parse(cell.text);
        break;
      case TimeText::kSeconds:
        read = decimal_seconds(cell.text);
        break;
      case TimeText::kNanoseconds:
        if (const auto ns = whole(cell.text, kTimeEnd.ns - 1)) read = SimTime{*ns};
        break;
      case TimeText::kNone:
        break;
    }
    if (read) return *read;
    problems.add(cell.column, layout_.time, expected_time(), in_quotes(cell.text));
    return {};
  }

  std::string expected_time() const {
    if (layout_.time_text == TimeText::kCalendar)
      return "a time such as 2023-11-16 18:17:03.9799600";
    if (layout_.time_text == TimeText::kSeconds) return "seconds such as 61.114";
    return "whole nanoseconds such as 1700158623979960000";
  }

  static std::optional<std::int64_t> whole(std::string_view text, std::int64_t max) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    if (value < 0 || value > max) return std::nullopt;
    return value;
  }

  static std::int32_t tokens(const Cell& cell, std::string_view name, RowProblems& problems) {
    if (const auto count = whole(cell.text, INT32_MAX)) return static_cast<std::int32_t>(*count);
    problems.add(cell.column, name, "a whole number of tokens below 2^31", in_quotes(cell.text));
    return 1;
  }

  std::int32_t class_of(const Cell& cell, RowProblems& problems) const {
    if (cell.text.empty()) return 0;
    const auto found = std::ranges::find(service_classes_, cell.text);
    if (found != service_classes_.end()) {
      return static_cast<std::int32_t>(found - service_classes_.begin());
    }
    problems.add(cell.column, layout_.service_class,
                 service_classes_.empty()
                     ? "nothing, since the run has no service classes"
                     : fmt::format("one of {}", fmt::join(service_classes_, ", ")),
                 in_quotes(cell.text));
    return 0;
  }

  CsvLayout layout_;
  std::size_t width_;
  std::size_t time_;
  std::size_t input_;
  std::size_t output_;
  std::optional<std::size_t> session_;
  std::optional<std::size_t> service_class_;
  std::vector<std::string> service_classes_;
  CellSplitter splitter_;
  CalendarTime calendar_;
};

}  // namespace

std::unique_ptr<TraceFormat> csv_format(std::string_view header,
                                        std::span<const std::string> service_classes,
                                        RowProblems& problems) {
  CellSplitter splitter;
  const std::vector<Cell>* cells = splitter.split(header);
  if (cells != nullptr) {
    for (const CsvLayout& layout : kLayouts) {
      if (CsvFormat::index(*cells, layout.time, 0) && CsvFormat::index(*cells, layout.input) &&
          CsvFormat::index(*cells, layout.output)) {
        return std::make_unique<CsvFormat>(layout, *cells, service_classes);
      }
    }
  }
  problems.add(1, "", std::string(kHeaders), in_quotes(header));
  return nullptr;
}

}  // namespace offtake::trace
