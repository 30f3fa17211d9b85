#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "offtake/demand/request_source.hpp"
#include "offtake/trace/line_file.hpp"
#include "offtake/trace/row_problems.hpp"
#include "offtake/trace/trace_format.hpp"
#include "offtake/units/sim_time.hpp"

namespace offtake::trace {

/// What a trace is read for.
enum class TraceUse {
  kArrivals,  ///< Requests come when the trace says.
  kLengths,  ///< Only lengths and prefixes count: arrivals are zero and the trace repeats for ever.
};

/// How a trace is read. Figures out of their range are the user's mistake, told by `open_trace`.
struct TraceOptions {
  TraceUse use = TraceUse::kArrivals;
  /// Exactly so many, from a cut trace or a repeated one; none: the trace once. At least one.
  std::optional<std::int64_t> requests;
  double rate_factor = 1.0;   ///< Arrivals are divided by it; above zero.
  bool spread_ticks = true;   ///< Whether requests of one time are spread up to the next time.
  SimTime tick_max = kNever;  ///< They are spread over no more than this; above zero.
  /// Most tokens of prompt and output together, above which the prompt is cut, to one token if need
  /// be, and then the output. At least two.
  std::optional<std::int64_t> tokens_max;
  std::vector<std::string> service_classes;  ///< Names in the order of Request::service_class.
};

/// What was passed over or changed so far.
struct TraceCounts {
  std::int64_t requests = 0;  ///< Given.
  std::int64_t passes = 1;    ///< Begun through the file.
  /// Read, by RowKind, in all passes. Reading is ahead of giving by up to a tick.
  std::array<std::int64_t, kRowKinds> rows{};
  std::int64_t requests_clipped = 0;  ///< Of those given, cut to `tokens_max`.
  std::int64_t input_clipped = 0;     ///< Tokens cut from prompts.
  std::int64_t output_clipped = 0;    ///< Tokens cut from outputs.
  std::int64_t blocks_beyond = 0;     ///< Prefix blocks dropped, for the prompt ends before them.

  std::int64_t rows_of(RowKind kind) const { return rows[static_cast<std::size_t>(kind)]; }
};

/// The requests of a file, one at a time. The first arrives at zero. Memory grows with the requests
/// of one tick, not with the trace.
///
/// n requests of one time t, where the next other time is u, arrive at t + i (u - t) / n, rounded
/// down to a nanosecond, for i from 0 to n - 1. The trace lasts its span and the mean gap between
/// its different times, which is also the last tick's width; the next pass begins then. From the
/// second pass on, sessions and prefix blocks have other names, so that a repeated request does not
/// find its own prompt in a cache.
class RequestTrace final : public demand::RequestSource {
 public:
  /// See `open_trace`.
  RequestTrace(const std::string& path, TraceOptions options);

  /// Throws InputError at a wrong row, with those that follow it in the file, and where a trace of
  /// one time should be repeated.
  std::optional<demand::Request> next() override;

  std::string_view format() const { return format_->name(); }
  /// Tokens of a block in Request::prefix_blocks; zero where the trace knows of none.
  int prefix_block_tokens() const { return format_->prefix_block_tokens(); }
  const TraceCounts& counts() const { return counts_; }

 private:
  void recognise();
  bool read_row(demand::Request& request);
  bool read_line(std::string_view line, demand::Request& request);
  void check_order(SimTime time);
  [[noreturn]] void raise_all();
  bool load_tick();
  bool begin_pass();
  SimTime mean_gap() const;
  SimTime arrival(std::int64_t place) const;
  void clip(demand::Request& request);
  void cut_blocks(demand::Request& request);
  void rename(demand::Request& request) const;
  [[noreturn]] void reject(std::string path, std::string expected, std::string found) const;

  static constexpr SimTime kBeforeAll{INT64_MIN};

  TraceOptions options_;
  LineFile file_;
  RowProblems problems_;
  std::unique_ptr<TraceFormat> format_;
  bool header_ = false;  ///< Whether the first line holds names of columns.
  bool arrivals_ = true;
  TraceCounts counts_;

  SimTime first_;              ///< Of the trace, by its own clock.
  SimTime last_ = kBeforeAll;  ///< Of the row read last in this pass.
  std::int64_t times_ = 0;     ///< Different ones of this pass.
  SimTime pass_begin_;         ///< When the pass begins, with the first at zero.

  std::vector<demand::Request> tick_;
  std::size_t tick_given_ = 0;
  SimTime tick_begin_;
  SimTime tick_width_;
  demand::Request ahead_;  ///< The first row after the tick.
  bool has_ahead_ = false;
};

/// Opens a trace, plain or compressed with gzip, of any format that `docs/method/serve-traces.md`
/// lists; the header or the first line says which. Throws InputError for figures out of range, a
/// file that cannot be read, an unknown format, a file without requests, and where arrivals are
/// asked of a format without times.
std::unique_ptr<RequestTrace> open_trace(const std::string& path, TraceOptions options);

}  // namespace offtake::trace
