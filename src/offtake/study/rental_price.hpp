#pragma once

#include "offtake/catalog/catalog.hpp"
#include "offtake/hardware/system.hpp"

namespace offtake::study {

/// The catalog's price of a chip-hour of a system when the user names none: a seller's list price
/// before other kinds, by the hour before blocks and terms, then the latest, then the lowest. Null
/// when no price a chip is known. The pointer holds as long as the catalog does.
const catalog::Price* rental_price(const catalog::Catalog& catalog, const hardware::System& system);

}  // namespace offtake::study
