#include "offtake/api/replay_requests.hpp"

#include <algorithm>
#include <cmath>
#include <type_traits>
#include <utility>
#include <variant>

#include "offtake/demand/closed_loop_source.hpp"
#include "offtake/demand/conversation_source.hpp"
#include "offtake/demand/open_loop_source.hpp"
#include "offtake/fleet/arrivals_reader.hpp"

namespace offtake::api {
namespace {

constexpr int kConversationBlock = 16;  ///< Tokens of the prefix blocks that conversations name.

trace::TraceOptions trace_options(const ReplayRequest& request,
                                  const std::vector<std::string>& classes) {
  trace::TraceOptions options;
  options.tokens_max = request.tokens_max;
  options.spread_ticks = request.spread_ticks;
  options.service_classes = classes;
  return options;
}

/// The process with `factor` times the rate, and its states and cycles as they are.
demand::ArrivalProcess faster(demand::ArrivalProcess process, double factor) {
  std::visit(
      [factor](auto& arrivals) {
        if constexpr (std::is_same_v<std::decay_t<decltype(arrivals)>, demand::ModulatedArrivals>) {
          for (auto& state : arrivals.states) state.rate *= factor;
        } else {
          arrivals.rate *= factor;
        }
      },
      process);
  return process;
}

/// Requests that a process sends where the user does not say how many: those of the trace.
std::int64_t request_count(const ReplayRequest& request, const std::vector<std::string>& classes) {
  if (request.requests) return *request.requests;
  trace::TraceOptions options = trace_options(request, classes);
  options.spread_ticks = false;
  const auto trace = trace::open_trace(request.trace, options);
  std::int64_t count = 0;
  while (trace->next()) ++count;
  return count;
}

}  // namespace

void check_arrivals(const ReplayRequest& request, std::vector<Problem>& problems) {
  const ArrivalChoice& arrivals = request.arrivals;
  const std::string& process = arrivals.process;
  if (arrivals.file) {
    try {
      fleet::read_arrivals(arrivals.file->name, arrivals.file->text);
    } catch (const InputError& error) {
      problems.insert(problems.end(), error.problems().begin(), error.problems().end());
    }
  }
  const bool open = process == "poisson" || process == "gamma" || process == "conversations";
  if (!open && process != "trace" && process != "closed" && process != "file") {
    problems.push_back({{},
                        "--arrivals",
                        "trace, poisson, gamma, closed, conversations or a file",
                        "\"" + process + "\""});
    return;
  }
  const auto needs = [&](bool given, bool wanted, const char* option, const char* what) {
    if (wanted && !given) problems.push_back({{}, option, what, "none"});
    if (given && !wanted) {
      problems.push_back({{}, option, "arrivals that use it", "--arrivals " + process});
    }
  };
  needs(arrivals.rate.has_value(), open, "--rate", "requests a second, such as \"6/s\"");
  needs(arrivals.users.has_value(), process == "closed", "--concurrency", "users in the loop");
  needs(arrivals.cv.has_value(), process == "gamma", "--cv",
        "the deviation of gaps over their mean");
  needs(arrivals.turns.has_value(), process == "conversations", "--turns",
        "turns of a conversation in the mean");
  const bool thinks = process == "closed" || process == "conversations";
  if (arrivals.think && !thinks) {
    problems.push_back({{}, "--think-time", "arrivals that use it", "--arrivals " + process});
  }
  if (arrivals.rate && !(*arrivals.rate > Hertz{})) {
    problems.push_back({{}, "--rate", "above zero", "none at all"});
  }
  if (arrivals.cv && !(*arrivals.cv > 0.0)) {
    problems.push_back({{}, "--cv", "above zero", "zero"});
  }
  if (!(request.rate_scale > 0.0)) {
    problems.push_back({{}, "--rate-scale", "above zero", "zero"});
  }
}

TraceLook look_at_trace(const ReplayRequest& request, const std::vector<std::string>& classes) {
  trace::TraceOptions options = trace_options(request, classes);
  if (request.arrivals.process != "trace") options.use = trace::TraceUse::kLengths;
  const auto trace = trace::open_trace(request.trace, options);
  TraceLook look{.format = std::string(trace->format())};
  look.prefix_block_tokens = request.arrivals.process == "conversations"
                                 ? kConversationBlock
                                 : trace->prefix_block_tokens();
  double input = 0.0;
  double output = 0.0;
  double count = 0.0;
  SimTime last;
  while (count < kTypicalRequests) {
    const auto next = trace->next();
    if (!next || (options.use == trace::TraceUse::kLengths && trace->counts().passes > 1)) break;
    input += next->input;
    output += next->output;
    last = next->arrival;
    ++count;
  }
  look.typical = {.input = std::max(1.0, input / std::max(1.0, count)),
                  .output = std::max(1.0, output / std::max(1.0, count))};
  look.requests = static_cast<std::int64_t>(count);
  if (last > SimTime{}) look.rate = (count - 1.0) / seconds(last);
  return look;
}

ReplaySource replay_source(const ReplayRequest& request, const std::vector<std::string>& classes,
                           double load) {
  trace::TraceOptions options = trace_options(request, classes);
  const ArrivalChoice& arrivals = request.arrivals;
  if (arrivals.process == "trace") {
    options.requests = request.requests;
    options.rate_factor = request.rate_scale * load;
    auto trace = trace::open_trace(request.trace, options);
    const trace::RequestTrace* told = trace.get();
    return {.requests = std::move(trace), .trace = told};
  }
  const std::int64_t count = request_count(request, classes);
  options.use = trace::TraceUse::kLengths;
  auto lengths = trace::open_trace(request.trace, options);
  const trace::RequestTrace* told = lengths.get();
  const double factor = request.rate_scale * load;
  const demand::ThinkTime think{.mean = arrivals.think.value_or(Seconds{})};
  if (arrivals.process == "closed") {
    const int users = std::max(1, static_cast<int>(std::lround(factor * *arrivals.users)));
    return {.requests = std::make_unique<demand::ClosedLoopSource>(
                demand::ClosedLoop{.users = users, .think = think, .requests = count},
                std::move(lengths), request.seed),
            .trace = told};
  }
  const demand::ArrivalLimits limits{.requests = count};
  if (arrivals.file) {
    const demand::ArrivalProcess process =
        fleet::read_arrivals(arrivals.file->name, arrivals.file->text);
    return {.requests = std::make_unique<demand::OpenLoopSource>(
                faster(process, factor), std::move(lengths), limits, request.seed),
            .trace = told};
  }
  const Hertz rate = factor * *arrivals.rate;
  if (arrivals.process == "conversations") {
    return {.requests = std::make_unique<demand::ConversationSource>(
                demand::Conversations{.starts = demand::PoissonArrivals{.rate = rate},
                                      .limits = limits,
                                      .turns = demand::GeometricTurns{.mean = *arrivals.turns},
                                      .think = think,
                                      .prefix_block_tokens = kConversationBlock},
                std::move(lengths), request.seed),
            .trace = told};
  }
  const demand::ArrivalProcess process =
      arrivals.cv ? demand::ArrivalProcess(demand::GammaArrivals{.rate = rate, .cv = *arrivals.cv})
                  : demand::ArrivalProcess(demand::PoissonArrivals{.rate = rate});
  return {.requests = std::make_unique<demand::OpenLoopSource>(process, std::move(lengths), limits,
                                                               request.seed),
          .trace = told};
}

}  // namespace offtake::api
