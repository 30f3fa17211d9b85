#pragma once

#include <optional>
#include <string>
#include <vector>

#include "offtake/report/figure_text.hpp"

namespace offtake::report {

struct DefaultRow {
  std::string party;
  std::vector<double> cumulative;  ///< [year] probability of default by the end of that year.
  std::optional<double> with_buyer_alive;  ///< By the last year, the buyer kept alive by hand.
  bool buyer = false;                      ///< Printed bold.
};

struct DefaultSection {
  FigureText text;
  std::vector<int> years;
  std::vector<DefaultRow> rows;
  double monte_carlo_error = 0;  ///< Half a 95% interval of the largest figure, as a probability.
  std::string caused_by_buyer;   ///< One sentence: what is left without the buyer's default.
};

/// What a party stands to lose.
struct PartyLossRow {
  std::string party;
  std::optional<double> default_probability;  ///< None for lenders outside the parties.
  std::optional<double> default_with_buyer_alive;
  double expected_loss_usd;
  double cvar_usd;
  std::optional<double> expected_loss_before_reletting_usd;  ///< The other reading of the claim.
};

struct PartyLossSection {
  FigureText text;
  std::vector<PartyLossRow> rows;
};

/// The three fixed columns of the graph, so that a party stands at the same place in every run.
enum class PartyColumn { kBuyersAndInvestors, kClouds, kMakersAndLenders };

struct PartyNode {
  std::string name;
  PartyColumn column;
  bool buyer = false;                         ///< Drawn filled, in the middle of its column.
  std::optional<double> default_probability;  ///< Red above 3%.
  std::string remark;  ///< Instead of a probability: "secured". May be empty.
};

enum class LinkKind {
  kOwes,         ///< Solid, width by the square root of dollars.
  kHoldsEquity,  ///< Dashed: `from` holds a share of `to`.
  kWarrant,      ///< Dashed: `from` may get shares of `to`.
  kAsked,        ///< Dashed: money talked about and not closed.
};

struct PartyLink {
  std::string from;
  std::string to;
  LinkKind kind;
  std::optional<double> usd;    ///< Undiscounted; needed when it owes.
  std::optional<double> share;  ///< Of the equity, in [0, 1].
  std::string what;             ///< For the table: "take-or-pay 2027-31", "warrant up to 10%".
};

struct ObligationSection {
  FigureText text;
  std::vector<PartyNode> nodes;  ///< Top to bottom within a column.
  std::vector<PartyLink> links;
};

}  // namespace offtake::report
