#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "offtake/stress/clearing.hpp"

namespace offtake::stress {

/// Finds one equilibrium exactly, as a walk over the pieces on which all payments are linear.
///
/// Unknown is w, what each party receives. Let F(w) be what the parties then pay to one another: F
/// rises with w and is linear while each party stays at its level (solvent, or failing within one
/// layer of its debt). From above, w >= F(w) >= greatest equilibrium holds at the start and is kept
///   - by a sweep w := F(w), and
///   - by a step along d = (I - A)^-1 (w - F(w)), A being the slope of F here, up to the first
///   point
///     where a party's level falls.
/// A step that meets no such point ends in the equilibrium. Levels only fall, so at most
/// parties * (layers + 1) steps are taken. From below everything is mirrored. This is the
/// fictitious default algorithm of Eisenberg and Noe (2001), with a step's length bounded, because
/// with layers F is neither convex nor concave.
class ClearingPath {
 public:
  ClearingPath(const ClearingSystem& system, std::span<const Dollars> cash, Equilibrium equilibrium,
               const ClearingRules& rules);

  /// False when the rounds are used up.
  bool settle();

  /// A party's level: the layer it pays in part, or the count of layers if it is solvent.
  std::span<const std::size_t> levels() const { return levels_; }
  std::span<const double> received() const { return received_; }
  double available(std::size_t party) const;
  double paid(std::size_t party, std::size_t layer) const;

 private:
  void start();
  bool classify();
  std::size_t level_of(std::size_t party) const;
  std::size_t level_in_default(std::size_t party) const;
  std::vector<double> payments() const;
  std::vector<double> direction(const std::vector<double>& gap) const;
  double fraction_to_next_level(std::size_t party, double move) const;
  void change_level(std::size_t party);
  bool from_above() const { return equilibrium_ == Equilibrium::kGreatest; }
  bool solvent(std::size_t party) const { return levels_[party] == system_.layers_; }
  double debt_above(std::size_t party, std::size_t layer) const {
    return system_.debt_above_[party * (system_.layers_ + 1) + layer];
  }
  double debt(std::size_t party) const { return debt_above(party, system_.layers_); }

  const ClearingSystem& system_;
  std::span<const Dollars> cash_;
  Equilibrium equilibrium_;
  ClearingRules rules_;
  double tolerance_;  ///< In dollars.
  std::vector<double> received_;
  std::vector<std::size_t> levels_;
};

}  // namespace offtake::stress
