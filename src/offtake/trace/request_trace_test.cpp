#include "offtake/trace/request_trace.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "offtake/base/input_error.hpp"
#include "offtake/demand/open_loop_source.hpp"
#include "offtake/trace/written_file.hpp"

namespace offtake::trace {
namespace {

using demand::Request;

constexpr std::int64_t kSecond = 1'000'000'000;

std::vector<Request> all(RequestTrace& trace) {
  std::vector<Request> requests;
  while (auto request = trace.next()) requests.push_back(std::move(*request));
  return requests;
}

std::vector<Request> read(const std::string& text, TraceOptions options = {}) {
  const WrittenFile file(text);
  return all(*open_trace(file.path(), std::move(options)));
}

/// The places and texts of what is wrong with `text`, without the file's name.
std::vector<std::string> problems(const std::string& text, TraceOptions options = {}) {
  std::vector<std::string> found;
  try {
    read(text, std::move(options));
  } catch (const InputError& error) {
    for (Problem problem : error.problems()) {
      if (!problem.place.file.empty()) problem.place.file = "t";
      found.push_back(describe(problem));
    }
  }
  return found;
}

std::vector<std::int64_t> arrivals(const std::vector<Request>& requests) {
  std::vector<std::int64_t> times;
  for (const Request& request : requests) times.push_back(request.arrival.ns);
  return times;
}

using Times = std::vector<std::int64_t>;

/// Rows of offtake's own format at these nanoseconds, with 100 + i tokens in and 10 + i out.
std::string rows_at(const Times& times) {
  std::string text = "start_time_unix_nano,gen_ai.usage.input_tokens,gen_ai.usage.output_tokens\n";
  for (std::size_t i = 0; i < times.size(); ++i) {
    text += fmt::format("{},{},{}\n", times[i], 100 + i, 10 + i);
  }
  return text;
}

Times ascending_times() {
  const auto gaps = *rc::gen::nonEmpty(rc::gen::container<std::vector<int>>(
      rc::gen::weightedOneOf<int>({{2, rc::gen::just(0)}, {3, rc::gen::inRange(1, 1000)}})));
  Times times{*rc::gen::inRange<std::int64_t>(0, kSecond)};
  for (const int gap : gaps) times.push_back(times.back() + gap);
  return times;
}

}  // namespace

TEST_CASE("Azure's rows have calendar times, CR-LF and no last line end") {
  const auto requests = read(
      "TIMESTAMP,ContextTokens,GeneratedTokens\r\n2023-11-16 18:17:03.9799600,4808,10\r\n"
      "2023-11-16 18:17:04.0319600,3180,8");
  REQUIRE(requests.size() == 2);
  CHECK(requests[0].arrival == SimTime{0});
  CHECK(requests[0].input == 4808);
  CHECK(requests[0].output == 10);
  CHECK(requests[1].arrival == SimTime{52'000'000});
  CHECK(requests[1].input == 3180);
  CHECK(requests[1].session == 0);
}

TEST_CASE("Azure's weeks and its requests with images are read by the same columns") {
  const auto week = read(
      "TIMESTAMP,ContextTokens,GeneratedTokens\n2024-05-10 00:00:00.009930+00:00,2162,5\n"
      "2024-05-10 00:00:01+00:00,2399,6\n");
  CHECK(arrivals(week) == Times{0, 990'070'000});
  const auto images = read(
      "TIMESTAMP,NumImages,ContextTokens,GeneratedTokens\n2024-10-15 00:00:00,2,900,40\n"
      "2024-10-15 00:00:02,0,50,4\n");
  CHECK(arrivals(images) == Times{0, 2 * kSecond});
  CHECK(images[0].input == 900);
}

TEST_CASE("BurstGPT's failed requests are passed over and counted") {
  const WrittenFile file(
      "Timestamp,Session ID,Elapsed time,Model,Request tokens,Response tokens,Total tokens,Log "
      "Type\n"
      "5.0,1722ac82,43,GPT-4,906,446,1352,Conversation log\n"
      "6.0,,2,ChatGPT,36,0,36,API log\n"
      "45.5,1722ac82,2,GPT-4,8,9,17,Conversation log\n");
  const auto trace = open_trace(file.path(), {});
  CHECK(trace->format() == "BurstGPT");
  const auto requests = all(*trace);
  REQUIRE(requests.size() == 2);
  CHECK(requests[1].arrival == SimTime{40 * kSecond + kSecond / 2});
  CHECK(requests[1].output == 9);
  CHECK(requests[0].session != 0);
  CHECK(requests[0].session == requests[1].session);
  CHECK(trace->counts().rows_of(RowKind::kNoOutput) == 1);
  CHECK(trace->counts().rows_of(RowKind::kRequest) == 2);
  // The first release lacks the session and the elapsed time.
  CHECK(read("Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type\n"
             "5,ChatGPT,472,18,490,Conversation log\n")
            .size() == 1);
}

TEST_CASE("Mooncake's rows have milliseconds and blocks of 512 tokens") {
  const WrittenFile file(
      R"({"timestamp": 27000, "input_length": 1100, "output_length": 5, "hash_ids": [0, 1, 2]})"
      "\n"
      R"({"timestamp": 30000, "input_length": 1500, "output_length": 7, "hash_ids": [0, 1, 9]})"
      "\n");
  const auto trace = open_trace(file.path(), {});
  CHECK(trace->format() == "Mooncake");
  CHECK(trace->prefix_block_tokens() == 512);
  const auto requests = all(*trace);
  REQUIRE(requests.size() == 2);
  CHECK(requests[1].arrival == SimTime{3 * kSecond});
  CHECK(requests[0].prefix_blocks.size() == 3);
  CHECK(requests[0].prefix_blocks[1] == requests[1].prefix_blocks[1]);
  CHECK(requests[0].prefix_blocks[2] != requests[1].prefix_blocks[2]);
}

TEST_CASE("a block's name stands for all that is before it") {
  const auto requests =
      read(R"({"timestamp": 0, "input_length": 1024, "output_length": 5, "hash_ids": [4, 7]})"
           "\n"
           R"({"timestamp": 1, "input_length": 1024, "output_length": 5, "hash_ids": [3, 7]})");
  CHECK(requests[0].prefix_blocks[1] != requests[1].prefix_blocks[1]);
}

TEST_CASE("Bailian's rows have seconds, blocks of 16 tokens and conversations") {
  const WrittenFile file(
      R"({"chat_id": 55, "parent_chat_id": -1, "timestamp": 61.114, "input_length": 20, "output_length": 132, "type": "text", "turn": 1, "hash_ids": [1089, 1090]})"
      "\n"
      R"({"chat_id": 70, "parent_chat_id": -1, "timestamp": 61.5, "input_length": 9, "output_length": 3, "type": "file", "turn": 1, "hash_ids": [5]})"
      "\n"
      R"({"chat_id": 159, "parent_chat_id": 55, "timestamp": 62.114, "input_length": 40, "output_length": 2, "type": "text", "turn": 2, "hash_ids": [1089, 1090, 6326]})"
      "\n"
      R"({"chat_id": 160, "parent_chat_id": 159, "timestamp": 63, "input_length": 60, "output_length": 2, "type": "text", "turn": 3, "hash_ids": []})"
      "\n");
  const auto trace = open_trace(file.path(), {});
  CHECK(trace->format() == "Qwen-Bailian");
  CHECK(trace->prefix_block_tokens() == 16);
  const auto requests = all(*trace);
  REQUIRE(requests.size() == 4);
  CHECK(arrivals(requests) == Times{0, 386'000'000, kSecond, 1'886'000'000});
  CHECK(requests[2].session == requests[0].session);
  CHECK(requests[3].session == requests[0].session);
  CHECK(requests[1].session != requests[0].session);
  CHECK(requests[2].prefix_blocks[1] == requests[0].prefix_blocks[1]);
}

TEST_CASE("offtake's rows name conversations and service classes") {
  const auto requests = read(
      "start_time_unix,gen_ai.request.model,gen_ai.usage.input_tokens,gen_ai.usage.output_tokens,"
      "gen_ai.conversation.id,service_class\n"
      "1700158623.5,\"a, \"\"b\"\"\",10,20,\"c1\",batch\n"
      "1700158624,m,11,21,c1,interactive\n"
      "1700158625,m,12,22,,\n",
      {.service_classes = {"interactive", "batch"}});
  REQUIRE(requests.size() == 3);
  CHECK(arrivals(requests) == Times{0, kSecond / 2, 3 * kSecond / 2});
  CHECK(requests[0].service_class == 1);
  CHECK(requests[1].service_class == 0);
  CHECK(requests[2].service_class == 0);
  CHECK(requests[0].session == requests[1].session);
  CHECK(requests[2].session == 0);
  CHECK(requests[2].output == 22);
}

TEST_CASE("lists of lengths serve an arrival process and nothing else") {
  for (
      const char* text :
      {"input_tokens,output_tokens\n5,6\n7,8\n",
       "{\"input_tokens\": 5, \"output_tokens\": 6}\n{\"input_tokens\": 7, \"output_tokens\": 8}\n",
       "{\"input_length\": 5, \"output_length\": 6}\n{\"input_length\": 7, \"output_length\": 8}\n",
       "gen_ai.usage.output_tokens,gen_ai.usage.input_tokens\n6,5\n8,7\n"}) {
    CAPTURE(text);
    const WrittenFile file(text);
    const auto lengths = open_trace(file.path(), {.use = TraceUse::kLengths});
    for (int pass = 0; pass < 3; ++pass) {
      CHECK(lengths->next()->input == 5);
      const auto second = lengths->next();
      CHECK(second->output == 8);
      CHECK(second->arrival == SimTime{0});
    }
    CHECK_THROWS_AS(open_trace(file.path(), {}), InputError);
  }
  CHECK(problems("input_tokens,output_tokens\n5,6\n") ==
        std::vector<std::string>{
            "t: expected a trace that says when requests come, or an arrival process, found a list "
            "of lengths"});
}

TEST_CASE("an arrival process sends a trace's lengths at its own times") {
  const WrittenFile file("input_tokens,output_tokens\n5,6\n7,8\n");
  const demand::PoissonArrivals poisson{Hertz::in_base_units(2.0)};
  demand::OpenLoopSource source(poisson, open_trace(file.path(), {.use = TraceUse::kLengths}),
                                {.requests = 3}, 1);
  demand::ArrivalTimes times(poisson, 1);
  for (const int input : {5, 7, 5}) {
    const auto request = source.next();
    CHECK(request->arrival == times.next());
    CHECK(request->input == input);
  }
  CHECK(!source.next());
}

TEST_CASE("for lengths, times may descend and the trace repeats") {
  const auto requests = read(rows_at({5, 3}), {.use = TraceUse::kLengths, .requests = 5});
  REQUIRE(requests.size() == 5);
  CHECK(arrivals(requests) == Times{0, 0, 0, 0, 0});
  CHECK(requests[4].input == requests[0].input);
}

TEST_CASE("requests of one time are spread up to the next") {
  // Ticks at 0 (three), 9 (one) and 10 (two): the first is 9 wide, so 0, 3, 6; the mean gap is
  // 10 / 2 = 5, so the last two come at 10 and 10 + floor(5 / 2) = 12.
  const std::string rows = rows_at({7, 7, 7, 16, 17, 17});
  CHECK(arrivals(read(rows)) == Times{0, 3, 6, 9, 10, 12});
  CHECK(arrivals(read(rows, {.spread_ticks = false})) == Times{0, 0, 0, 9, 10, 10});
  CHECK(arrivals(read(rows, {.tick_max = SimTime{4}})) == Times{0, 1, 2, 9, 10, 12});
  CHECK(arrivals(read(rows, {.rate_factor = 2.0})) == Times{0, 2, 3, 5, 5, 6});
}

TEST_CASE("a trace repeats after its span and the mean gap, or is cut") {
  // Span 10, two gaps of 5 on average: a pass lasts 15.
  CHECK(arrivals(read(rows_at({7, 10, 17}), {.requests = 8})) ==
        Times{0, 3, 10, 15, 18, 25, 30, 33});
  CHECK(arrivals(read(rows_at({7, 10, 17}), {.requests = 2})) == Times{0, 3});
  CHECK(problems(rows_at({7, 7}), {.requests = 3}) ==
        std::vector<std::string>{
            "t: requests: expected a trace of two times or more to repeat, found one time"});
}

TEST_CASE("arrivals past the end of simulated time are an error, not an overflow") {
  // Two requests 2 * 10^18 ns apart: a pass lasts 4 * 10^18, and kNever is 4.61 * 10^18.
  const std::string rows = rows_at({0, 2'000'000'000'000'000'000});
  CHECK(read(rows, {.requests = 3}).back().arrival.ns == 4'000'000'000'000'000'000);
  CHECK(problems(rows, {.requests = 4}) ==
        std::vector<std::string>{
            "t: requests: expected arrivals within 146 years, found later ones"});
  CHECK(problems(rows, {.rate_factor = 0.1}) ==
        std::vector<std::string>{"t: rate_factor: expected arrivals within 146 years, found 0.1"});
  CHECK(problems(rows_at({0, 4'000'000'000'000'000'000})).size() == 1);
}

TEST_CASE("a repeated request does not find its own prompt in a cache") {
  const auto requests = read(
      R"({"chat_id": 1, "timestamp": 0, "input_length": 32, "output_length": 5, "hash_ids": [1, 2]})"
      "\n"
      R"({"chat_id": 2, "timestamp": 1, "input_length": 32, "output_length": 5, "hash_ids": [1, 3]})",
      {.requests = 4});
  CHECK(requests[0].prefix_blocks[0] == requests[1].prefix_blocks[0]);
  CHECK(requests[2].prefix_blocks[0] == requests[3].prefix_blocks[0]);
  CHECK(requests[0].prefix_blocks[0] != requests[2].prefix_blocks[0]);
  CHECK(requests[0].session != requests[2].session);
}

TEST_CASE("clipping cuts the prompt, then the output, and counts what it cut") {
  const WrittenFile file(
      R"({"timestamp": 0, "input_length": 1100, "output_length": 400, "hash_ids": [0, 1, 2]})"
      "\n"
      R"({"timestamp": 1, "input_length": 10, "output_length": 1500, "hash_ids": [0]})"
      "\n"
      R"({"timestamp": 2, "input_length": 600, "output_length": 400, "hash_ids": [0, 1]})"
      "\n");
  const auto trace = open_trace(file.path(), {.tokens_max = 1000});
  const auto requests = all(*trace);
  // 1100 + 400 is 500 too many: 600 tokens of prompt are left, two blocks. 10 + 1500 is 510 too
  // many: 9 from the prompt, 501 from the output.
  CHECK(requests[0].input == 600);
  CHECK(requests[0].output == 400);
  CHECK(requests[0].prefix_blocks.size() == 2);
  CHECK(requests[1].input == 1);
  CHECK(requests[1].output == 999);
  CHECK(requests[2].input == 600);
  CHECK(trace->counts().requests_clipped == 2);
  CHECK(trace->counts().input_clipped == 509);
  CHECK(trace->counts().output_clipped == 501);
  CHECK(trace->counts().blocks_beyond == 1);
}

TEST_CASE("wrong rows are told together, with their places") {
  CHECK(problems("TIMESTAMP,ContextTokens,GeneratedTokens\r\n2023-11-16 18:17:03,4808,10\r\n"
                 "yesterday,x,10\r\n2023-11-16 18:17:02,-1,3000000000\r\n2023-11-16 18:17:04,7\r\n"
                 "\r\n2023-11-16 18:17:02.5,7,1\r\n") ==
        std::vector<std::string>{
            "t:3:1: TIMESTAMP: expected a time such as 2023-11-16 18:17:03.9799600, found "
            "\"yesterday\"",
            "t:3:11: ContextTokens: expected a whole number of tokens below 2^31, found \"x\"",
            "t:4:21: ContextTokens: expected a whole number of tokens below 2^31, found \"-1\"",
            "t:4:24: GeneratedTokens: expected a whole number of tokens below 2^31, found "
            "\"3000000000\"",
            "t:5:1: expected 3 cells, found 2",
            "t:7:1: TIMESTAMP: expected a time not before that of the row above, found one 0.5 s "
            "before it"});
  CHECK(problems(R"({"timestamp": 0, "input_length": 1, "output_length": 4, "hash_ids": [0]})"
                 "\n[1]\n"
                 R"({"timestamp": -1, "input_length": 1.5, "hash_ids": 3})") ==
        std::vector<std::string>{
            "t:2:1: expected a JSON object, found \"[1]\"",
            "t:3:1: timestamp: expected a time of zero or more, found \"-1\"",
            "t:3:1: input_length: expected a whole number of tokens below 2^31, found \"1.5\"",
            "t:3:1: output_length: expected a whole number of tokens below 2^31, found nothing",
            "t:3:1: hash_ids: expected a list of whole numbers, found \"3\""});
}

TEST_CASE("after a hundred problems the rest is a count") {
  std::string text = rows_at({1, 2});
  for (int row = 0; row < 250; ++row) text += "x,1,1\n";
  const auto found = problems(text);
  REQUIRE(found.size() == 101);
  CHECK(found.back() == "t:253:1: expected no more problems, found 150 more up to here");
}

TEST_CASE("a file without a known header or without requests is an error") {
  CHECK(problems("").front() == "t: expected a trace of requests, found an empty file");
  CHECK(problems("a,b\n1,2\n").front().ends_with("found \"a,b\""));
  CHECK(problems("{\"a\": 1}\n").size() == 1);
  CHECK(problems("{\"a\": \n").size() == 1);
  CHECK(problems("TIMESTAMP,ContextTokens,GeneratedTokens\n") ==
        std::vector<std::string>{"t: expected at least one request, found none"});
  CHECK(problems(rows_at({1}),
                 {.requests = 0, .rate_factor = 0.0, .tick_max = SimTime{0}, .tokens_max = 1})
            .size() == 4);
  CHECK(problems("gen_ai.usage.input_tokens,gen_ai.usage.output_tokens,start_time_unix,"
                 "service_class\n1,1,1,gold\n",
                 {.service_classes = {"batch"}}) ==
        std::vector<std::string>{"t:2:7: service_class: expected one of batch, found \"gold\""});
}

TEST_CASE("a byte order mark is no part of the header") {
  CHECK(read("\xEF\xBB\xBFTIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:17:03,4808,10\n")
            .size() == 1);
  CHECK(read("\xEF\xBB\xBF{\"timestamp\": 0, \"input_length\": 1, \"output_length\": 4}").size() ==
        1);
}

TEST_CASE("spreading keeps order and every request in its tick") {
  CHECK(rc::check([] {
    const Times times = ascending_times();
    const auto requests = read(rows_at(times));
    RC_ASSERT(requests.size() == times.size());
    for (std::size_t i = 0; i < times.size(); ++i) {
      RC_ASSERT(requests[i].input == static_cast<std::int32_t>(100 + i));
      const std::int64_t tick = times[i] - times.front();
      RC_ASSERT(requests[i].arrival.ns >= tick);
      if (i > 0) RC_ASSERT(requests[i].arrival >= requests[i - 1].arrival);
      const auto next = std::ranges::upper_bound(times, times[i]);
      if (next != times.end()) RC_ASSERT(requests[i].arrival.ns < *next - times.front());
    }
  }));
}

TEST_CASE("a scaled and repeated trace has exactly the requests asked for, never descending") {
  CHECK(rc::check([] {
    Times times = ascending_times();
    times.push_back(times.back() + 1);  // Two times at least.
    const auto count = *rc::gen::inRange<std::int64_t>(1, 500);
    const double factor = *rc::gen::inRange(1, 400) / 100.0;
    const auto once = read(rows_at(times), {.requests = count});
    const auto scaled = read(rows_at(times), {.requests = count, .rate_factor = factor});
    RC_ASSERT(static_cast<std::int64_t>(once.size()) == count);
    RC_ASSERT(scaled.size() == once.size());
    for (std::size_t i = 0; i < once.size(); ++i) {
      if (i > 0) RC_ASSERT(scaled[i].arrival >= scaled[i - 1].arrival);
      const double exact = static_cast<double>(once[i].arrival.ns) / factor;
      RC_ASSERT(std::abs(static_cast<double>(scaled[i].arrival.ns) - exact) <= 0.5);
      RC_ASSERT(once[i].input == static_cast<std::int32_t>(100 + i % times.size()));
    }
  }));
}

TEST_CASE("what is clipped and what is left are the whole") {
  CHECK(rc::check([] {
    const auto count = *rc::gen::inRange(1, 60);
    const auto tokens_max = *rc::gen::inRange<std::int64_t>(2, 300);
    Times times;
    for (int i = 0; i < count; ++i) times.push_back(i);
    const WrittenFile file(rows_at(times));
    const auto trace = open_trace(file.path(), {.tokens_max = tokens_max});
    std::int64_t input = 0, output = 0, whole_input = 0, whole_output = 0, above = 0;
    std::int64_t row = 0;
    while (const auto request = trace->next()) {
      RC_ASSERT(request->input >= 1 && request->output >= 1);
      RC_ASSERT(request->input + request->output <= tokens_max);
      input += request->input;
      output += request->output;
      whole_input += 100 + row;
      whole_output += 10 + row;
      above += 110 + 2 * row > tokens_max ? 1 : 0;
      ++row;
    }
    RC_ASSERT(row == count);
    RC_ASSERT(input + trace->counts().input_clipped == whole_input);
    RC_ASSERT(output + trace->counts().output_clipped == whole_output);
    RC_ASSERT(trace->counts().requests_clipped == above);
    RC_ASSERT(trace->counts().requests == count);
  }));
}

TEST_CASE("no file of any bytes does more than be refused") {
  CHECK(rc::check([] {
    const std::vector<std::string> starts{
        "", "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:17:03.9799600,4808,10\n",
        "start_time_unix,gen_ai.usage.input_tokens,gen_ai.usage.output_tokens\n1,2,3\n",
        "{\"timestamp\": 0, \"input_length\": 1, \"output_length\": 4, \"hash_ids\": [1]}\n",
        "{\"chat_id\": 3, \"timestamp\": 0, \"input_length\": 1, \"output_length\": 4}\n"};
    std::string text = *rc::gen::elementOf(starts);
    if (!text.empty()) {
      const auto place = *rc::gen::inRange<std::size_t>(0, text.size());
      text[place] = *rc::gen::arbitrary<char>();
    }
    text += *rc::gen::arbitrary<std::string>();
    try {
      for (const Request& request : read(text))
        RC_ASSERT(request.input >= 1 && request.output >= 1);
    } catch (const InputError& error) {
      RC_ASSERT(!error.problems().empty());
    }
  }));
}

struct Means {
  std::int64_t requests = 0;
  double input = 0.0;
  double output = 0.0;
  std::size_t arrivals = 0;  ///< Different ones.
  double span = 0.0;         ///< In seconds.
};

Means means(const std::filesystem::path& path, TraceOptions options) {
  const auto trace = open_trace(path, std::move(options));
  Means result;
  std::set<std::int64_t> times;
  while (const auto request = trace->next()) {
    ++result.requests;
    result.input += request->input;
    result.output += request->output;
    times.insert(request->arrival.ns);
    result.span = seconds(request->arrival).base_units();
  }
  result.input /= static_cast<double>(result.requests);
  result.output /= static_cast<double>(result.requests);
  result.arrivals = times.size();
  return result;
}

TEST_CASE("published traces have the counts and means that were published of them") {
  const std::filesystem::path folder =
      std::filesystem::path(OFFTAKE_SOURCE_DIR) / "../shared/traces";
  if (!std::filesystem::exists(folder)) {
    MESSAGE("skipped: no traces beside the project");
    return;
  }
  // Means are published rounded to a token.
  const Means conversation = means(folder / "AzureLLMInferenceTrace_conv.csv", {});
  CHECK(conversation.requests == 19366);
  CHECK(std::abs(conversation.input - 1155) <= 0.5);
  CHECK(std::abs(conversation.output - 211) <= 0.5);
  const Means code = means(folder / "AzureLLMInferenceTrace_code.csv", {});
  CHECK(code.requests == 8819);
  CHECK(std::abs(code.input - 2048) <= 0.5);
  CHECK(std::abs(code.output - 28) <= 0.5);
  const Means mooncake = means(folder / "mooncake_synthetic_trace.jsonl", {.spread_ticks = false});
  CHECK(mooncake.requests == 3993);
  CHECK(mooncake.arrivals == 3982);
  CHECK(std::abs(mooncake.span - 1022) <= 0.5);
  CHECK(std::abs(mooncake.input - 15325) <= 0.5);
  CHECK(std::abs(mooncake.output - 149) <= 0.5);
  CHECK(means(folder / "mooncake_synthetic_trace.jsonl", {}).arrivals == 3993);
}

}  // namespace offtake::trace
