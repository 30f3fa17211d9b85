#include "offtake/study/hourly_offer.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace offtake::study {
namespace {

contract::Offer by_the_hour(const std::string& name, double availability) {
  return {.name = name, .kind = contract::OfferKind::kOnDemand, .availability = availability};
}

std::vector<std::string> names(const std::vector<HourlyOffer>& offers) {
  std::vector<std::string> result;
  for (const HourlyOffer& offer : offers) result.push_back(offer.offer->name);
  return result;
}

}  // namespace

TEST_CASE("an offer is left out once cheaper ones can do the whole need") {
  // At availability 60% one cheaper offer does not reach, two do: c goes, b stays.
  const auto a = by_the_hour("a", 0.6);
  const auto b = by_the_hour("b", 0.6);
  const auto c = by_the_hour("c", 0.6);
  CHECK(names(undominated({{&a, {1.0, 2.0}, 3.0}, {&b, {1.0, 2.0}, 4.0}, {&c, {1.0, 1.0}, 5.0}})) ==
        std::vector<std::string>{"a", "b"});
}

TEST_CASE("an offer that is better at one kind of work stays") {
  const auto a = by_the_hour("a", 1.0);
  const auto b = by_the_hour("b", 1.0);
  // b costs 2.0 a unit of the second work, a costs 3.0.
  CHECK(names(undominated({{&a, {1.0, 1.0}, 3.0}, {&b, {1.0, 2.0}, 4.0}})).size() == 2);
}

TEST_CASE("what somebody asked about stays, and replaces nothing") {
  const auto a = by_the_hour("a", 1.0);
  const auto b = by_the_hour("b", 1.0);
  CHECK(names(undominated({{&a, {1.0}, 3.0, false, true}, {&b, {1.0}, 4.0}})).size() == 2);
  CHECK(names(undominated({{&a, {1.0}, 3.0}, {&b, {1.0}, 4.0, false, true}})).size() == 2);
}

TEST_CASE("of two alike the first stays") {
  const auto a = by_the_hour("a", 1.0);
  const auto b = by_the_hour("b", 1.0);
  CHECK(names(undominated({{&a, {1.0}, 3.0}, {&b, {1.0}, 3.0}})) == std::vector<std::string>{"a"});
}

}  // namespace offtake::study
