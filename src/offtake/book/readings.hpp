#pragma once

namespace offtake::book {

/// When options of offers and tranches held are exercised in a plan.
enum class ExerciseRule {
  kNow,          ///< At once or never: a lower bound on the value of waiting.
  kGroups,       ///< By groups of scenarios that share what is known at the exercise date.
  kPerScenario,  ///< With foresight of the scenario: an upper bound.
};

/// Which work a plan may leave undone.
enum class UnmetRule {
  kBookPrices,  ///< Any, at the book's `unmet` costs.
  kServeAll,    ///< None: every shed token costs a hundred times its `unmet`.
};

/// How `unmet` prices a token move over the years.
enum class UnmetScaling {
  kWithRevenue,     ///< By the factor of the workload's own revenue a token since the start.
  kFloorAtRevenue,  ///< Constant, but never below the revenue of the token.
  kConstant,
};

/// What a step-down of a contract can release.
enum class StepDownReleases { kNonFirmPart, kAll };

/// Which of a contract's two bill shapes is used, where it has two.
enum class BillShape { kPay, kPayAlternative };

/// Whether bills run at face or at the firm share of it.
enum class BillsRun { kAtFace, kAtFirmShare };

/// What is owed for capacity whose port has failed.
enum class PortFailure { kBillDue, kReleased };

/// What a supplier's share limit caps: new signing on top of what binds already, or all.
enum class ShareLimits { kNewSigning, kEverything };

/// What can make a party fail while the buyer pays, beyond funding that the book states.
enum class PartyTrouble {
  kHeldLiquidity,  ///< Nothing: outside money keeps its liquidity until the buyer defaults.
  kOwnHazard,      ///< Also its own hazard, in the share `assumptions.party_hazard_share`.
};

/// Choices that move the answer and that no source settles. Each is a line of the book; what
/// stands here is what holds when the line is left out.
struct Readings {
  ExerciseRule exercise = ExerciseRule::kGroups;
  UnmetRule unmet = UnmetRule::kBookPrices;
  UnmetScaling unmet_scaling = UnmetScaling::kWithRevenue;
  StepDownReleases step_down_releases = StepDownReleases::kNonFirmPart;
  BillShape bill_shape = BillShape::kPay;
  BillsRun bills = BillsRun::kAtFace;
  PortFailure port_failure = PortFailure::kBillDue;
  ShareLimits share_limits = ShareLimits::kNewSigning;
  PartyTrouble party_trouble = PartyTrouble::kHeldLiquidity;
  bool offers_refreshed = false;  ///< An offer's chips are replaced by better ones in its term.
  bool renegotiation = true;      ///< Before default, a supplier may agree to less.
};

}  // namespace offtake::book
