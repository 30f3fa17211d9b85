#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "offtake/stress/clearing.hpp"
#include "offtake/stress/fire_sale.hpp"
#include "offtake/units/literals.hpp"

/// Networks with known answers, from papers and from other programs; skipped where they are not at
/// hand.
namespace offtake::stress {
namespace {

using namespace offtake::literals;
using nlohmann::json;

std::vector<json> known_cases() {
  const auto path =
      std::filesystem::path(OFFTAKE_SOURCE_DIR) / "../shared/cases/clearing_cases.json";
  std::ifstream file(path);
  if (!file) {
    MESSAGE("skipped: no cases at ../shared/cases/clearing_cases.json");
    return {};
  }
  return json::parse(file).at("cases").get<std::vector<json>>();
}

struct Posed {
  LiabilityNetwork network;
  std::vector<Dollars> cash;
};

void add_debts(LiabilityNetwork& network, const json& matrix, std::size_t layer) {
  for (std::size_t i = 0; i < matrix.size(); ++i) {
    for (std::size_t j = 0; j < matrix.size(); ++j) {
      const double amount = matrix[i][j];
      if (amount > 0.0) network.debts.push_back({i, j, layer, amount * 1.0_USD});
    }
  }
}

void add_outside(LiabilityNetwork& network, const json& sums, std::size_t layer) {
  for (std::size_t i = 0; i < sums.size(); ++i) {
    network.debts.push_back({i, std::nullopt, layer, sums[i].get<double>() * 1.0_USD});
  }
}

/// Cases that give L and e, with outside debt beside or before the debts inside.
Posed pose(const json& inputs) {
  Posed posed;
  const bool senior = inputs.contains("el_senior");
  posed.network.parties = inputs["e"].size();
  for (const double cash : inputs["e"]) posed.cash.push_back(cash * 1.0_USD);
  add_debts(posed.network, inputs["L"], senior ? 1 : 0);
  if (inputs.contains("el")) add_outside(posed.network, inputs["el"], 0);
  if (senior) add_outside(posed.network, inputs["el_senior"], 0);
  const double zero = inputs.contains("recovery") ? inputs["recovery"].get<double>() : 1.0;
  posed.network.recovery.assign(posed.network.parties, {.assets = inputs.value("alpha", zero),
                                                        .claims = inputs.value("beta", zero)});
  return posed;
}

void check_sums(const json& expected, const std::vector<Dollars>& found, double tolerance) {
  REQUIRE(expected.size() == found.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    CHECK(std::abs(found[i].in(1.0_USD) - expected[i].get<double>()) <= tolerance + 1e-12);
  }
}

void check_clearing(const json& known) {
  const Posed posed = pose(known["inputs"]);
  const ClearingSystem system(posed.network);
  const auto greatest = system.clear(posed.cash, Equilibrium::kGreatest);
  REQUIRE(greatest);
  const json& expected = known["expected"];
  const double tolerance = known["tolerance"];
  if (expected.contains("p")) check_sums(expected["p"], greatest->paid, tolerance);
  if (expected.contains("equity")) check_sums(expected["equity"], greatest->equity, tolerance);
  if (expected.contains("greatest")) check_sums(expected["greatest"], greatest->paid, tolerance);
  if (expected.contains("least")) {
    const auto least = system.clear(posed.cash, Equilibrium::kLeast);
    REQUIRE(least);
    check_sums(expected["least"], least->paid, tolerance);
  }
  if (expected.contains("p_network")) {
    const auto parties = static_cast<std::ptrdiff_t>(posed.network.parties);
    check_sums(expected["p_network"],
               {greatest->paid_by_layer.begin() + parties, greatest->paid_by_layer.end()},
               tolerance);
  }
  if (expected.contains("default")) {
    for (std::size_t i = 0; i < posed.network.parties; ++i) {
      CHECK(greatest->defaulted[i] == (expected["default"][i].get<int>() == 1));
    }
  }
}

/// Ms, Md: shares of the column's equity and debt that the row holds.
void check_cross_holdings(const json& known) {
  const json& inputs = known["inputs"];
  Posed posed;
  posed.network.parties = inputs["a"].size();
  for (std::size_t i = 0; i < posed.network.parties; ++i) {
    posed.cash.push_back(inputs["a"][i].get<double>() * 1.0_USD);
    const double debt = inputs["d"][i];
    double outside = debt;
    for (std::size_t holder = 0; holder < posed.network.parties; ++holder) {
      const double held = inputs["Md"][holder][i].get<double>() * debt;
      const double share = inputs["Ms"][holder][i];
      if (held > 0.0) posed.network.debts.push_back({i, holder, 0, held * 1.0_USD});
      if (share > 0.0) posed.network.equity_links.push_back({holder, i, share});
      outside -= held;
    }
    posed.network.debts.push_back({i, std::nullopt, 0, outside * 1.0_USD});
  }
  const ClearingSystem system(posed.network);
  for (const Equilibrium equilibrium : {Equilibrium::kGreatest, Equilibrium::kLeast}) {
    const auto result = system.clear(posed.cash, equilibrium);
    REQUIRE(result);
    check_sums(known["expected"]["s"], result->equity, known["tolerance"]);
    check_sums(known["expected"]["r"], result->paid, known["tolerance"]);
  }
}

/// NEVA's Eisenberg-Noe rows: A[i][j] was lent by i to j, and each external asset loses the shock.
void check_shocks(const json& known) {
  const json& inputs = known["inputs"];
  Posed posed;
  posed.network.parties = inputs["extasset"].size();
  for (std::size_t i = 0; i < posed.network.parties; ++i) {
    for (std::size_t j = 0; j < posed.network.parties; ++j) {
      const double lent = inputs["A"][i][j];
      if (lent > 0.0) posed.network.debts.push_back({j, i, 0, lent * 1.0_USD});
    }
  }
  add_outside(posed.network, inputs["extliab"], 0);
  const ClearingSystem system(posed.network);
  for (const json& row : known["expected"]["rows"]) {
    std::vector<Dollars> cash;
    for (const double asset : inputs["extasset"]) {
      cash.push_back((asset - row["shock_each"].get<double>()) * 1.0_USD);
    }
    const auto result = system.clear(cash, Equilibrium::kGreatest);
    REQUIRE(result);
    check_sums(row["equity_eisenberg_noe"], result->equity, known["tolerance"]);
  }
}

TEST_CASE("networks of papers and other programs clear as they print it") {
  std::set<std::string> checked;
  for (const json& known : known_cases()) {
    const std::string id = known["id"];
    const json& inputs = known["inputs"];
    CAPTURE(id);
    if (inputs.contains("L") && inputs.contains("e")) {
      check_clearing(known);
    } else if (inputs.contains("Ms")) {
      check_cross_holdings(known);
    } else if (inputs.contains("extasset") && inputs.contains("A")) {
      check_shocks(known);
    } else {
      continue;
    }
    checked.insert(id);
  }
  if (!checked.empty()) CHECK(checked.size() == 15);
}

}  // namespace
}  // namespace offtake::stress
