#pragma once

#include "offtake/units/quantity.hpp"

namespace offtake::book {

/// Figures that the engines need and no contract states. Each moves the answer and is a line of the
/// book under `assumptions`; what stands here holds when the line is left out.
struct EngineAssumptions {
  // Of the plan.
  double tied_quantity = 0.25;  ///< Of an offer's size: the least that fires equity tied to it.
  double debt_spread = 0.01;    ///< A year, what debt costs over what the money is worth.
  Seconds option_ramp = Seconds::in_base_units(365.0 * 86400.0);  ///< From exercise to all of it.
  Seconds interruption_loss = Seconds::in_base_units(1800.0);  ///< Of work, each time a spot chip
                                                               ///< is taken away.

  // Of the training job by which a chip is valued for training.
  int training_chips = 8192;
  Tokens training_sequence = Tokens::in_base_units(8192.0);
  Tokens training_batch = Tokens::in_base_units(16e6);  ///< Of one optimizer step.

  // Of stress.
  double supplier_running_cost = 0.25;  ///< Of its bills, what serving costs a supplier in cash.
  double renegotiation_haircut = 0.30;  ///< Of bills to come; less where letting again pays more.
  double revenue_lost_per_dollar_cut = 0.3;  ///< Of open purchases that are not made.
  Dollars price_of_gigawatt_year = Dollars::in_base_units(11e9);  ///< To turn bills into power.
  double party_hazard_share = 0.5;  ///< Of a party's own hazard, where readings draw it; the rest
                                    ///< is the buyer's default.
};

}  // namespace offtake::book
