#include "offtake/trace/request_trace.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "offtake/demand/prefix_name.hpp"

namespace offtake::trace {
namespace {

using demand::Request;

/// The options unless one is out of its range.
TraceOptions checked(TraceOptions options) {
  std::vector<Problem> problems;
  const auto require = [&](bool holds, const char* path, const char* expected, auto found) {
    if (!holds) problems.push_back({{}, path, expected, fmt::format("{}", found)});
  };
  require(options.rate_factor > 0.0 && std::isfinite(options.rate_factor), "rate_factor",
          "a factor above zero", options.rate_factor);
  require(options.requests.value_or(1) >= 1, "requests", "at least 1",
          options.requests.value_or(1));
  require(options.tokens_max.value_or(2) >= 2, "tokens_max", "at least 2",
          options.tokens_max.value_or(2));
  require(options.tick_max.ns > 0, "tick_max", "a time above zero",
          fmt::format("{} ns", options.tick_max.ns));
  if (!problems.empty()) throw InputError(std::move(problems));
  return options;
}

}  // namespace

std::unique_ptr<RequestTrace> open_trace(const std::string& path, TraceOptions options) {
  return std::make_unique<RequestTrace>(path, std::move(options));
}

RequestTrace::RequestTrace(const std::string& path, TraceOptions options)
    : options_(checked(std::move(options))),
      file_(path),
      problems_(path),
      arrivals_(options_.use == TraceUse::kArrivals) {
  recognise();
  has_ahead_ = read_row(ahead_);
  if (!has_ahead_) reject("", "at least one request", "none");
  first_ = ahead_.arrival;
}

void RequestTrace::recognise() {
  auto line = file_.next();
  if (!line) reject("", "a trace of requests", "an empty file");
  static constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (line->starts_with(kByteOrderMark)) line->remove_prefix(kByteOrderMark.size());
  problems_.at_line(1);
  header_ = !line->starts_with('{');
  format_ = header_ ? csv_format(*line, options_.service_classes, problems_)
                    : json_lines_format(*line, problems_);
  if (problems_.count() > 0) problems_.raise();
  if (arrivals_ && !format_->timed()) {
    reject("", "a trace that says when requests come, or an arrival process",
           fmt::format("a {}", format_->name()));
  }
  if (!header_) file_.step_back();
}

bool RequestTrace::read_row(Request& request) {
  while (const auto line = file_.next()) {
    if (read_line(*line, request)) return true;
    if (problems_.count() > 0) raise_all();
  }
  return false;
}

/// Whether the line holds a request. Adds a problem where it is wrong.
bool RequestTrace::read_line(std::string_view line, Request& request) {
  problems_.at_line(file_.line());
  const std::int64_t problems = problems_.count();
  const RowKind kind = format_->read(line, request, problems_);
  if (arrivals_ && kind != RowKind::kBlank && problems_.count() == problems) {
    check_order(request.arrival);
  }
  if (problems_.count() > problems) return false;
  ++counts_.rows[static_cast<std::size_t>(kind)];
  return kind == RowKind::kRequest;
}

void RequestTrace::check_order(SimTime time) {
  if (time < last_) {
    problems_.add(1, format_->time_name(), "a time not before that of the row above",
                  fmt::format("one {} s before it", seconds(last_ - time).base_units()));
  }
  last_ = time;
}

/// Reads the rest of the file for what else is wrong, and throws.
void RequestTrace::raise_all() {
  Request ignored;
  while (const auto line = file_.next()) read_line(*line, ignored);
  problems_.raise();
}

bool RequestTrace::load_tick() {
  if (!has_ahead_ && !begin_pass()) return false;
  const bool timed = arrivals_;
  if (times_ == 0 || ahead_.arrival != tick_begin_) ++times_;
  tick_begin_ = ahead_.arrival;
  tick_given_ = 0;
  tick_.clear();
  do {
    tick_.push_back(std::move(ahead_));
    has_ahead_ = read_row(ahead_);
  } while (timed && options_.spread_ticks && has_ahead_ && ahead_.arrival == tick_begin_);
  tick_width_ = has_ahead_ ? ahead_.arrival - tick_begin_ : mean_gap();
  tick_width_ = std::min(tick_width_, options_.tick_max);
  return true;
}

/// Between the different times of a pass, once its last row was read.
SimTime RequestTrace::mean_gap() const {
  if (times_ < 2) return {};
  const std::int64_t gaps = times_ - 1;
  return {((tick_begin_ - first_).ns + gaps / 2) / gaps};
}

bool RequestTrace::begin_pass() {
  if (arrivals_) {
    if (!options_.requests) return false;
    if (times_ < 2) reject("requests", "a trace of two times or more to repeat", "one time");
    const SimTime length = tick_begin_ - first_ + mean_gap();
    if (length > kNever - pass_begin_)
      reject("requests", "arrivals within 146 years", "later ones");
    pass_begin_ += length;
  }
  ++counts_.passes;
  times_ = 0;
  last_ = kBeforeAll;
  file_.rewind();
  if (header_) file_.next();
  has_ahead_ = read_row(ahead_);
  return has_ahead_;
}

std::optional<Request> RequestTrace::next() {
  if (options_.requests && counts_.requests == *options_.requests) return std::nullopt;
  if (tick_given_ == tick_.size() && !load_tick()) return std::nullopt;
  const std::size_t place = tick_given_++;
  Request request = std::move(tick_[place]);
  request.arrival = arrivals_ ? arrival(static_cast<std::int64_t>(place)) : SimTime{};
  if (counts_.passes > 1) rename(request);
  clip(request);
  cut_blocks(request);
  ++counts_.requests;
  return request;
}

/// Of the request at `place` of the tick: floor(place * width / requests), without overflow.
SimTime RequestTrace::arrival(std::int64_t place) const {
  const auto requests = static_cast<std::int64_t>(tick_.size());
  const std::int64_t width = tick_width_.ns;
  const std::int64_t inside = width / requests * place + width % requests * place / requests;
  const SimTime time = pass_begin_ + (tick_begin_ - first_) + SimTime{inside};
  if (time > kNever) reject("requests", "arrivals within 146 years", "later ones");
  if (options_.rate_factor == 1.0) return time;
  const double scaled = static_cast<double>(time.ns) / options_.rate_factor;
  if (scaled > static_cast<double>(kNever.ns)) {
    reject("rate_factor", "arrivals within 146 years", fmt::format("{}", options_.rate_factor));
  }
  return {std::llround(scaled)};
}

void RequestTrace::clip(Request& request) {
  if (!options_.tokens_max) return;
  const std::int64_t excess = std::int64_t{request.input} + request.output - *options_.tokens_max;
  if (excess <= 0) return;
  const std::int64_t from_input = std::min(excess, std::int64_t{request.input} - 1);
  const std::int64_t from_output = excess - from_input;
  request.input -= static_cast<std::int32_t>(from_input);
  request.output -= static_cast<std::int32_t>(from_output);
  ++counts_.requests_clipped;
  counts_.input_clipped += from_input;
  counts_.output_clipped += from_output;
}

/// Leaves no more prefix blocks than the prompt has, the last one perhaps cut.
void RequestTrace::cut_blocks(Request& request) {
  if (request.prefix_blocks.empty()) return;
  const auto tokens = static_cast<std::size_t>(format_->prefix_block_tokens());
  const std::size_t blocks = (static_cast<std::size_t>(request.input) + tokens - 1) / tokens;
  if (request.prefix_blocks.size() <= blocks) return;
  counts_.blocks_beyond += static_cast<std::int64_t>(request.prefix_blocks.size() - blocks);
  request.prefix_blocks.resize(blocks);
}

void RequestTrace::rename(Request& request) const {
  const auto pass = static_cast<std::uint64_t>(counts_.passes);
  if (request.session != 0) request.session = demand::extended_name(pass, request.session);
  for (std::uint64_t& block : request.prefix_blocks) block = demand::extended_name(pass, block);
}

void RequestTrace::reject(std::string path, std::string expected, std::string found) const {
  throw InputError(
      {{{file_.path(), 0, 0}, std::move(path), std::move(expected), std::move(found)}});
}

}  // namespace offtake::trace
