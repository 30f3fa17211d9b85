#include "offtake/trace/time_text.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <rapidcheck.h>

namespace offtake::trace {
namespace {

std::optional<std::int64_t> calendar_ns(std::string_view text) {
  CalendarTime reader;
  const auto time = reader.parse(text);
  return time ? std::optional(time->ns) : std::nullopt;
}

}  // namespace

TEST_CASE("calendar times count nanoseconds from 1970") {
  // 2023-11-16 is day 19677: 53 years of 365 days are 19345, leap days 1972 ... 2020 are 13, and
  // the days of 2023 before 16 November are 319. 18:17:03 is second 65823.
  constexpr std::int64_t kSecond = 19677LL * 86400 + 65823;
  CHECK(calendar_ns("2023-11-16 18:17:03.9799600") == kSecond * 1'000'000'000 + 979'960'000);
  CHECK(calendar_ns("2023-11-16T18:17:03Z") == kSecond * 1'000'000'000);
  CHECK(calendar_ns("2023-11-16 18:17:03.5+00:00") == kSecond * 1'000'000'000 + 500'000'000);
  CHECK(calendar_ns("2023-11-16 20:17:03+02:00") == kSecond * 1'000'000'000);
  CHECK(calendar_ns("2023-11-16 12:47:03-0530") == kSecond * 1'000'000'000);
  CHECK(calendar_ns("2023-11-16 18:17:03.1234567899") == kSecond * 1'000'000'000 + 123'456'789);
}

TEST_CASE("what is no time is none") {
  for (const char* text : {"", "2023-11-16", "2023-13-16 18:17:03", "2023-02-29 18:17:03",
                           "2023-11-16 24:17:03", "2023-11-16 18:17:03.", "2023-11-16 18:17:03 PM",
                           "2023-11-16 18:17:03+2", "23-11-16 18:17", "2023/11/16 18:17:03",
                           "2023-11-16 18:17:60", "1969-12-31 23:59:59", "2096-01-01 00:00:00"}) {
    CAPTURE(text);
    CHECK(!calendar_ns(text));
  }
  for (const char* text : {"", ".5", "5.", "-1", "1e3", "4000000000", "1 s", "+1"}) {
    CAPTURE(text);
    CHECK(!decimal_seconds(text));
  }
}

TEST_CASE("decimal seconds are exact") {
  CHECK(decimal_seconds("0") == SimTime{0});
  CHECK(decimal_seconds("61.114") == SimTime{61'114'000'000});
  CHECK(decimal_seconds("1700158623.979960001") == SimTime{1'700'158'623'979'960'001});
  CHECK(decimal_seconds("0.0000000019") == SimTime{1});
}

TEST_CASE("a day later reads a day later, and nanoseconds come back as they were written") {
  CHECK(rc::check([] {
    const auto ns = *rc::gen::inRange<std::int64_t>(0, 86'400'000'000'000);
    const int day = *rc::gen::inRange(1, 28);
    const std::int64_t second = ns / 1'000'000'000;
    const auto written = [&](int on) {
      return fmt::format("2024-02-{:02} {:02}:{:02}:{:02}.{:09}", on, second / 3600,
                         second / 60 % 60, second % 60, ns % 1'000'000'000);
    };
    CalendarTime reader;
    const auto one = reader.parse(written(day));
    const auto other = reader.parse(written(day + 1));
    RC_ASSERT(one && other);
    RC_ASSERT(other->ns - one->ns == 86'400'000'000'000);
    RC_ASSERT(one->ns % 86'400'000'000'000 == ns);
    const auto decimal = fmt::format("{}.{:09}", second, ns % 1'000'000'000);
    RC_ASSERT(decimal_seconds(decimal) == SimTime{ns});
  }));
}

}  // namespace offtake::trace
