#include "offtake/fleet/arrivals_reader.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <variant>

#include "offtake/yaml/document.hpp"
#include "offtake/yaml/object_reader.hpp"

namespace offtake::fleet {
namespace {

using yaml::ObjectReader;
using yaml::Value;

enum class Process { kPoisson, kGamma, kModulated, kCyclic };

constexpr std::array kProcesses{
    yaml::Choice{"poisson", Process::kPoisson},
    yaml::Choice{"gamma", Process::kGamma},
    yaml::Choice{"modulated", Process::kModulated},
    yaml::Choice{"cyclic", Process::kCyclic},
};

double number_above(const Value& value, bool zero_allowed) {
  const double number = value.number("6");
  if (number > 0.0 || (zero_allowed && number == 0.0)) return number;
  value.reject(zero_allowed ? "a number not below zero" : "a number above zero");
  return 1.0;
}

Hertz rate_at(const ObjectReader& fields, bool zero_allowed = false) {
  return Hertz::in_base_units(number_above(fields.at("/requests_per_second"), zero_allowed));
}

demand::ModulatedArrivals read_modulated(const ObjectReader& root) {
  demand::ModulatedArrivals modulated;
  const Value list = root.at("/states");
  for (const Value& item : list.list()) {
    const ObjectReader fields = item.object();
    const Value sojourn = fields.at("/sojourn");
    demand::ModulatedArrivals::State state{.rate = rate_at(fields, true),
                                           .sojourn_mean = sojourn.quantity<Seconds>("10 min")};
    if (!(state.sojourn_mean > Seconds{})) {
      sojourn.reject("a time above zero");
      state.sojourn_mean = Seconds::in_base_units(1.0);
    }
    modulated.states.push_back(state);
  }
  const bool sends =
      std::ranges::any_of(modulated.states, [](const auto& state) { return state.rate > Hertz{}; });
  if (!sends) list.reject("at least one state with a rate above zero", "none");
  return modulated;
}

/// `N` factors, not below zero and not all zero; all alike where they are left out.
template <std::size_t N>
std::array<double, N> factors(const ObjectReader& root, std::string_view path) {
  std::array<double, N> all;
  all.fill(1.0);
  const auto list = root.find(path);
  if (!list) return all;
  const std::vector<Value> values = list->list();
  if (values.size() != N) {
    list->reject(std::to_string(N) + " factors", std::to_string(values.size()));
    return all;
  }
  for (std::size_t i = 0; i < N; ++i) all[i] = number_above(values[i], true);
  if (std::ranges::all_of(all, [](double factor) { return factor == 0.0; })) {
    list->reject("a factor above zero", "none");
    all.fill(1.0);
  }
  return all;
}

demand::CyclicArrivals read_cyclic(const ObjectReader& root) {
  demand::CyclicArrivals cyclic{.rate = rate_at(root),
                                .hours = factors<24>(root, "/hours"),
                                .weekdays = factors<7>(root, "/weekdays"),
                                .start_hour = root.count_or("/start_hour", 0)};
  if (cyclic.start_hour > 167) {
    root.at("/start_hour").reject("an hour of the week, from 0 to 167");
    cyclic.start_hour = 0;
  }
  return cyclic;
}

demand::ArrivalProcess read_process(const ObjectReader& root) {
  switch (root.at("/process").choice(kProcesses)) {
    case Process::kGamma:
      return demand::GammaArrivals{.rate = rate_at(root),
                                   .cv = number_above(root.at("/cv"), false)};
    case Process::kModulated:
      return read_modulated(root);
    case Process::kCyclic:
      return read_cyclic(root);
    case Process::kPoisson:
      break;
  }
  return demand::PoissonArrivals{.rate = rate_at(root)};
}

}  // namespace

demand::ArrivalProcess read_arrivals(std::string name, std::string_view text) {
  const ObjectReader root(yaml::parse_document(text, std::move(name)));
  demand::ArrivalProcess process = read_process(root);
  root.finish();
  return process;
}

}  // namespace offtake::fleet
