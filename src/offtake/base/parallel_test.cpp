#include "offtake/base/parallel.hpp"

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>
#include <vector>

namespace offtake {

TEST_CASE("every index is visited once on any number of threads") {
  for (const int threads : {1, 2, 7}) {
    std::vector<int> visits(1000, 0);
    for_each_index(visits.size(), {threads}, [&](std::size_t index) { ++visits[index]; });
    CHECK(visits == std::vector<int>(1000, 1));
  }
}

TEST_CASE("of several failures the one of the lowest index is thrown") {
  std::string message;
  try {
    for_each_index(100, {4}, [](std::size_t index) {
      if (index % 10 == 3) throw std::runtime_error(std::to_string(index));
    });
  } catch (const std::runtime_error& error) {
    message = error.what();
  }
  CHECK(message == "3");
}

}  // namespace offtake
