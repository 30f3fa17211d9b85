#include "offtake/fleet/arrivals_reader.hpp"

#include <doctest/doctest.h>

#include <string>
#include <variant>

#include "offtake/base/input_error.hpp"
#include "offtake/units/literals.hpp"

using namespace offtake;
using namespace offtake::literals;
using namespace offtake::fleet;

namespace {

std::string complaints(const std::string& text) {
  try {
    read_arrivals("my.yaml", text);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("each process is read with its figures") {
  const auto poisson = std::get<demand::PoissonArrivals>(
      read_arrivals("a", "process: poisson\nrequests_per_second: 6\n"));
  CHECK(poisson.rate.base_units() == 6.0);
  const auto gamma = std::get<demand::GammaArrivals>(
      read_arrivals("a", "process: gamma\nrequests_per_second: 6\ncv: 2.5\n"));
  CHECK(gamma.cv == 2.5);
  const auto modulated = std::get<demand::ModulatedArrivals>(
      read_arrivals("a",
                    "process: modulated\nstates:\n  - {requests_per_second: 0, sojourn: 10 min}\n"
                    "  - {requests_per_second: 20, sojourn: 30 s}\n"));
  REQUIRE(modulated.states.size() == 2);
  CHECK(modulated.states[0].sojourn_mean == 600.0_s);
  CHECK(modulated.states[1].rate.base_units() == 20.0);
  const auto cyclic = std::get<demand::CyclicArrivals>(
      read_arrivals("a",
                    "process: cyclic\nrequests_per_second: 3\nweekdays: [1, 1, 1, 1, 1, 0.5, 0.5]\n"
                    "start_hour: 30\n"));
  CHECK(cyclic.weekdays[6] == 0.5);
  CHECK(cyclic.hours[3] == 1.0);
  CHECK(cyclic.start_hour == 30);
}

TEST_CASE("all that is wrong with arrivals is told at once") {
  CHECK(complaints("process: cyclic\nrequests_per_second: 0\nhours: [1, 2]\nstart_hour: 168\n"
                   "cv: 2\n") ==
        "my.yaml:2:22: /requests_per_second: expected a number above zero, found \"0\"\n"
        "my.yaml:3:8: /hours: expected 24 factors, found 2\n"
        "my.yaml:4:13: /start_hour: expected an hour of the week, from 0 to 167, found \"168\"\n"
        "my.yaml:5:1: /cv: expected a known key: \"process\", \"requests_per_second\", \"hours\", "
        "\"weekdays\" or \"start_hour\", found \"cv\"");
  CHECK(complaints("process: modulated\nstates: [{requests_per_second: 0, sojourn: 1 s}]\n")
            .find("at least one state") != std::string::npos);
  CHECK(complaints("process: bursts\n").find("\"cyclic\"") != std::string::npos);
}
