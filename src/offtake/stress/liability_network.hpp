#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "offtake/units/quantity.hpp"

namespace offtake::stress {

/// What `debtor` owes on the clearing date. Layer 0 is the most senior; within a layer all
/// creditors share alike.
struct Debt {
  std::size_t debtor = 0;
  std::optional<std::size_t> creditor;  ///< None: someone outside the network.
  std::size_t layer = 0;
  Dollars amount;
};

/// `holder` owns `share`, in [0, 1), of the equity of `issuer`.
struct EquityLink {
  std::size_t holder = 0;
  std::size_t issuer = 0;
  double share = 0.0;
};

/// What is left of a party's assets once it defaults.
struct RecoveryRates {
  double assets = 1.0;  ///< alpha: of what it holds outside the network, in [0, 1].
  double claims = 1.0;  ///< beta: of what it receives inside the network, in [0, 1].
};

/// `guarantor` makes `creditor` whole for what `debtor` fails to pay it, up to `cap`. A call ranks
/// behind all debts of the guarantor.
struct Guarantee {
  std::size_t guarantor = 0;
  std::size_t debtor = 0;
  std::size_t creditor = 0;
  Dollars cap;
};

/// Who owes whom on one date, and who owns whom.
struct LiabilityNetwork {
  std::size_t parties = 0;
  std::vector<Debt> debts;
  std::vector<EquityLink> equity_links;
  std::vector<RecoveryRates> recovery;  ///< One a party, or empty: nothing is lost.
  std::vector<Guarantee> guarantees;
};

/// What is wrong with `network`, one sentence a fault; empty if it can be cleared.
std::vector<std::string> faults(const LiabilityNetwork& network);

}  // namespace offtake::stress
