#pragma once

#include "offtake/study/buy_decision_draft.hpp"

/// The steps by which a book becomes a case, in the order in which they must be taken.
namespace offtake::study {

/// Workloads, their needs in reference chips, revenue and costs; sets the units.
void add_demand(CaseDraft& draft);
/// A lever for each port of a software stack.
void add_ports(CaseDraft& draft);
/// What is signed: bills, and chips in each pool, as they come in each world.
void add_signed(CaseDraft& draft);
/// The later market, offers by the hour and tokens bought instead.
void add_rentals(CaseDraft& draft);
/// Equity that comes anyway as an inflow; equity that is decided as a lever.
void add_equity(CaseDraft& draft);
/// Offers with a term, and their expansion.
void add_offers(CaseDraft& draft);
/// Options held from contracts signed before.
void add_options_held(CaseDraft& draft);
/// Hands the pools to the problem, with the port that opens each.
void close_pools(CaseDraft& draft);
/// Exclusive groups, equity tied to a contract, and suppliers' largest shares.
void add_limits(CaseDraft& draft);
/// Cash on hand and lines of debt.
void add_cash(CaseDraft& draft);

}  // namespace offtake::study
