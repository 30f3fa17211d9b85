#include "offtake/study/hourly_offer.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace offtake::study {
namespace {

const contract::Offer kA{.name = "a"};
const contract::Offer kB{.name = "b"};
const contract::Offer kC{.name = "c"};

std::vector<std::string> names(const std::vector<HourlyOffer>& offers) {
  std::vector<std::string> result;
  for (const HourlyOffer& offer : undominated(offers)) result.push_back(offer.offer->name);
  return result;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("an offer is left out once cheaper ones reach all that may be asked for") {
  // One that reaches 60% leaves 40% over; two reach it all: c goes, b stays.
  CHECK(names({{&kA, {1.0, 2.0}, {3.0}, {0.6}},
               {&kB, {1.0, 2.0}, {4.0}, {0.6}},
               {&kC, {1.0, 1.0}, {5.0}, {0.6}}}) == Names{"a", "b"});
}

TEST_CASE("an offer that is better at one kind of work stays") {
  // b costs 2.0 a unit of the second work, a costs 3.0.
  CHECK(names({{&kA, {1.0, 1.0}, {3.0}, {1.0}}, {&kB, {1.0, 2.0}, {4.0}, {1.0}}}) ==
        Names{"a", "b"});
}

TEST_CASE("an offer that is cheaper in one cell stays, as do all where others are gone") {
  CHECK(names({{&kA, {1.0}, {3.0, 5.0}, {1.0, 1.0}}, {&kB, {1.0}, {4.0, 4.0}, {1.0, 1.0}}}) ==
        Names{"a", "b"});
  CHECK(names({{&kA, {1.0}, {3.0, 3.0}, {1.0, 0.0}}, {&kB, {1.0}, {4.0, 4.0}, {1.0, 1.0}}}) ==
        Names{"a", "b"});
  // Nothing is lost where b is not to be had either.
  CHECK(names({{&kA, {1.0}, {3.0, 3.0}, {1.0, 0.0}}, {&kB, {1.0}, {4.0, 4.0}, {1.0, 0.0}}}) ==
        Names{"a"});
}

TEST_CASE("what somebody asked about stays, and replaces nothing") {
  CHECK(names({{&kA, {1.0}, {3.0}, {1.0}, false, true}, {&kB, {1.0}, {4.0}, {1.0}}}) ==
        Names{"a", "b"});
  CHECK(names({{&kA, {1.0}, {3.0}, {1.0}}, {&kB, {1.0}, {4.0}, {1.0}, false, true}}) ==
        Names{"a", "b"});
}

TEST_CASE("what is held through a period cannot replace what is had by the hour") {
  CHECK(names({{&kA, {1.0}, {3.0}, {1.0}, true}, {&kB, {1.0}, {4.0}, {1.0}}}) == Names{"a", "b"});
}

TEST_CASE("of two alike the first stays") {
  CHECK(names({{&kA, {1.0}, {3.0}, {1.0}}, {&kB, {1.0}, {3.0}, {1.0}}}) == Names{"a"});
}

}  // namespace offtake::study
