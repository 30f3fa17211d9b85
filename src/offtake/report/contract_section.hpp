#pragma once

#include <optional>
#include <string>
#include <vector>

#include "offtake/report/figure_text.hpp"

namespace offtake::report {

/// What the plan does with a contract, in the order of the table.
enum class Decision { kSign, kWait, kDecline, kBinding };

struct ContractRow {
  Decision decision;
  std::string decision_text;  ///< "Sign 40%", "Wait to Q3 2027", "Do not sign", "Binding".
  std::string contract;       ///< Its name, without the supplier: "GB300 expansion".
  std::string supplier;       ///< "Oracle".
  std::string system;         ///< "GB300 NVL72".
  std::string terms;          ///< "$3.05/chip/h, take 85%, 7 y from Q3 2026".
  std::optional<double> commitment_usd;  ///< All that is owed if signed as decided, undiscounted.
  std::optional<Estimate> saves_usd;     ///< Cost without minus cost with it, all else re-planned.
  std::string why;                       ///< The fact that decided it, with its figure.
};

struct ContractSection {
  std::string lead;  ///< Under the heading: what the table shows.
  std::vector<ContractRow> rows;
  std::string note;
};

/// What the stress run says of each commitment: the four shares sum to one.
struct CommitmentRow {
  std::string contract;
  std::string supplier;
  double
      on_time;  ///< Share of the paths in which every bill is paid when due (or released by right).
  double late;  ///< Paid late or less, and cured.
  double never;                                ///< In default.
  std::optional<double> expected_loss_usd;     ///< To the supplier, mean over all paths.
  std::optional<double> raise_without_it_usd;  ///< Minimum raise had the contract not been signed.
};

struct CommitmentSection {
  FigureText text;
  std::vector<CommitmentRow> rows;
};

}  // namespace offtake::report
